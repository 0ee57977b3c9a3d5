import { withDeadline } from "../base/abort.js";
import type { Clock } from "../base/clock.js";
import type { Result } from "../base/result.js";
import { fail, ok } from "../base/result.js";
import type { Api, ListOptions, ListPage, Selection } from "./api.js";
import type { ApiError } from "./apiError.js";
import type { Item, Projection } from "./item.js";
import { toItem } from "./item.js";
import { parseResourceVersion } from "./resourceVersion.js";

const pageDeadline = 30_000;

/** A page whose versions can be compared. */
export interface DecodedPage<T> {
  readonly items: readonly Item<T>[];
  readonly resourceVersion: bigint;
  readonly continue: string | undefined;
}

/** Asks for one page, for at most 30 s, and projects its objects. */
export async function fetchPage<T>(
  source: { readonly api: Api; readonly clock: Clock; readonly project: Projection<T> },
  selection: Selection,
  options: ListOptions,
  signal: AbortSignal,
): Promise<Result<DecodedPage<T>, ApiError>> {
  const deadline = withDeadline(source.clock, signal, pageDeadline);
  const page = await source.api.list(selection, options, deadline.signal);
  deadline.release();
  if (page.ok) return decodePage(page.value, source.project);
  if (!deadline.expired()) return page;
  return fail({ ...page.error, kind: "unknown", reason: "Deadline", message: `no answer within ${pageDeadline} ms` });
}

function decodePage<T>(page: ListPage, project: Projection<T>): Result<DecodedPage<T>, ApiError> {
  const resourceVersion = parseResourceVersion(page.resourceVersion);
  if (resourceVersion === undefined) return fail(uncomparable("list", page.resourceVersion));
  const items: Item<T>[] = [];
  for (const object of page.items) {
    const item = toItem(object, project);
    if (item === undefined) return fail(uncomparable("list", object.metadata.resourceVersion));
    items.push(item);
  }
  return ok({ items, resourceVersion, continue: page.continue === "" ? undefined : page.continue });
}

/** The error of an answer with a resourceVersion that is no decimal number (KEP-5504 says it is one). */
export function uncomparable(verb: string, resourceVersion: string): ApiError {
  return {
    kind: "malformed",
    code: 0,
    reason: "Unreadable",
    message: `resourceVersion ${JSON.stringify(resourceVersion)} is not a decimal number`,
    causes: [],
    verb,
    path: "",
  };
}
