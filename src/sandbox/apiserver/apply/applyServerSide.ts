import type { JsonObject } from "../../../base/json.js";
import { arrayAt, at, objectAt, stringAt } from "../../../base/json.js";
import { sameJson } from "../sameJson.js";
import { defaulted } from "../schema/defaulted.js";
import { objectSchema } from "../schema/objectMeta.js";
import type { Schema } from "../schema/schema.js";
import { compare } from "./compare.js";
import type { Conflict } from "./conflict.js";
import { conflictWith } from "./conflict.js";
import { fieldsOf } from "./fieldsOf.js";
import { difference, intersection, isEmpty, noFields, union } from "./fieldTree.js";
import type { FieldTree } from "./fieldTree.js";
import { allowedByLastApplied, withLastApplied } from "./lastApplied.js";
import type { Manager, Managers } from "./managers.js";
import { decodeManagers, managerKey, withFields, withManagers, withoutManagers } from "./managers.js";
import { mergeApplied } from "./mergeApplied.js";
import { removeDropped } from "./removal.js";
import { trackUpdate } from "./trackUpdate.js";
import { typingProblems } from "./typing.js";
import type { ResetField } from "./untracked.js";
import { withoutIdentity, withoutReset } from "./untracked.js";

/** A server-side apply. */
export interface ApplyRequest {
  /** The object as stored; undefined if there is none. */
  readonly live?: JsonObject;
  /** What was sent, with apiVersion, kind and metadata. */
  readonly applied: JsonObject;
  readonly manager: string;
  /** Whether to take fields over from other managers. */
  readonly force: boolean;
  /** Now, RFC 3339 with whole seconds. */
  readonly time: string;
  /** "status" or another subresource; undefined for the object itself. */
  readonly subresource?: string;
  /** Members that this request cannot change: `[["status"]]` where status is a subresource. */
  readonly reset?: readonly ResetField[];
  readonly schema: Schema;
}

/** What became of an apply. */
export type ApplyOutcome =
  /** The object to store, defaults filled in. It is `live` itself where nothing but a time would change. */
  | { readonly kind: "applied"; readonly object: JsonObject }
  /** Others own what would change; see `reportConflicts`. */
  | { readonly kind: "conflict"; readonly conflicts: readonly Conflict[] }
  /** What was sent cannot be applied; `code` is the HTTP status that says so. */
  | { readonly kind: "invalid"; readonly code: 400 | 500; readonly message: string };

/**
 * Server-side apply (KEP-555): lays the applied object over the live one, removes what this manager applied before,
 * applies no longer and nobody else owns, and writes down who owns what. An applier's fields are all that it sends;
 * another manager's field that would change is a conflict unless forced.
 */
export function applyServerSide(request: ApplyRequest): ApplyOutcome {
  if (at(request.applied, "metadata", "managedFields") !== undefined)
    return { kind: "invalid", code: 400, message: "metadata.managedFields must be nil" };
  const schema = objectSchema(request.schema);
  const problems = typingProblems(request.applied, schema);
  if (problems.length > 0) return { kind: "invalid", code: 500, message: typedMessage(request.applied, problems) };
  const step = new ApplyStep({ ...request, schema });
  const conflicts = step.conflicts();
  if (conflicts.length > 0 && !request.force && !step.isForcedByLastApplied()) return { kind: "conflict", conflicts };
  return { kind: "applied", object: step.result() };
}

/** One apply under way. `request.schema` describes the whole object. */
class ApplyStep {
  private readonly live: JsonObject;
  private readonly managers: Managers;
  private readonly own: Manager;
  private readonly merged: JsonObject;
  private readonly changed: FieldTree;
  private readonly removed: FieldTree;

  constructor(private readonly request: ApplyRequest) {
    const { schema, applied } = request;
    const tracked = request.live === undefined ? undefined : firstTracked(request.live, request);
    this.live = withoutManagers(tracked ?? {});
    this.managers = decodeManagers(tracked) ?? new Map<string, Manager>();
    this.own = {
      name: request.manager,
      operation: "Apply",
      apiVersion: stringAt(applied, "apiVersion") ?? "",
      subresource: request.subresource ?? "",
      fields: withoutReset(fieldsOf(applied, schema), request.reset ?? []),
    };
    this.merged = this.merge();
    const comparison = compare(this.live, this.merged, schema);
    const filter = (fields: FieldTree): FieldTree => withoutReset(fields, request.reset ?? []);
    this.changed = filter(union(comparison.modified, comparison.added));
    this.removed = filter(comparison.removed);
  }

