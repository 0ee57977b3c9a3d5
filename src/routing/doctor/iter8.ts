import { ownershipOf } from "../ownership.js";
import type { ClusterFacts } from "./clusterFacts.js";
import { routesOf } from "./clusterFacts.js";
import type { Finding } from "./finding.js";
import { describeObject } from "./inventory.js";

/** Iter8's controller beside ours: both write the same routes and the same finalizers. */
export function checkIter8(facts: ClusterFacts): readonly Finding[] {
  const running = facts.controllers.filter(({ product, replicas }) => product === "iter8" && replicas > 0);
  if (running.length > 0)
    return running.map(({ object, namespace }): Finding => {
      const kind = object.kind.toLowerCase();
      return {
        severity: facts.routemaps.length > 0 ? "error" : "info",
        check: "iter8",
        object: describeObject(object),
        message: "Iter8's controller runs; it reads the same routemaps and writes the same routes and finalizers",
        fix: `kubectl -n ${namespace} scale ${kind}/${object.metadata.name} --replicas=0`,
      };
    });
  return routesOf(facts).flatMap(({ routemap, object }): Finding[] => {
    const { name, uid, labels = {}, annotations = {} } = routemap.object.metadata;
    const owner = ownershipOf(object, {
      namespace: routemap.namespace,
      name,
      uid,
      labels,
      annotations,
      life: "present",
    });
    if (owner.kind !== "iter8Running") return [];
    return [
      {
        severity: "error",
        check: "iter8",
        object: describeObject(object),
        message: "Iter8's controller wrote this route after Pointsman did, so it still runs somewhere",
        fix: "stop it: kubectl get deployments,statefulsets --all-namespaces | grep -i iter8, then scale it to 0",
      },
    ];
  });
}
