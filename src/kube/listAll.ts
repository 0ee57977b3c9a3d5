import type { Result } from "../base/result.js";
import { fail, ok } from "../base/result.js";
import type { Api, Selection } from "./api.js";
import type { ApiError } from "./apiError.js";
import { isGone } from "./apiError.js";
import type { KubeObject } from "./object.js";

/** Everything that a selection has, and the version at which a watch goes on from there. */
export interface Listed {
  readonly objects: readonly KubeObject[];
  readonly resourceVersion: string;
}

/** Objects of one page. */
const pageSize = 500;

/** Lists page by page. A list that grew too old while it was read is read once more from the beginning. */
export async function listAll(api: Api, selection: Selection, signal: AbortSignal): Promise<Result<Listed, ApiError>> {
  const first = await listPages(api, selection, signal);
  return !first.ok && isGone(first.error) ? listPages(api, selection, signal) : first;
}

async function listPages(api: Api, selection: Selection, signal: AbortSignal): Promise<Result<Listed, ApiError>> {
  const objects: KubeObject[] = [];
  let next: string | undefined;
  for (;;) {
    const options = { limit: pageSize, ...(next === undefined ? {} : { continue: next }) };
    const page = await api.list(selection, options, signal);
    if (!page.ok) return fail(page.error);
    objects.push(...page.value.items);
    next = page.value.continue === "" ? undefined : page.value.continue;
    if (next === undefined) return ok({ objects, resourceVersion: page.value.resourceVersion });
  }
}
