import type { Result } from "../../../base/result.js";
import { fail, ok } from "../../../base/result.js";
import type { Failure } from "../status/failure.js";
import { badRequest, expired, invalid, tooLargeResourceVersion } from "../status/failure.js";
import type { Store } from "../store/store.js";
import type { Stored } from "../store/stored.js";
import { keyOf } from "../store/stored.js";
import { decodePageToken, encodePageToken } from "./pageToken.js";
import type { ListMeta } from "./representation.js";
import type { Selection } from "./selection.js";

/** A page of a list. */
export interface Page {
  readonly items: readonly Stored[];
  readonly meta: ListMeta;
}

/** From what state, and from where on, a list is given. */
interface Start {
  readonly revision: number;
  readonly isNow: boolean;
  readonly after?: string;
}

/**
 * A list, or the page of it that `limit` and `continue` ask for. Pages show the state of the first one as long as its
 * changes are remembered, then 410. `resourceVersion` is honoured where `resourceVersionMatch` is Exact; otherwise the
 * newest state is never too old.
 */
export function list(store: Store, selection: Selection, query: URLSearchParams): Result<Page, Failure> {
  const limit = wholeNumber(query, "limit");
  if (!limit.ok) return limit;
  const start = startOf(store, query);
  if (!start.ok) return start;
  const { revision, isNow, after } = start.value;
  const collection = store.collection(selection.kind.collection);
  const all = isNow ? collection.list(selection.namespace) : collection.listAt(revision, selection.namespace);
  if (all === undefined) return fail(expired(outdated(after !== undefined)));
  const selected = all.filter(
    (stored) => (after === undefined || keyOf(stored.namespace, stored.name) > after) && selection.matches(stored),
  );
  const items = limit.value > 0 ? selected.slice(0, limit.value) : selected;
  const last = items.at(-1);
  const remaining = selected.length - items.length;
  const resourceVersion = String(revision);
  if (last === undefined || remaining === 0) return ok({ items, meta: { resourceVersion } });
  const token = encodePageToken({ revision, after: keyOf(last.namespace, last.name) });
  const remainingItemCount = selection.isNarrow ? {} : { remainingItemCount: remaining };
  return ok({ items, meta: { resourceVersion, continue: token, ...remainingItemCount } });
}

function startOf(store: Store, query: URLSearchParams): Result<Start, Failure> {
  const token = query.get("continue") ?? "";
  const version = query.get("resourceVersion") ?? "";
  const match = query.get("resourceVersionMatch") ?? "";
  const problem = matchProblem(match, version, token);
  if (problem !== undefined) return fail(problem);
  if (token !== "") return continued(token);
  const wanted = version === "" ? 0 : parseRevision(version);
  if (wanted === undefined)
    return fail(badRequest(`Invalid value: "${version}": strconv.ParseUint: parsing "${version}": invalid syntax`));
  if (wanted > store.revision) return fail(tooLargeResourceVersion(wanted, store.revision));
  if (match === "Exact") return ok({ revision: wanted, isNow: wanted === store.revision });
  return ok({ revision: store.revision, isNow: true });
}

function continued(token: string): Result<Start, Failure> {
  const decoded = decodePageToken(token);
  if (decoded === undefined)
    return fail(badRequest("continue key is not valid: the token was not given by this server"));
  return ok({ revision: decoded.revision, isNow: false, after: decoded.after });
}

function matchProblem(match: string, version: string, token: string): Failure | undefined {
  const subject = { group: "meta.k8s.io", resource: "ListOptions", name: "" };
  const cause = (message: string): Failure =>
    invalid(subject, [{ reason: "FieldValueForbidden", message, field: "resourceVersionMatch" }]);
  if (match === "") return undefined;
  if (token !== "") return cause("Forbidden: resourceVersionMatch is forbidden when continue is provided");
  if (version === "") return cause("Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided");
  if (match !== "Exact" && match !== "NotOlderThan")
    return invalid(subject, [
      {
        reason: "FieldValueNotSupported",
        message: `Unsupported value: "${match}": supported values: "Exact", "NotOlderThan"`,
        field: "resourceVersionMatch",
      },
    ]);
  if (match === "Exact" && version === "0")
    return cause('Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"');
  return undefined;
}

/** A revision in a query; undefined if it is none. */
export function parseRevision(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function outdated(isPage: boolean): string {
  return isPage
    ? "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter."
    : "The resourceVersion for the provided list is too old.";
}

/** A whole number in a query, 0 if it is not there. */
export function wholeNumber(query: URLSearchParams, name: string): Result<number, Failure> {
  const text = query.get(name) ?? "";
  if (/^-?\d{0,15}$/.test(text)) return ok(Number(text));
  return fail(
    badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax; ${name} is a whole number`),
  );
}