  /** The other managers whose fields would change. */
  conflicts(): readonly Conflict[] {
    return this.others().flatMap(([, manager]) => {
      const fields = intersection(manager.fields, this.changed);
      return isEmpty(fields) ? [] : [conflictWith(manager, fields)];
    });
  }

  /** Whether kubectl itself set all conflicting fields by client-side apply before (KEP-555, "Upgrade"). */
  isForcedByLastApplied(): boolean {
    if (this.request.manager !== "kubectl") return false;
    const allowed = allowedByLastApplied(this.live, this.request.schema);
    return this.others().every(([, manager]) =>
      isEmpty(difference(intersection(manager.fields, this.changed), allowed)),
    );
  }

  result(): JsonObject {
    const { live, time, schema } = this.request;
    const taken = union(this.changed, this.removed);
    const others = this.others().map(
      ([key, manager]) => [key, { ...manager, fields: difference(manager.fields, taken) }] as const,
    );
    const isSame = sameJson(this.merged, this.live);
    const before = this.managers.get(managerKey(this.own));
    const dated = { ...this.own, fields: withoutIdentity(this.own.fields), ...timeOf(isSame ? before?.time : time) };
    const managers = withFields([...others, [managerKey(dated), dated]]);
    const complete = isSame ? this.live : defaulted(this.annotated(), schema, "keep");
    const object = withManagers(complete, managers);
    return live !== undefined && sameButTimes(object, live) ? live : object;
  }

  private merge(): JsonObject {
    const { applied, schema } = this.request;
    return removeDropped({
      merged: mergeApplied(this.live, applied, schema),
      last: this.managers.get(managerKey(this.own))?.fields ?? noFields,
      owned: this.others().reduce((all, [, manager]) => union(all, manager.fields), this.own.fields),
      schema,
    });
  }

  private others(): readonly (readonly [string, Manager])[] {
    return [...this.managers].filter(([key]) => key !== managerKey(this.own));
  }

  private annotated(): JsonObject {
    return this.request.manager === "kubectl" ? withLastApplied(this.merged, this.request.applied) : this.merged;
  }
}

/** The live object; one that has no managers yet gets an updater that owns all that is there (KEP-555, "Upgrade"). */
function firstTracked(live: JsonObject, { time, schema }: ApplyRequest): JsonObject {
  const managers = decodeManagers(live);
  if (managers !== undefined && managers.size > 0) return live;
  return trackUpdate({ updated: withoutManagers(live), manager: "before-first-apply", time, schema });
}

function timeOf(time: string | undefined): { readonly time?: string } {
  return time === undefined ? {} : { time };
}

function typedMessage(applied: JsonObject, problems: readonly string[]): string {
  const version = stringAt(applied, "apiVersion") ?? "";
  const apiVersion = version.includes("/") ? version : `/${version}`;
  const kind = stringAt(applied, "kind") ?? "";
  const name = stringAt(applied, "metadata", "name") ?? "";
  const namespace = stringAt(applied, "metadata", "namespace") ?? "";
  const list = problems.length === 1 ? problems.join("") : `errors:\n${problems.map((text) => `  ${text}`).join("\n")}`;
  return `failed to create typed patch object (${namespace}/${name}; ${apiVersion}, Kind=${kind}): ${list}`;
}

function sameButTimes(a: JsonObject, b: JsonObject): boolean {
  return sameJson(withoutTimes(a), withoutTimes(b));
}

function withoutTimes(object: JsonObject): JsonObject {
  const metadata = objectAt(object, "metadata");
  const entries = arrayAt(metadata, "managedFields").map((entry) => ({ ...objectAt(entry), time: undefined }));
  return { ...object, metadata: { ...metadata, managedFields: entries } };
}
