import type { KubeObject } from "../../../kube/object.js";
import { Mirror } from "./mirror.js";
import { controllerOf } from "./owners.js";

/** What the workload controllers know. Names in brackets: by what each kind is grouped. */
export interface Mirrors {
  /** (namespace) */
  readonly deployments: Mirror;
  /** (uid of its controller) */
  readonly replicaSets: Mirror;
  /** (uid of its controller) */
  readonly pods: Mirror;
  /** The same Pods (namespace). */
  readonly podsByNamespace: Mirror;
  /** (namespace) */
  readonly services: Mirror;
  /** (namespace and Service) */
  readonly endpointSlices: Mirror;
}

/** Mirrors that are still empty. */
export function createMirrors(): Mirrors {
  const byNamespace = ({ metadata }: KubeObject): string => metadata.namespace ?? "";
  const byController = (object: KubeObject): string | undefined => controllerOf(object)?.uid;
  return {
    deployments: new Mirror(byNamespace),
    replicaSets: new Mirror(byController),
    pods: new Mirror(byController),
    podsByNamespace: new Mirror(byNamespace),
    services: new Mirror(byNamespace),
    endpointSlices: new Mirror(serviceKeyOfSlice),
  };
}

/** The Service a slice belongs to, as "namespace/name". */
export function serviceKeyOfSlice({ metadata }: KubeObject): string | undefined {
  const service = metadata.labels?.["kubernetes.io/service-name"];
  return service === undefined ? undefined : `${metadata.namespace ?? ""}/${service}`;
}
