import type { Json } from "../base/json.js";
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

/** What gates are told of the endpoints of an object: only a Service has some. */
export function endpointsOf(
  groupResource: string,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  view: { endpoints(namespace: string, service: string): Endpoints },
): Endpoints {
  return groupResource === "services" ? view.endpoints(namespace, name) : { state: "notApplicable" };
}

/** Keeps of an EndpointSlice who it is, its labels, and of each endpoint whether it is ready. */
export function projectSlice({ apiVersion, kind, metadata, ...content }: KubeObject): KubeObject {
  const { name, namespace, uid, resourceVersion, labels } = metadata;
  const endpoints = arrayAt(content, "endpoints").map((endpoint): Json =>
    at(endpoint, "conditions", "ready") === false ? { conditions: { ready: false } } : {},
  );
  const where = { ...(namespace === undefined ? {} : { namespace }), ...(labels === undefined ? {} : { labels }) };
  return { apiVersion, kind, metadata: { name, ...where, uid, resourceVersion }, endpoints };
}
