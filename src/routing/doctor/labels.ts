import type { KindSettings } from "../../config/kind.js";
import { groupResourceOf } from "../../kube/resource.js";
import { names } from "../names.js";
import { readRoute } from "../reader/read.js";
import type { Backend, ServiceName } from "../route.js";
import type { ClusterFacts, Listed } from "./clusterFacts.js";
import { listedOf, routesOf } from "./clusterFacts.js";
import type { Finding } from "./finding.js";
import { describeObject, kubectl } from "./inventory.js";

/** Without this label no controller sees an object, and its version counts as absent. */
const label = `${names.watchLabel}=true`;

const services = { group: "", resource: "services" } as const;

/** Objects of versions without the label, primaries that are not there, Services of routes that no version lists. */
export function checkLabels(facts: ClusterFacts): readonly Finding[] {
  const listed = listedOf(facts);
  return [...listed.flatMap((one) => [...unlabelled(one), ...missing(facts, one)]), ...unlisted(facts, listed)];
}

function unlabelled({ object, kind, version, routemap }: Listed): readonly Finding[] {
  if (object === undefined || object.metadata.labels?.[names.watchLabel] === "true") return [];
  return [
    {
      severity: "error",
      check: "labels",
      object: describeObject(object),
      message: `it has no label ${names.watchLabel}: "true", so version ${version} of ${describeObject(routemap.object)} counts as absent`,
      fix: `${kubectl("label --overwrite", kind, object)} ${label}`,
    },
  ];
}

function missing(
  { inventory, absent }: ClusterFacts,
  { index, object, kind, ref, path, routemap }: Listed,
): readonly Finding[] {
  const name = groupResourceOf(kind);
  if (index > 0 || object !== undefined || absent.has(name) || !inventory.knows(name)) return [];
  return [
    {
      severity: "warning",
      check: "labels",
      object: describeObject(routemap.object),
      message: `${path}: the primary's ${name} ${ref.namespace}/${ref.name} is not there`,
      fix: "create it, or take the version out of the routemap: the next one is the primary then",
    },
  ];
}

/** A Service that a route leads to and no version lists: nobody counts its endpoints, and nothing keeps it. */
function unlisted(facts: ClusterFacts, listed: readonly Listed[]): readonly Finding[] {
  const known = new Set(listed.filter(({ kind }) => isService(kind)).map(({ ref }) => `${ref.namespace}/${ref.name}`));
  return routesOf(facts).flatMap(({ object, routemap }): Finding[] => {
    const reading = readRoute(object);
    if (!reading.readable || !routemap.spec.ok) return [];
    const backends = reading.rules.flatMap(({ destinations }) =>
      destinations.flatMap(({ backend }) => serviceOf(backend)),
    );
    const found = new Map(backends.map((name) => [`${name.namespace}/${name.name}`, name]));
    return [...found].flatMap(([key, { namespace, name }]): Finding[] => {
      const service = facts.inventory.find("services", namespace, name);
      if (known.has(key) || service === undefined) return [];
      const isSeen = service.metadata.labels?.[names.watchLabel] === "true";
      const fix = `list it in its version of ${describeObject(routemap.object)}`;
      return [
        {
          severity: "warning",
          check: "labels",
          object: describeObject(service),
          message: `${describeObject(object)} leads to it and no version lists it: its endpoints are not counted, and it is not kept while it has traffic`,
          fix: isSeen ? fix : `${fix}, and ${kubectl("label --overwrite", services, service)} ${label}`,
        },
      ];
    });
  });
}

function serviceOf(backend: Backend): readonly ServiceName[] {
  return backend.kind === "service" && backend.host === undefined ? [backend] : [];
}

function isService(kind: KindSettings): boolean {
  return groupResourceOf(kind) === "services";
}
