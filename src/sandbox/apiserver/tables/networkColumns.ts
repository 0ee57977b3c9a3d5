import type { Json } from "../../../base/json.js";
import { arrayAt, at, numberAt, stringAt } from "../../../base/json.js";
import type { KubeObject } from "../../../kube/object.js";
import type { Column } from "../kinds/servedKind.js";
import { ageColumn, joined, labelText, nameColumn, selectorText, text, textOr, wide } from "./columns.js";

/** Columns of Services and what belongs to them. */
export const networkColumns: Readonly<Record<string, readonly Column[]>> = {
  Service: [
    nameColumn,
    text("Type", (service) => textOr(service, "ClusterIP", "spec", "type")),
    text("Cluster-IP", (service) => textOr(service, "<none>", "spec", "clusterIP")),
    text("External-IP", externalAddress),
    text("Port(s)", (service) => joined(arrayAt(service, "spec", "ports").map(servicePort))),
    ageColumn,
    wide("Selector", (service) => selectorText(service, "spec", "selector")),
  ],
  Endpoints: [nameColumn, text("Endpoints", endpointAddresses), ageColumn],
  EndpointSlice: [
    nameColumn,
    text("AddressType", (slice) => textOr(slice, "", "addressType")),
    text("Ports", (slice) => limited(arrayAt(slice, "ports").map(slicePort), "<unset>")),
    text("Endpoints", (slice) => limited(sliceAddresses(slice), "<unset>")),
    ageColumn,
  ],
  NetworkPolicy: [
    nameColumn,
    text("Pod-Selector", (policy) => selectorText(policy, "spec", "podSelector", "matchLabels")),
    ageColumn,
  ],
};

function externalAddress(service: KubeObject): string {
  const given = arrayAt(service, "spec", "externalIPs").map(labelText);
  const balanced = arrayAt(service, "status", "loadBalancer", "ingress").map(
    (ingress) => stringAt(ingress, "ip") ?? stringAt(ingress, "hostname") ?? "",
  );
  switch (stringAt(service, "spec", "type")) {
    case "ExternalName":
      return textOr(service, "<none>", "spec", "externalName");
    case "LoadBalancer":
      return [...balanced, ...given].length === 0 ? "<pending>" : [...balanced, ...given].join(",");
    default:
      return joined(given);
  }
}

function servicePort(port: Json): string {
  const nodePort = numberAt(port, "nodePort") ?? 0;
  const number = numberAt(port, "port") ?? 0;
  return `${number}${nodePort === 0 ? "" : `:${nodePort}`}/${stringAt(port, "protocol") ?? "TCP"}`;
}

function slicePort(port: Json): string {
  const number = numberAt(port, "port");
  return number === undefined ? "*" : String(number);
}

function sliceAddresses(slice: KubeObject): readonly string[] {
  return arrayAt(slice, "endpoints").flatMap((endpoint) => arrayAt(endpoint, "addresses").map(labelText));
}

function endpointAddresses(endpoints: KubeObject): string {
  const all = arrayAt(endpoints, "subsets").flatMap((subset) =>
    arrayAt(subset, "ports").flatMap((port) =>
      arrayAt(subset, "addresses").map((address) => `${labelText(at(address, "ip"))}:${labelText(at(port, "port"))}`),
    ),
  );
  return limited(all, "<none>");
}

const shown = 3;

/** The first three, and how many more there are. */
function limited(all: readonly string[], none: string): string {
  if (all.length === 0) return none;
  const more = all.length > shown ? ` + ${all.length - shown} more...` : "";
  return all.slice(0, shown).join(",") + more;
}
