import { objectAt } from "../../base/json.js";
import type { KindSettings } from "../../config/kind.js";
import type { KubeObject } from "../../kube/object.js";
import { groupResourceOf } from "../../kube/resource.js";
import { names } from "../names.js";
import { carriedWeights } from "../reader/carries.js";
import type { VersionIdentity } from "../reader/identify.js";
import { readRoute } from "../reader/read.js";
import type { World } from "./world.js";

/** Whether any stored output of any routemap still sends traffic to an object, whoever claims it. */
export function isCarried(world: World, kind: KindSettings, object: KubeObject): boolean {
  const identity = identityOf(world, kind, object);
  const { crossNamespace } = world.config.limits;
  for (const shorthand of world.config.outputs) {
    const output = world.kinds.get(shorthand);
    if (output?.carries !== true) continue;
    for (const route of world.watches.list("output", groupResourceOf(output))) {
      const owner = route.metadata.labels?.[names.owner];
      const kept = route.metadata.ownerReferences?.some((reference) => reference.uid === owner) ?? false;
      const near = crossNamespace || route.metadata.namespace === object.metadata.namespace;
      if (!kept || !near) continue;
      const reading = readRoute(route);
      if (reading.readable && carriedWeights(reading, [identity]).perVersion[0]?.carries === true) return true;
    }
  }
  return false;
}

/** The object and, for a workload, every Service that selects its Pods. */
function identityOf(world: World, kind: KindSettings, object: KubeObject): VersionIdentity {
  const namespace = object.metadata.namespace ?? "";
  const own = { groupResource: groupResourceOf(kind), namespace, name: object.metadata.name };
  const labels = objectAt(object, "spec", "template", "metadata", "labels");
  const selecting = world.watches.list("watched", "services").filter((service) => {
    const selector = Object.entries(objectAt(service, "spec", "selector"));
    const selects = selector.length > 0 && selector.every(([key, value]) => labels[key] === value);
    return service.metadata.namespace === namespace && selects;
  });
  const services = selecting.map((service) => ({ groupResource: "services", namespace, name: service.metadata.name }));
  return { index: 0, name: object.metadata.name, resources: [own, ...services] };
}
