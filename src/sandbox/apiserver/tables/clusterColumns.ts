import { arrayAt, objectAt, stringAt } from "../../../base/json.js";
import type { KubeObject } from "../../../kube/object.js";
import type { Column } from "../kinds/servedKind.js";
import { ageColumn, joined, nameColumn, text, textOr, wide } from "./columns.js";

/** Columns of Namespaces, Nodes and what holds data. */
export const clusterColumns: Readonly<Record<string, readonly Column[]>> = {
  Namespace: [nameColumn, text("Status", (namespace) => textOr(namespace, "", "status", "phase")), ageColumn],
  ConfigMap: [nameColumn, text("Data", (map) => size(map, "data") + size(map, "binaryData")), ageColumn],
  Secret: [
    nameColumn,
    text("Type", (secret) => textOr(secret, "", "type")),
    text("Data", (secret) => size(secret, "data")),
    ageColumn,
  ],
  Lease: [nameColumn, text("Holder", (lease) => textOr(lease, "", "spec", "holderIdentity")), ageColumn],
  Node: [
    nameColumn,
    text("Status", nodeState),
    text("Roles", roles),
    ageColumn,
    text("Version", (node) => textOr(node, "", "status", "nodeInfo", "kubeletVersion")),
    wide("Internal-IP", (node) => nodeAddress(node, "InternalIP")),
    wide("External-IP", (node) => nodeAddress(node, "ExternalIP")),
    wide("OS-Image", (node) => textOr(node, "<unknown>", "status", "nodeInfo", "osImage")),
    wide("Kernel-Version", (node) => textOr(node, "<unknown>", "status", "nodeInfo", "kernelVersion")),
    wide("Container-Runtime", (node) => textOr(node, "<unknown>", "status", "nodeInfo", "containerRuntimeVersion")),
  ],
};

function size(object: KubeObject, member: string): number {
  return Object.keys(objectAt(object, member)).length;
}

function nodeState(node: KubeObject): string {
  const ready = arrayAt(node, "status", "conditions").find((known) => stringAt(known, "type") === "Ready");
  const state = stringAt(ready, "status") === "True" ? "Ready" : ready === undefined ? "Unknown" : "NotReady";
  return objectAt(node, "spec")["unschedulable"] === true ? `${state},SchedulingDisabled` : state;
}

const rolePrefix = "node-role.kubernetes.io/";

function roles(node: KubeObject): string {
  const names = Object.keys(node.metadata.labels ?? {}).filter((name) => name.startsWith(rolePrefix));
  return joined(names.map((name) => name.slice(rolePrefix.length)).sort());
}

function nodeAddress(node: KubeObject, type: string): string {
  const found = arrayAt(node, "status", "addresses").find((address) => stringAt(address, "type") === type);
  return stringAt(found, "address") ?? "<none>";
}
