import type { Result } from "../../base/result.js";
import { fail, ok } from "../../base/result.js";

/** Which routemaps a list is to show. */
export interface ListQuery {
  /** Absent: of all namespaces. */
  readonly namespace?: string;
  /** Items a page has at most. */
  readonly limit: number;
  /** Sort key after which the page begins. */
  readonly after?: string;
  /** Words of which each must be found, in lower case. */
  readonly words: readonly string[];
  /** How long the answer may take to be up to date, milliseconds. */
  readonly waitMs: number;
}

/** Longest time, and the usual one, in which an answer catches up with what has changed, seconds. */
const mostWait = 8;
const usualLimit = 100;
const mostLimit = 500;
const longestSearch = 200;

/** Reads `namespace`, `limit`, `continue`, `search` and `wait`. The error says what is wrong. */
export function readListQuery(query: URLSearchParams): Result<ListQuery, string> {
  const unknown = [...query.keys()].find((key) => !["namespace", "limit", "continue", "search", "wait"].includes(key));
  if (unknown !== undefined) return fail(`there is no parameter ${JSON.stringify(unknown.slice(0, 50))}`);
  const namespace = readNamespace(query);
  if (!namespace.ok) return namespace;
  const limit = Number(query.get("limit") ?? usualLimit);
  if (!Number.isInteger(limit) || limit < 1 || limit > mostLimit)
    return fail(`limit must be a number from 1 to ${mostLimit}`);
  const search = query.get("search") ?? "";
  if (search.length > longestSearch) return fail(`search may have ${longestSearch} characters`);
  const wait = Number(query.get("wait") ?? mostWait);
  if (!Number.isInteger(wait) || wait < 0 || wait > mostWait) return fail(`wait must be seconds from 0 to ${mostWait}`);
  const token = query.get("continue");
  const after = token === null ? undefined : decodeToken(token);
  if (token !== null && after === undefined) return fail("continue is not a token of ours");
  return ok({
    limit,
    waitMs: wait * 1_000,
    words: search.toLowerCase().split(/\s+/).filter(Boolean),
    ...(namespace.value === undefined ? {} : { namespace: namespace.value }),
    ...(after === undefined ? {} : { after }),
  });
}

/** Reads `namespace`; an empty one counts as absent. */
export function readNamespace(query: URLSearchParams): Result<string | undefined, string> {
  const namespace = query.get("namespace") ?? "";
  if (namespace === "") return ok(undefined);
  return isName(namespace) ? ok(namespace) : fail("namespace must be the name of a namespace");
}

/** Whether a text can be the name of a namespace or ConfigMap (RFC 1123 subdomain). */
export function isName(text: string): boolean {
  return text.length <= 253 && /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(text);
}

/** Token that continues after a sort key. */
export function encodeToken(key: string): string {
  return Buffer.from(key).toString("base64url");
}

function decodeToken(token: string): string | undefined {
  const key = Buffer.from(token.slice(0, 1_000), "base64url").toString();
  return /^[0-3] [a-z0-9.-]+\/[a-z0-9.-]+$/.test(key) ? key : undefined;
}
