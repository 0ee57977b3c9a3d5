import type { KindSettings } from "../../config/kind.js";
import { groupResourceOf } from "../../kube/resource.js";
import type { ClusterFacts, KnownRoutemap } from "./clusterFacts.js";
import { listedOf, writtenKinds } from "./clusterFacts.js";
import type { Finding } from "./finding.js";
import { describeObject } from "./inventory.js";

interface Used {
  readonly routemap: KnownRoutemap;
  readonly path: string;
  readonly kind: KindSettings;
}

/** Kinds that routemaps list or write and that the cluster lacks, or serves in another version than is configured. */
export function checkKinds(facts: ClusterFacts): readonly Finding[] {
  const used: readonly Used[] = [
    ...listedOf(facts),
    ...facts.routemaps.flatMap((routemap) => {
      const written = routemap.spec.ok ? writtenKinds(facts.config, routemap.spec.value) : [];
      return written.map((one): Used => ({ routemap, ...one }));
    }),
  ];
  const versions = new Set<string>();
  return used.flatMap(({ routemap, path, kind }): Finding[] => {
    const name = groupResourceOf(kind);
    if (facts.absent.has(name))
      return [
        {
          severity: "error",
          check: "kinds",
          object: describeObject(routemap.object),
          message: `${path}: the cluster has no ${name}`,
          fix: `install the CustomResourceDefinition ${name}, or take it out of the routemap`,
        },
      ];
    if (versions.has(name)) return [];
    versions.add(name);
    return otherVersion(facts, kind);
  });
}

function otherVersion({ served }: ClusterFacts, kind: KindSettings): Finding[] {
  const found = served.filter(({ group, resource }) => group === kind.group && resource === kind.resource);
  const [preferred] = found;
  if (preferred === undefined || found.some(({ version }) => version === kind.version)) return [];
  return [
    {
      severity: "info",
      check: "kinds",
      object: groupResourceOf(kind),
      message: `it is not served in ${kind.version}, as configured, but in ${found.map(({ version }) => version).join(", ")}; ${preferred.version} is used`,
      fix: `resourceTypes.${kind.shorthand}.Version: ${preferred.version} in the controller's configuration`,
    },
  ];
}
