import { fieldOf } from "./fields.js";
import type { RequestHead } from "./requestHead.js";
import { hostNameOf, hostPortOf, pathOf, queryOf } from "./requestHead.js";
import type { TextMatch } from "./textMatch.js";
import { fitsText } from "./textMatch.js";

/** A condition on the path. A prefix by segments takes `/a` and `/a/b`, but not `/ab`. */
export type PathMatch =
  { readonly type: "text"; readonly match: TextMatch } | { readonly type: "segments"; readonly prefix: string };

/** All of a match's conditions must hold. `never` marks one that nothing at this gateway can fulfil. */
export interface RequestMatch {
  readonly path?: PathMatch;
  readonly method?: TextMatch;
  readonly host?: TextMatch;
  readonly port?: number;
  readonly fields: readonly NamedMatch[];
  readonly withoutFields: readonly NamedMatch[];
  readonly query: readonly NamedMatch[];
  readonly never?: boolean;
}

/** A condition on the field or parameter of a name. */
export interface NamedMatch {
  readonly name: string;
  readonly match: TextMatch;
}

/** How a match took the path: by a prefix of it, or as a whole. */
export type MatchedPath = { readonly type: "whole" } | { readonly type: "prefix"; readonly prefix: string };

/** Whether the request is what the match wants. */
export function fitsRequest(match: RequestMatch, head: RequestHead): boolean {
  if (match.never === true) return false;
  const { path, method, host, port } = match;
  return (
    (path === undefined || fitsPath(path, pathOf(head))) &&
    (method === undefined || fitsText(method, head.method)) &&
    (host === undefined || fitsText(host, hostNameOf(head)) || fitsText(host, head.host)) &&
    (port === undefined || port === (hostPortOf(head) ?? 80)) &&
    match.fields.every(({ name, match: wanted }) => fitsText(wanted, fieldOf(head.fields, name))) &&
    !match.withoutFields.some(({ name, match: unwanted }) => fitsText(unwanted, fieldOf(head.fields, name))) &&
    fitsQuery(match.query, head)
  );
}

/** How a match that fits took the path. No condition is a prefix of `/`. */
export function matchedPath({ path }: RequestMatch): MatchedPath {
  if (path === undefined) return { type: "prefix", prefix: "/" };
  if (path.type === "segments") return { type: "prefix", prefix: path.prefix };
  return path.match.type === "prefix" ? { type: "prefix", prefix: path.match.text } : { type: "whole" };
}

function fitsPath(match: PathMatch, path: string): boolean {
  if (match.type === "text") return fitsText(match.match, path);
  const prefix = match.prefix.replace(/\/$/, "");
  return path === prefix || path.startsWith(`${prefix}/`);
}

/** A parameter that comes several times counts by its first value. */
function fitsQuery(wanted: readonly NamedMatch[], head: RequestHead): boolean {
  if (wanted.length === 0) return true;
  const query = new URLSearchParams(queryOf(head));
  return wanted.every(({ name, match }) => fitsText(match, query.get(name) ?? undefined));
}
