import type { Json } from "../../../base/json.js";
import type { Result } from "../../../base/result.js";
import { fail } from "../../../base/result.js";
import type { Cluster } from "../cluster.js";
import { bareType } from "../http/mediaType.js";
import type { Patch } from "../patch/applyPatch.js";
import { applyPatch } from "../patch/applyPatch.js";
import type { PatchProblem } from "../patch/patchProblem.js";
import type { Failure } from "../status/failure.js";
import { badRequest, internalError, invalid, unsupportedMediaType } from "../status/failure.js";
import { apply } from "./apply.js";
import { jsonIn, unreadable, yamlIn } from "./bodyFormat.js";
import { identified } from "./identity.js";
import type { NamedPlace } from "./update.js";
import { change, liveObject } from "./update.js";
import type { WriteOptions } from "./writeOptions.js";
import type { Written } from "./written.js";

/** A patch's body as it was sent. */
export interface PatchBody {
  readonly text: string;
  readonly contentType: string | undefined;
}

const patchTypes: Readonly<Record<string, Patch["type"] | "apply">> = {
  "application/json-patch+json": "json",
  "application/merge-patch+json": "merge",
  "application/strategic-merge-patch+json": "strategic",
  "application/apply-patch+yaml": "apply",
};

/** PATCH of any of the four types. */
export function patch(
  cluster: Cluster,
  place: NamedPlace,
  body: PatchBody,
  options: WriteOptions,
): Result<Written, Failure> {
  const type = patchTypes[bareType(body.contentType)];
  const refused = typeProblem(type, place, body);
  if (refused !== undefined || type === undefined) return fail(refused ?? badRequest("no patch type"));
  if (type === "apply") {
    const applied = yamlIn(body.text);
    return applied.ok ? apply(cluster, place, applied.value, options) : applied;
  }
  if (options.hasForce) return fail(forceRefused());
  const decoded = jsonIn(body.text);
  return decoded.ok ? plainPatch(cluster, place, type, decoded.value, options) : decoded;
}

function plainPatch(
  cluster: Cluster,
  place: NamedPlace,
  type: Patch["type"],
  body: Json,
  options: WriteOptions,
): Result<Written, Failure> {
  const live = liveObject(cluster, place);
  if (!live.ok) return live;
  const next = applyPatch(live.value, { type, body }, place.kind.isCustom ? undefined : place.kind.schema);
  if (!next.ok) return fail(failureOf(next.error));
  const named = identified(next.value, place, cluster.random);
  if (!named.ok) return named;
  return change(cluster, place, { live: live.value, body: named.value, isPut: false }, options);
}

function failureOf({ kind, message }: PatchProblem): Failure {
  switch (kind) {
    case "badRequest":
      return badRequest(message);
    case "internal":
      return internalError(message);
    case "unsupported":
      return unsupportedMediaType(message);
    case "invalid":
    case "testFailed":
      // Without a name: so a real server says it, and kubectl words it accordingly.
      return { code: 422, reason: "Invalid", message, details: {} };
  }
}

function typeProblem(type: string | undefined, place: NamedPlace, body: PatchBody): Failure | undefined {
  const accepted = Object.keys(patchTypes).filter((name) => !place.kind.isCustom || patchTypes[name] !== "strategic");
  const isKnown = type !== undefined && (type !== "strategic" || !place.kind.isCustom);
  return isKnown ? undefined : unreadable(bareType(body.contentType), accepted);
}

function forceRefused(): Failure {
  return invalid({ group: "meta.k8s.io", resource: "PatchOptions", name: "" }, [
    { reason: "FieldValueForbidden", message: "Forbidden: may not be specified for non-apply patch", field: "force" },
  ]);
}
