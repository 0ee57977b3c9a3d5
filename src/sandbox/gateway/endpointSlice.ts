import type { Json } from "../../base/json.js";
import { arrayAt, at, numberAt, stringAt } from "../../base/json.js";
import type { KubeObject } from "../../kube/object.js";

/** What a gateway reads of a Service. */
export interface ServiceFacts {
  readonly ports: readonly ServicePort[];
  /** The host that an ExternalName Service stands for. */
  readonly externalName: string | undefined;
}

/** A port by its number, with the name that EndpointSlices know it by. */
export interface ServicePort {
  readonly port: number;
  readonly name: string;
  readonly isHttp2: boolean;
}

/** What a gateway reads of an EndpointSlice. */
export interface SliceFacts {
  /** "namespace/name" of the Service; undefined where no label tells. */
  readonly service: string | undefined;
  readonly ports: ReadonlyMap<string, number>;
  readonly endpoints: readonly SliceEndpoint[];
}

/** An endpoint that is ready; `pod` is "namespace/name" of the Pod behind it. */
export interface SliceEndpoint {
  readonly ip: string;
  readonly pod: string | undefined;
}

/** Reads a Service. */
export function decodeService(object: KubeObject): ServiceFacts {
  const ports = arrayAt(object, "spec", "ports").map((port) => ({
    port: numberAt(port, "port") ?? 0,
    name: stringAt(port, "name") ?? "",
    isHttp2: speaksHttp2(port),
  }));
  const isExternal = stringAt(object, "spec", "type") === "ExternalName";
  return { ports, externalName: isExternal ? stringAt(object, "spec", "externalName") : undefined };
}

/** Reads an EndpointSlice. Of an endpoint with several addresses the first is meant (KEP-752). */
export function decodeSlice(object: KubeObject): SliceFacts {
  const { namespace = "", labels = {} } = object.metadata;
  const service = labels["kubernetes.io/service-name"];
  const ports = arrayAt(object, "ports").flatMap((port): (readonly [string, number])[] => {
    const number = numberAt(port, "port");
    return number === undefined ? [] : [[stringAt(port, "name") ?? "", number]];
  });
  const endpoints = arrayAt(object, "endpoints").flatMap((endpoint) => readyEndpoint(endpoint, namespace) ?? []);
  return { service: service === undefined ? undefined : `${namespace}/${service}`, ports: new Map(ports), endpoints };
}

/** Unknown readiness counts as ready (EndpointConditions). */
function readyEndpoint(endpoint: Json, namespace: string): SliceEndpoint | undefined {
  const ip = stringAt(endpoint, "addresses", 0);
  if (ip === undefined || at(endpoint, "conditions", "ready") === false) return undefined;
  const name = stringAt(endpoint, "targetRef", "kind") === "Pod" ? stringAt(endpoint, "targetRef", "name") : undefined;
  const owner = stringAt(endpoint, "targetRef", "namespace") ?? namespace;
  return { ip, pod: name === undefined ? undefined : `${owner}/${name}` };
}

/** By appProtocol (KEP-3726) or, as in Istio, by the name of the port. */
function speaksHttp2(port: Json): boolean {
  const protocol = stringAt(port, "appProtocol") ?? /^[^-]*/.exec(stringAt(port, "name") ?? "")?.[0] ?? "";
  return ["kubernetes.io/h2c", "h2c", "http2", "grpc"].includes(protocol);
}
