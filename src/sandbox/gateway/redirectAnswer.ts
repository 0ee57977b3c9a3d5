import { rewriteTarget } from "./pathRewrite.js";
import type { RequestHead } from "./requestHead.js";
import { hostNameOf, hostPortOf } from "./requestHead.js";
import type { MatchedPath } from "./requestMatch.js";
import type { Redirect } from "./rule.js";

const wellKnown: ReadonlyMap<string, number> = new Map([
  ["http", 80],
  ["https", 443],
]);

/**
 * The Location of a redirect of a request that came by http. A port that is not given is the scheme's where a scheme is
 * given, else the request's (Gateway API, HTTPRequestRedirectFilter); a scheme's own port is left out.
 */
export function locationOf(redirect: Redirect, head: RequestHead, matched: MatchedPath): string {
  const scheme = redirect.scheme ?? "http";
  const [host = "", named] = (redirect.host ?? hostNameOf(head)).split(":");
  const asked = redirect.scheme === undefined && redirect.host === undefined ? hostPortOf(head) : undefined;
  const port = redirect.port ?? (named === undefined ? asked : Number(named));
  const authority = port === undefined || port === wellKnown.get(scheme) ? host : `${host}:${port}`;
  const target = redirect.path === undefined ? head.target : rewriteTarget(head.target, redirect.path, matched);
  return `${scheme}://${authority}${target}`;
}
