import type { JsonObject } from "../../../../src/base/json.js";
import type { KubeObject } from "../../../../src/kube/object.js";
import type { RequestHead } from "../../../../src/sandbox/gateway/requestHead.js";

/** An object as the API server stores it, in namespace "ns". */
export function stored(kind: string, spec: JsonObject, metadata: JsonObject = {}): KubeObject {
  const meta = { name: "app", namespace: "ns", uid: "uid-1", resourceVersion: "1", generation: 1, ...metadata };
  return { apiVersion: "example.com/v1", kind, metadata: meta, spec };
}

/** A request, by default a GET of "/" at app.example.com. */
export function asked(over: Partial<RequestHead> = {}): RequestHead {
  return { method: "GET", host: "app.example.com", target: "/", fields: [], ...over };
}
