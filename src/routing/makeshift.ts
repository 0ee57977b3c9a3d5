import type { KindSettings } from "../config/kind.js";
import type { KubeObject } from "../kube/object.js";
import { groupResourceOf } from "../kube/resource.js";
import { names } from "./names.js";
import type { ResourceRef, Routemap, VersionSpec } from "./routemap.js";
import { parseApplied } from "./stored.js";

/**
 * The spec that a routemap's stored outputs still tell of, for a process that never saw it decoded: its versions with
 * their resources and the weights they were written with, and nothing to render. With it traffic can be returned and
 * versions can be released, but nothing can be raised. Undefined where no output tells anything.
 */
export function makeshiftSpec(
  outputs: readonly KubeObject[],
  kinds: ReadonlyMap<string, KindSettings>,
): Routemap | undefined {
  const versions = new Map<string, VersionSpec>();
  for (const output of outputs) {
    const note = parseApplied(output.metadata.annotations?.[names.applied]);
    for (const [name, resources] of note?.resources ?? []) {
      const weight = Math.max(note?.weights.get(name) ?? 0, versions.get(name)?.weight ?? 0);
      versions.set(name, { name, weight, resources: resources.flatMap((key) => refOf(key, kinds) ?? []) });
    }
  }
  return versions.size === 0 ? undefined : { versions: [...versions.values()], templates: [], routes: [], release: {} };
}

/** The resource of a text such as "deployments.apps/shop/app-v1". */
function refOf(key: string, kinds: ReadonlyMap<string, KindSettings>): ResourceRef | undefined {
  const [groupResource = "", namespace = "", name = ""] = key.split("/");
  const kind = [...kinds.values()].find((candidate) => groupResourceOf(candidate) === groupResource);
  return kind === undefined || name === "" ? undefined : { kind: kind.shorthand, namespace, name };
}
