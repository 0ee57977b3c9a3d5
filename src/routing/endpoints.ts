import { arrayAt, at } from "../base/json.js";
import type { KubeObject } from "../kube/object.js";
import type { Endpoints } from "./observed.js";

/** Counts endpoints with ready=true over the slices of one Service (an absent `ready` counts as true: discovery.k8s.io/v1). */
export function readyEndpoints(slices: readonly KubeObject[]): Endpoints {
  let ready = 0;
  for (const slice of slices) {
    for (const endpoint of arrayAt(slice, "endpoints")) {
      const answer = at(endpoint, "conditions", "ready");
      if (answer !== false) ready += 1;
    }
  }
  return { state: "seen", ready, slices: slices.length };
}
