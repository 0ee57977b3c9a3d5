import { createHash } from "node:crypto";

import type { Json, JsonObject } from "../../../base/json.js";
import { canonicalJson, objectAt } from "../../../base/json.js";
import type { KubeObject } from "../../../kube/object.js";

/** The label by which the ReplicaSets of a Deployment tell their Pods apart. */
export const hashLabel = "pod-template-hash";

/** Letters of generated names: no vowels, and no digits that look like some, so that no words come about. */
const alphabet = "bcdfghjklmnpqrstvwxz2456789";

/**
 * The value of `pod-template-hash`: equal templates give equal ones. `collisions` is `status.collisionCount`. Kubernetes
 * hashes its own memory layout of a template; no client can do that, nor needs to.
 */
export function templateHash(template: Json, collisions: number): string {
  const digest = createHash("sha256")
    .update(`${collisions} ${canonicalJson(template)}`)
    .digest();
  return [...digest.subarray(0, 10)].map((byte) => alphabet[byte % alphabet.length] ?? "").join("");
}

/** Whether a ReplicaSet is made from this Pod template. */
export function isMadeFrom(replicaSet: KubeObject, template: JsonObject): boolean {
  return canonicalJson(withoutHash(objectAt(replicaSet, "spec", "template"))) === canonicalJson(withoutHash(template));
}

/** The template with the label, as a ReplicaSet has it. */
export function withHash(template: JsonObject, hash: string): JsonObject {
  const metadata = objectAt(template, "metadata");
  return { ...template, metadata: { ...metadata, labels: { ...objectAt(metadata, "labels"), [hashLabel]: hash } } };
}

function withoutHash(template: JsonObject): JsonObject {
  const metadata = objectAt(template, "metadata");
  const labels = { ...objectAt(metadata, "labels"), [hashLabel]: undefined };
  return { ...template, metadata: { ...metadata, creationTimestamp: undefined, labels } };
}
