import { hashJson } from "../base/hash.js";
import type { JsonObject } from "../base/json.js";
import { covers } from "../kube/fieldset.js";
import type { ManagedFields } from "../kube/object.js";

/**
 * Whether our managedFields entry still covers every field of `body`. Where a webhook or a default made it fall short
 * right after our own apply, the entry of that moment is the `baseline`, until the entry changes.
 */
export function covered(entry: ManagedFields | undefined, body: JsonObject, baseline: string | undefined): boolean {
  if (entry === undefined) return false;
  return covers(entry, body) || (baseline !== undefined && baseline === hashJson(entry.fieldsV1 ?? {}));
}

/** The baseline to remember after an apply: only where the entry covers less than was sent. */
export function baselineAfter(entry: ManagedFields | undefined, body: JsonObject): string | undefined {
  return entry === undefined || covers(entry, body) ? undefined : hashJson(entry.fieldsV1 ?? {});
}
