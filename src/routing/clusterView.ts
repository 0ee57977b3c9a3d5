import type { KubeObject } from "../kube/object.js";
import type { Seen } from "./observed.js";

/** What objects are looked at for: labelled resources, route objects, Gateways, routemaps, route templates, EndpointSlices, namespaces. */
export type Role = "watched" | "output" | "gateway" | "routemap" | "template" | "slices" | "namespace";

/** The EndpointSlices of a Service, or why they cannot be told. */
export type SeenSlices =
  | { readonly state: "seen"; readonly objects: readonly KubeObject[] }
  | { readonly state: "unseen"; readonly reason: string };

/** A cluster as it was seen, by whatever means: through watches, or all at once. */
export interface ClusterView {
  /** One object; `namespace` is empty for kinds without. */
  see(role: Role, groupResource: string, namespace: string, name: string): Seen;
  /** All objects of a role and kind that were seen, or those of one namespace. */
  list(role: Role, groupResource: string, namespace?: string): readonly KubeObject[];
  slicesOf(namespace: string, service: string): SeenSlices;
  /** Outputs of a kind that carry the label of a routemap. */
  ownedBy(groupResource: string, uid: string): readonly KubeObject[];
}
