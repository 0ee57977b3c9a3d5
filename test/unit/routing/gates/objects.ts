import type { JsonObject } from "../../../../src/base/json.js";
import { builtInKinds } from "../../../../src/config/defaults.js";
import type { KindSettings } from "../../../../src/config/kind.js";
import type { KubeObject } from "../../../../src/kube/object.js";
import { judgeResource, judgeVersion } from "../../../../src/routing/gates/chain.js";
import type { Answer, ResourceInput, Verdict } from "../../../../src/routing/gates/verdict.js";

/** The built-in settings of a shorthand, changed as given. */
export function kindNamed(shorthand: string, change: Partial<KindSettings> = {}): KindSettings {
  const kind = builtInKinds.find((candidate) => candidate.shorthand === shorthand);
  if (kind === undefined) throw new Error(`no kind ${shorthand}`);
  return { ...kind, ...change };
}

/** An object of generation 2 with the given metadata, spec and status. */
export function anObject(parts: { metadata?: JsonObject; spec?: JsonObject; status?: JsonObject } = {}): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Any",
    metadata: { name: "app", namespace: "default", uid: "u1", resourceVersion: "7", generation: 2, ...parts.metadata },
    spec: parts.spec ?? {},
    status: parts.status ?? {},
  };
}

/** A Deployment that serves. */
export function aDeployment(parts: { metadata?: JsonObject; spec?: JsonObject; status?: JsonObject } = {}): KubeObject {
  return anObject({
    metadata: parts.metadata ?? {},
    spec: { replicas: 1, ...parts.spec },
    status: {
      observedGeneration: 2,
      availableReplicas: 1,
      conditions: [{ type: "Available", status: "True", lastTransitionTime: "2026-01-01T00:00:00Z" }],
      ...parts.status,
    },
  });
}

/** What is judged: `object` of the kind, carrying nothing, without endpoints. */
export function inputOf(
  shorthand: string,
  object: KubeObject | undefined,
  change: Partial<ResourceInput> = {},
): ResourceInput {
  return {
    ref: { kind: shorthand, namespace: "default", name: "app" },
    kind: kindNamed(shorthand),
    seen: { state: "seen", object },
    carrying: false,
    endpoints: { state: "notApplicable" },
    ...change,
  };
}

/** The verdict that decides about an object of the kind. */
export function decide(shorthand: string, object: KubeObject, carrying = false): Verdict {
  return judgeVersion(judgeResource(inputOf(shorthand, object, { carrying }))).decisive;
}

/** Answer and reason of the decisive verdict, while the version carries nothing and while it carries weight. */
export function decideBoth(shorthand: string, object: KubeObject): readonly (readonly [Answer, string])[] {
  return [false, true].map((carrying) => {
    const { answer, reason } = decide(shorthand, object, carrying);
    return [answer, reason];
  });
}

/** A condition that has been so since the beginning of 2026. */
export function condition(type: string, status: string, more: JsonObject = {}): JsonObject {
  return { type, status, lastTransitionTime: "2026-01-01T00:00:00Z", ...more };
}
