import { arrayAt } from "../../base/json.js";
import type { KubeObject } from "../../kube/object.js";
import type { Resource } from "../../kube/resource.js";
import { groupResourceOf } from "../../kube/resource.js";
import { names } from "../names.js";

/** An object that bears something of ours: the finalizer, or as a route the label of its routemap. */
export interface Leftover {
  readonly resource: Resource;
  /** At least its metadata. */
  readonly object: KubeObject;
  readonly held: boolean;
  /** Uid of the routemap that a route belongs to. */
  readonly owner?: string;
}

/** What an object bears of ours, if anything. */
export function leftoverOf(resource: Resource, object: KubeObject): Leftover | undefined {
  const held = arrayAt(object, "metadata", "finalizers").includes(names.finalizer);
  const owner = object.metadata.labels?.[names.owner];
  if (!held && owner === undefined) return undefined;
  return { resource, object, held, ...(owner === undefined ? {} : { owner }) };
}

/** Names an object for people: "Deployment shop/v1". */
export function describeLeftover({ resource, object }: Leftover): string {
  const { namespace, name } = object.metadata;
  return `${resource.kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
}

/** In the order in which finalizers go: a Service after the workloads it leads to. */
export function inReleaseOrder(leftovers: readonly Leftover[]): readonly Leftover[] {
  const isService = ({ resource }: Leftover): boolean => groupResourceOf(resource) === "services";
  const held = leftovers.filter((leftover) => leftover.held);
  return [...held.filter((leftover) => !isService(leftover)), ...held.filter(isService)];
}
