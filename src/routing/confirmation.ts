import type { Json } from "../base/json.js";
import { arrayAt, at, canonicalJson, numberAt, stringAt } from "../base/json.js";
import type { KubeObject } from "../kube/object.js";
import type { Confirmation } from "./track.js";

/**
 * Which generation of a stored route its gateways have accepted.
 *
 * Gateway API (GEP-1364): every parentRef of the spec needs an entry in `status.parents` with Accepted=True; the
 * lowest observedGeneration among them counts. ResolvedRefs is not asked: Contour reports a weight-0 reference to a
 * missing Service as unresolved. Istio writes no status by default; where `Reconciled` is there, it counts.
 */
export function confirmationOf(object: KubeObject): Confirmation {
  if (object.kind === "HTTPRoute" || object.kind === "GRPCRoute") return parentsConfirm(object);
  if (object.kind === "VirtualService") return reconciled(object);
  return { kind: "none" };
}

function parentsConfirm(object: KubeObject): Confirmation {
  const home = object.metadata.namespace ?? "";
  const wanted = arrayAt(object, "spec", "parentRefs").map((ref) => parentKey(ref, home));
  if (wanted.length === 0) return { kind: "none" };
  const accepted = new Map<string, number>();
  for (const parent of arrayAt(object, "status", "parents")) {
    for (const condition of arrayAt(parent, "conditions")) {
      if (stringAt(condition, "type") !== "Accepted" || stringAt(condition, "status") !== "True") continue;
      const key = parentKey(at(parent, "parentRef"), home);
      accepted.set(key, Math.max(accepted.get(key) ?? 0, numberAt(condition, "observedGeneration") ?? 0));
    }
  }
  return { kind: "generation", generation: Math.min(...wanted.map((key) => accepted.get(key) ?? 0)) };
}

function parentKey(ref: Json | undefined, home: string): string {
  return canonicalJson({
    group: at(ref, "group") ?? "gateway.networking.k8s.io",
    kind: at(ref, "kind") ?? "Gateway",
    namespace: at(ref, "namespace") ?? home,
    name: at(ref, "name") ?? null,
    sectionName: at(ref, "sectionName") ?? null,
    port: at(ref, "port") ?? null,
  });
}

function reconciled(object: KubeObject): Confirmation {
  const condition = arrayAt(object, "status", "conditions").find((c) => stringAt(c, "type") === "Reconciled");
  if (condition === undefined) return { kind: "none" };
  const generation = numberAt(condition, "observedGeneration") ?? numberAt(object, "status", "observedGeneration") ?? 0;
  return { kind: "generation", generation: stringAt(condition, "status") === "True" ? generation : 0 };
}
