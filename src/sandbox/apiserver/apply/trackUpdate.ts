import type { Json, JsonObject } from "../../../base/json.js";
import { at, isArray, isObject, stringAt } from "../../../base/json.js";
import { objectSchema } from "../schema/objectMeta.js";
import { isBuiltin } from "../schema/builtins/builtinSchema.js";
import type { Schema } from "../schema/schema.js";
import { zeroObject } from "../schema/zero.js";
import { compare } from "./compare.js";
import { difference, isEmpty, noFields, union } from "./fieldTree.js";
import type { Manager, Managers } from "./managers.js";
import { cappedUpdaters, decodeManagers, managerKey, withFields, withManagers, withoutManagers } from "./managers.js";
import type { ResetField } from "./untracked.js";
import { withoutIdentity, withoutReset } from "./untracked.js";

/** A write that is no server-side apply: create, replace, or a patch of another type. */
export interface TrackRequest {
  /** The object as stored; undefined for a create. */
  readonly live?: JsonObject;
  /** The object as it shall be, defaults filled in; its managedFields as the client sent them. */
  readonly updated: JsonObject;
  readonly manager: string;
  /** Now, RFC 3339 with whole seconds. */
  readonly time: string;
  /** "status" or another subresource; undefined for the object itself. */
  readonly subresource?: string;
  /** Members that this request cannot change: `[["status"]]` where status is a subresource. */
  readonly reset?: readonly ResetField[];
  readonly schema: Schema;
}

/**
 * The updated object with managedFields: the manager owns what it changed or added besides what it owned, everybody
 * loses what was changed or removed, who owns nothing any more vanishes (KEP-555). `managedFields: []` ends the
 * tracking until the next apply. A write that changes nothing leaves every time alone.
 */
export function trackUpdate(request: TrackRequest): JsonObject {
  const { live, updated } = request;
  const managers = managersBefore(request);
  const isUntracked = managers.size === 0 && live !== undefined;
  if (isUntracked) return withoutManagers(updated);
  return withManagers(updated, managersAfter(request, managers));
}

function managersBefore({ live, updated, subresource }: TrackRequest): Managers {
  const none: Managers = new Map<string, Manager>();
  const stored = (): Managers => decodeManagers(live) ?? none;
  if (subresource !== undefined) return stored();
  const sent = at(updated, "metadata", "managedFields");
  if (isReset(sent)) return none;
  const managers = sent === undefined ? undefined : decodeManagers(updated);
  return managers === undefined || managers.size === 0 ? stored() : managers;
}

/** Empty, or one entry that says nothing: the client wants the managers forgotten. */
function isReset(managedFields: Json | undefined): boolean {
  if (!isArray(managedFields)) return false;
  const [only] = managedFields;
  return managedFields.length === 0 || (managedFields.length === 1 && isObject(only) && Object.keys(only).length === 0);
}

function managersAfter(request: TrackRequest, before: Managers): Managers {
  const { live, updated, manager, time } = request;
  const reset = request.reset ?? [];
  const schema = objectSchema(request.schema);
  const comparison = compare(withoutManagers(live ?? unset(updated, schema)), withoutManagers(updated), schema);
  const set = withoutReset(union(comparison.modified, comparison.added), reset);
  const lost = union(set, withoutReset(comparison.removed, reset));
  const after = new Map(
    [...before].map(([key, other]) => [key, { ...other, fields: difference(other.fields, lost) }] as const),
  );
  const own: Manager = {
    name: manager,
    operation: "Update",
    apiVersion: stringAt(updated, "apiVersion") ?? "",
    subresource: request.subresource ?? "",
    time,
    fields: withoutIdentity(set),
  };
  if (!isEmpty(own.fields)) {
    const kept = after.get(managerKey(own))?.fields ?? noFields;
    after.set(managerKey(own), { ...own, fields: union(own.fields, kept) });
  }
  return cappedUpdaters(withFields(after));
}

/** What a create is compared with: a custom resource with nothing, a built-in one with what it has in any case. */
function unset(created: JsonObject, schema: Schema): JsonObject {
  return isBuiltin(created) ? zeroObject(schema) : {};
}
