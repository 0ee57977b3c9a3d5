import type { KubeObject } from "../../kube/object.js";
import type { GroupVersionResource } from "../../kube/resource.js";
import { groupResourceOf } from "../../kube/resource.js";
import { resources } from "../../config/config.js";
import { names } from "../names.js";
import type { ClusterFacts } from "./clusterFacts.js";
import { listedOf } from "./clusterFacts.js";
import type { Finding } from "./finding.js";
import { describeObject, kubectl } from "./inventory.js";
import { rounded } from "./leases.js";

/** Objects that carry our finalizer and are listed by nobody, or wait for it to go. */
export function checkFinalizers(facts: ClusterFacts): readonly Finding[] {
  const { config, routemaps, namespace: only } = facts;
  const deadlines = new Map(
    listedOf(facts).map(({ kind, ref, routemap: { spec } }) => {
      const own = spec.ok ? spec.value.release.deadline : undefined;
      return [`${groupResourceOf(kind)} ${ref.namespace}/${ref.name}`, own ?? config.release.deadline] as const;
    }),
  );
  // What an undecodable routemap lists, or one of a namespace that was not looked at, is not known.
  const isKnown = routemaps.every(({ spec }) => spec.ok) && (only === undefined || !config.limits.crossNamespace);
  return resources(config).flatMap((kind) =>
    facts.inventory.list(groupResourceOf(kind)).flatMap((object): Finding[] => {
      const { namespace = "", name, finalizers = [], deletionTimestamp } = object.metadata;
      if (!finalizers.includes(names.finalizer)) return [];
      if (only !== undefined && only !== namespace) return [];
      const deadline = deadlines.get(`${groupResourceOf(kind)} ${namespace}/${name}`);
      if (deletionTimestamp === undefined) return deadline === undefined && isKnown ? [orphan(kind, object)] : [];
      const age = facts.now - Date.parse(deletionTimestamp);
      return [waiting(kind, object, age, age > (deadline ?? config.release.deadline), deadline !== undefined)];
    }),
  );
}

function waiting(
  kind: GroupVersionResource,
  object: KubeObject,
  age: number,
  isLate: boolean,
  isListed: boolean,
): Finding {
  const why = isListed
    ? "it waits until its traffic has gone elsewhere"
    : "no routemap lists it any more, so only the traffic of stored routes keeps it";
  return {
    severity: isLate ? "error" : "info",
    check: "finalizers",
    object: describeObject(object),
    message: `its deletion waits for ${names.finalizer} since ${rounded(age)}: ${why}`,
    fix: isLate
      ? `see whether a controller leads (above); to let it go without: ${removal(kind, object)}`
      : `wait; kubectl -n ${object.metadata.namespace ?? ""} events --for ${object.kind.toLowerCase()}/${object.metadata.name} says why`,
  };
}

function orphan(kind: GroupVersionResource, object: KubeObject): Finding {
  return {
    severity: "warning",
    check: "finalizers",
    object: describeObject(object),
    message: `it carries ${names.finalizer} and no routemap lists it; a running controller lets it go once no route leads to it`,
    fix: removal(kind, object),
  };
}

/** Takes the finalizer off, and fails where the list has changed meanwhile. */
function removal(kind: GroupVersionResource, object: KubeObject): string {
  const path = `/metadata/finalizers/${(object.metadata.finalizers ?? []).indexOf(names.finalizer)}`;
  const test = { op: "test", path, value: names.finalizer };
  return `${kubectl("patch", kind, object)} --type=json -p '${JSON.stringify([test, { op: "remove", path }])}'`;
}
