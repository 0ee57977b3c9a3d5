import type { JsonObject } from "../../../base/json.js";
import { arrayAt, at, canonicalJson, objectAt, stringAt } from "../../../base/json.js";
import type { KubeObject } from "../../../kube/object.js";
import { endpointGroups } from "./endpoints.js";
import { controllerReference } from "./owners.js";

/** How many endpoints a slice takes, as with Kubernetes. */
const mostEndpoints = 100;

/** What manages the slices, by their label `endpointslice.kubernetes.io/managed-by`. */
export const sliceManager = "endpointslice-controller.k8s.io";

const managedBy = "endpointslice.kubernetes.io/managed-by";
const headless = "service.kubernetes.io/headless";

/** What has to be written so that the slices say what they should. */
export interface SlicePlan {
  readonly create: readonly JsonObject[];
  /** Whole objects, of the revision that was seen. */
  readonly update: readonly JsonObject[];
  readonly remove: readonly KubeObject[];
}

/**
 * Compares the slices of a Service with its endpoints. There is always one slice, be it empty. A slice that has the
 * right ports is kept and changed; the Service's labels stand on every slice.
 */
export function planSlices(
  service: KubeObject,
  pods: readonly KubeObject[],
  existing: readonly KubeObject[],
): SlicePlan {
  const left = existing.filter((slice) => isOurs(slice, service));
  const create: JsonObject[] = [];
  const update: JsonObject[] = [];
  for (const content of contentsOf(service, pods)) {
    const index = indexOfBest(left, content);
    const [slice] = index < 0 ? [] : left.splice(index, 1);
    if (slice === undefined) create.push(newSlice(service, content));
    else if (!says(slice, service, content)) update.push(changed(slice, service, content));
  }
  return { create, update, remove: left };
}

/** Whether a slice is one that this controller made for this Service. */
export function isOurs(slice: KubeObject, service: KubeObject): boolean {
  const { labels = {}, ownerReferences = [], deletionTimestamp } = slice.metadata;
  return (
    labels[managedBy] === sliceManager &&
    deletionTimestamp === undefined &&
    ownerReferences.some(({ uid }) => uid === service.metadata.uid)
  );
}

interface Content {
  readonly ports: readonly JsonObject[];
  readonly endpoints: readonly JsonObject[];
}

function contentsOf(service: KubeObject, pods: readonly KubeObject[]): readonly Content[] {
  const contents = endpointGroups(service, pods).flatMap(({ ports, endpoints }) => {
    const count = Math.ceil(endpoints.length / mostEndpoints);
    const part = (index: number): Content => {
      const from = index * mostEndpoints;
      return { ports, endpoints: endpoints.slice(from, from + mostEndpoints) };
    };
    return Array.from({ length: count }, (_, index) => part(index));
  });
  return contents.length > 0 ? contents : [{ ports: [], endpoints: [] }];
}

/** The slice that needs the least change: the same ports and address, else any whose content nobody wants. */
function indexOfBest(slices: readonly KubeObject[], content: Content): number {
  const ports = canonicalJson(content.ports);
  const first = stringAt(content.endpoints[0], "addresses", 0);
  const same = slices.findIndex(
    (slice) =>
      canonicalJson(arrayAt(slice, "ports")) === ports && stringAt(slice, "endpoints", 0, "addresses", 0) === first,
  );
  if (same >= 0) return same;
  const fitting = slices.findIndex((slice) => canonicalJson(arrayAt(slice, "ports")) === ports);
  return fitting >= 0 || slices.length === 0 ? fitting : 0;
}

function says(slice: KubeObject, service: KubeObject, { ports, endpoints }: Content): boolean {
  return (
    canonicalJson(arrayAt(slice, "ports")) === canonicalJson(ports) &&
    canonicalJson(arrayAt(slice, "endpoints")) === canonicalJson(endpoints) &&
    canonicalJson(objectAt(slice, "metadata", "labels")) === canonicalJson(labelsFor(service))
  );
}

function changed(slice: KubeObject, service: KubeObject, { ports, endpoints }: Content): JsonObject {
  return { ...slice, metadata: { ...slice.metadata, labels: labelsFor(service) }, ports, endpoints };
}

function newSlice(service: KubeObject, { ports, endpoints }: Content): JsonObject {
  const { name, namespace } = service.metadata;
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      generateName: `${name}-`,
      namespace,
      labels: labelsFor(service),
      ownerReferences: [controllerReference(service)],
    },
    addressType: stringAt(service, "spec", "ipFamilies", 0) ?? "IPv4",
    ports,
    endpoints,
  };
}

function labelsFor(service: KubeObject): JsonObject {
  const { name, labels = {} } = service.metadata;
  return {
    ...labels,
    ...(at(service, "spec", "clusterIP") === "None" ? { [headless]: "" } : {}),
    "kubernetes.io/service-name": name,
    [managedBy]: sliceManager,
  };
}
