import type { Json, JsonObject } from "../../base/json.js";
import { arrayAt, stringAt } from "../../base/json.js";
import type { KubeObject } from "../../kube/object.js";

/** What a gateway says about a route. `now` is wall time in milliseconds. */
export interface Verdict {
  readonly controllerName: string;
  readonly accepted: boolean;
  readonly now: number;
}

/**
 * `status.parents` of a route as a gateway controller writes it (GEP-1364): one entry per parentRef of `refs`, with the
 * generation of the `route` it has worked on; entries that other controllers have in the `live` route stay.
 */
export function parentStatus(route: KubeObject, live: KubeObject, refs: readonly Json[], verdict: Verdict): Json[] {
  const others = arrayAt(live, "status", "parents").filter(
    (entry) => stringAt(entry, "controllerName") !== verdict.controllerName,
  );
  const own = refs.map((parentRef) => ({
    parentRef,
    controllerName: verdict.controllerName,
    conditions: conditionsOf(route, verdict),
  }));
  return [...others, ...own];
}

function conditionsOf(route: KubeObject, { accepted, now }: Verdict): JsonObject[] {
  const common = {
    observedGeneration: route.metadata.generation ?? 0,
    lastTransitionTime: new Date(now).toISOString().replace(/\.\d+Z$/, "Z"),
  };
  const verdict = accepted
    ? { status: "True", reason: "Accepted", message: "the route is served" }
    : { status: "False", reason: "NotAllowedByListeners", message: "no listener takes this route" };
  return [
    { type: "Accepted", ...verdict, ...common },
    { type: "ResolvedRefs", status: "True", reason: "ResolvedRefs", message: "all references are known", ...common },
  ];
}
