import type { Json, JsonObject } from "../../../base/json.js";
import { arrayAt, at, canonicalJson, numberAt, stringAt } from "../../../base/json.js";
import type { KubeObject } from "../../../kube/object.js";
import { isReady, isTerminal } from "./podState.js";

/** Endpoints that are reached by the same ports. */
export interface EndpointGroup {
  readonly ports: readonly JsonObject[];
  /** By address. */
  readonly endpoints: readonly JsonObject[];
}

/**
 * The endpoints of a Service: the Pods of its selector that have an address and have not ended, with the conditions of
 * KEP-1672. `serving` is the Pod's readiness, `terminating` its deletion, and `ready` is serving without terminating,
 * or always where the Service publishes addresses that are not ready. Pods in which a named port has different numbers
 * make groups of their own.
 */
export function endpointGroups(service: KubeObject, pods: readonly KubeObject[]): readonly EndpointGroup[] {
  const groups = new Map<string, { readonly ports: readonly JsonObject[]; readonly endpoints: JsonObject[] }>();
  const publishesAll = at(service, "spec", "publishNotReadyAddresses") === true;
  for (const pod of pods) {
    if (!isSelected(service, pod) || addressOf(pod) === "" || isTerminal(pod)) continue;
    const ports = arrayAt(service, "spec", "ports").flatMap((port) => portOf(port, pod));
    const key = canonicalJson(ports);
    const group = groups.get(key) ?? { ports, endpoints: [] };
    groups.set(key, group);
    group.endpoints.push(endpointOf(pod, publishesAll));
  }
  return [...groups.values()].map(({ ports, endpoints }) => ({ ports, endpoints: endpoints.sort(byAddress) }));
}

/** Whether a Service chooses its endpoints by a selector. */
export function hasSelector(service: KubeObject): boolean {
  return selectorOf(service).length > 0 && stringAt(service, "spec", "type") !== "ExternalName";
}

/** Whether a Pod has all labels of the Service's selector. */
export function isSelected(service: KubeObject, pod: KubeObject): boolean {
  return selectorOf(service).every(([key, value]) => pod.metadata.labels?.[key] === value);
}

function selectorOf(service: KubeObject): readonly (readonly [string, Json | undefined])[] {
  const selector = at(service, "spec", "selector");
  return typeof selector === "object" && selector !== null ? Object.entries(selector) : [];
}

function addressOf(pod: KubeObject): string {
  return stringAt(pod, "status", "podIP") ?? "";
}

function endpointOf(pod: KubeObject, publishesAll: boolean): JsonObject {
  const serving = isReady(pod);
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const { name, namespace, uid } = pod.metadata;
  const nodeName = stringAt(pod, "spec", "nodeName");
  return {
    addresses: [addressOf(pod)],
    conditions: { ready: publishesAll || (serving && !terminating), serving, terminating },
    targetRef: { kind: "Pod", namespace, name, uid },
    ...(nodeName === undefined ? {} : { nodeName }),
  };
}

/** A port as the Pod has it; none where its containers do not have the one that is named. */
function portOf(port: Json, pod: KubeObject): readonly JsonObject[] {
  const protocol = stringAt(port, "protocol") ?? "TCP";
  const target = at(port, "targetPort") ?? numberAt(port, "port");
  const number = typeof target === "string" ? namedPort(pod, target, protocol) : target;
  if (typeof number !== "number") return [];
  const appProtocol = stringAt(port, "appProtocol");
  const name = stringAt(port, "name") ?? "";
  return [{ name, port: number, protocol, ...(appProtocol === undefined ? {} : { appProtocol }) }];
}

function namedPort(pod: KubeObject, name: string, protocol: string): number | undefined {
  const found = arrayAt(pod, "spec", "containers")
    .flatMap((container) => arrayAt(container, "ports"))
    .find((port) => stringAt(port, "name") === name && (stringAt(port, "protocol") ?? "TCP") === protocol);
  return numberAt(found, "containerPort");
}

function byAddress(a: JsonObject, b: JsonObject): number {
  return (stringAt(a, "addresses", 0) ?? "").localeCompare(stringAt(b, "addresses", 0) ?? "");
}
