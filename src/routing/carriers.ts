import { objectAt } from "../base/json.js";
import type { KindSettings } from "../config/kind.js";
import type { KubeObject } from "../kube/object.js";
import { groupResourceOf } from "../kube/resource.js";
import type { ClusterLookup } from "./clusterLookup.js";
import { confirmationOf } from "./confirmation.js";
import { names } from "./names.js";
import type { OutputId } from "./observed.js";
import { carriedWeights } from "./reader/carries.js";
import type { VersionIdentity } from "./reader/identify.js";
import { identifyVersion } from "./reader/identify.js";
import { readRoute } from "./reader/read.js";

/** Whether any stored output of any routemap still sends traffic to an object, whoever claims it. */
export function isCarried(lookup: ClusterLookup, kind: KindSettings, object: KubeObject): boolean {
  const identity = identityOf(lookup, kind, object);
  return ownedRoutes(lookup, object.metadata.namespace).some(({ route }) => {
    const reading = readRoute(route);
    return reading.readable && carriedWeights(reading, [identity]).perVersion[0]?.carries === true;
  });
}

/** Stored outputs of any routemap that name an object as a destination, with whatever weight. */
export function routesNaming(lookup: ClusterLookup, kind: KindSettings, object: KubeObject): readonly OwnedRoute[] {
  const identity = identityOf(lookup, kind, object);
  return ownedRoutes(lookup, object.metadata.namespace).filter(({ route }) => {
    const reading = readRoute(route);
    const destinations = reading.readable ? reading.rules.flatMap((rule) => rule.destinations) : [];
    return destinations.some((destination) => identifyVersion(destination.backend, [identity]) === 0);
  });
}

/** Whether some route near `namespace` has gateways that have not accepted its present generation yet. */
export function hasUnconfirmed(lookup: ClusterLookup, namespace: string): boolean {
  return ownedRoutes(lookup, namespace).some(({ route }) => {
    const confirmation = confirmationOf(route);
    return confirmation.kind === "generation" && confirmation.generation < (route.metadata.generation ?? 0);
  });
}

/** A stored output of some routemap. */
export interface OwnedRoute {
  readonly id: OutputId;
  readonly route: KubeObject;
}

/** Stored outputs that carry traffic, belong to some routemap and may lead into `namespace`. */
function ownedRoutes(lookup: ClusterLookup, namespace: string | undefined): readonly OwnedRoute[] {
  const { crossNamespace } = lookup.config.limits;
  return lookup.config.outputs.flatMap((shorthand) => {
    const output = lookup.kinds.get(shorthand);
    if (output?.carries !== true) return [];
    const groupResource = groupResourceOf(output);
    const near = crossNamespace ? undefined : (namespace ?? "");
    return lookup.view.list("output", groupResource, near).flatMap((route): OwnedRoute[] => {
      const owner = route.metadata.labels?.[names.owner];
      const kept = route.metadata.ownerReferences?.some((reference) => reference.uid === owner) ?? false;
      if (!kept) return [];
      return [{ id: { kind: shorthand, groupResource, name: route.metadata.name }, route }];
    });
  });
}

/** The object and, for a workload, every Service that selects its Pods. */
function identityOf(lookup: ClusterLookup, kind: KindSettings, object: KubeObject): VersionIdentity {
  const namespace = object.metadata.namespace ?? "";
  const own = { groupResource: groupResourceOf(kind), namespace, name: object.metadata.name };
  const labels = objectAt(object, "spec", "template", "metadata", "labels");
  const selecting = lookup.view.list("watched", "services", namespace).filter((service) => {
    const selector = Object.entries(objectAt(service, "spec", "selector"));
    return selector.length > 0 && selector.every(([key, value]) => labels[key] === value);
  });
  const services = selecting.map((service) => ({ groupResource: "services", namespace, name: service.metadata.name }));
  return { index: 0, name: object.metadata.name, resources: [own, ...services] };
}
