import type { Json, JsonObject } from "../../../../../src/base/json.js";
import { isObject, objectAt } from "../../../../../src/base/json.js";
import { applyServerSide } from "../../../../../src/sandbox/apiserver/apply/applyServerSide.js";
import { reportConflicts } from "../../../../../src/sandbox/apiserver/apply/conflict.js";
import { trackUpdate } from "../../../../../src/sandbox/apiserver/apply/trackUpdate.js";
import { applyPatch } from "../../../../../src/sandbox/apiserver/patch/applyPatch.js";
import { builtinSchema } from "../../../../../src/sandbox/apiserver/schema/builtins/builtinSchema.js";
import { defaulted } from "../../../../../src/sandbox/apiserver/schema/defaulted.js";
import { prune } from "../../../../../src/sandbox/apiserver/schema/prune.js";
import type { Schema } from "../../../../../src/sandbox/apiserver/schema/schema.js";
import { validate } from "../../../../../src/sandbox/apiserver/schema/validate.js";
import { gaugeSchema } from "./gauge.js";
import type { Step, Story } from "./story.js";

/** What a server answered to one step, without what differs from run to run. */
export type Answer =
  | { readonly status: number; readonly object: JsonObject }
  | { readonly status: number; readonly message: string; readonly causes?: Json };

const statusCodes = { invalid: 422, testFailed: 422, badRequest: 400, unsupported: 415, internal: 500 } as const;

/** Carries out stories with nothing but the pure functions. */
export class Replay {
  private live: JsonObject | undefined;
  private seconds = 0;
  private readonly schema: Schema;
  private readonly isCustom: boolean;

  constructor(private readonly story: Story) {
    const builtin = builtinSchema(story.apiVersion, story.kind);
    this.isCustom = builtin === undefined;
    this.schema = builtin ?? gaugeSchema;
  }

  step(step: Step): Answer {
    this.seconds++;
    if (step.verb === "apply") return this.apply(step);
    if (step.verb === "create" || step.verb === "replace") return this.write(step, this.whole(step));
    const patch = { type: step.verb, body: step.body };
    const patched = applyPatch(this.live ?? {}, patch, this.isCustom ? undefined : this.schema);
    if (!patched.ok) return { status: statusCodes[patched.error.kind], message: patched.error.message };
    return this.write(step, patched.value);
  }

  private apply(step: Step): Answer {
    const outcome = applyServerSide({
      ...this.request(step),
      applied: this.named(step.body),
      force: step.force === true,
    });
    switch (outcome.kind) {
      case "conflict":
        return { status: 409, ...reportConflicts(outcome.conflicts) };
      case "invalid":
        return { status: outcome.code, message: outcome.message };
      case "applied":
        return this.store(step, outcome.object);
    }
  }

  private write(step: Step, body: JsonObject): Answer {
    const updated = defaulted(prune(body, this.schema).value, this.schema);
    return this.store(step, trackUpdate({ ...this.request(step), updated }));
  }

  /** Stores an object if it is valid, but for what the request cannot change. */
  private store(step: Step, object: JsonObject): Answer {
    const errors = validate(object, this.schema, step.subresource);
    if (errors.length > 0) {
      const message = errors.map(({ field, message: text }) => `${field}: ${text}`).join(", ");
      return { status: 422, message, causes: errors.map((error) => ({ ...error })) };
    }
    const status = this.live === undefined ? 201 : 200;
    this.live = this.kept(step, object);
    return { status, object: this.live };
  }

  private kept(step: Step, object: JsonObject): JsonObject {
    if (step.subresource === "status") {
      const managedFields = objectAt(object, "metadata")["managedFields"];
      const metadata = { ...objectAt(this.live, "metadata"), managedFields };
      return { ...this.live, metadata, status: object["status"] };
    }
    return this.story.kind === "ConfigMap" ? object : { ...object, status: this.live?.["status"] };
  }

  private request(step: Step) {
    const reset = step.subresource === "status" ? [["metadata"], ["spec"]] : [["status"]];
    return {
      ...(this.live === undefined ? {} : { live: this.live }),
      manager: step.manager,
      time: new Date(this.seconds * 1000).toISOString().replace(".000Z", "Z"),
      ...(step.subresource === undefined ? {} : { subresource: step.subresource }),
      reset: this.story.kind === "ConfigMap" ? [] : reset,
      schema: this.schema,
    };
  }

  private whole(step: Step): JsonObject {
    if (step.verb === "create" || this.live === undefined) return this.named(step.body);
    const body = objectAt(step.body);
    const metadata = { ...objectAt(this.live, "metadata"), ...objectAt(body, "metadata") };
    return { ...this.live, ...body, metadata };
  }

  private named(body: Json): JsonObject {
    const fields = isObject(body) ? body : {};
    const { apiVersion, kind } = this.story;
    return { apiVersion, kind, ...fields, metadata: { ...objectAt(fields, "metadata"), name: "story" } };
  }
}
