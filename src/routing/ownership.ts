import type { KubeObject, ManagedFields } from "../kube/object.js";
import { managers, names } from "./names.js";
import type { RoutemapObject } from "./observed.js";

/** Whose a stored object at an output's name is (docs/rules.md, "Outputs belong to one routemap"). */
export type Ownership =
  | { readonly kind: "ours"; readonly sweepIter8: boolean }
  /** May be taken over: the user said so, or only Iter8 ever wrote it. */
  | { readonly kind: "adoptable"; readonly sweepIter8: boolean }
  | { readonly kind: "notOurs"; readonly managers: readonly string[] }
  | { readonly kind: "taken"; readonly uid: string }
  /** Ours, but Iter8's controller wrote it after us: it is still running. */
  | { readonly kind: "iter8Running" };

/** True for an object that carries our label with this routemap's uid. */
export function isOwnOutput(object: KubeObject, uid: string): boolean {
  return object.metadata.labels?.[names.owner] === uid;
}

/** Decides whose an existing object is. */
export function ownershipOf(object: KubeObject, routemap: RoutemapObject): Ownership {
  const entries = (object.metadata.managedFields ?? []).filter((entry) => entry.subresource !== "status");
  const iter8 = entries.some((entry) => entry.manager === managers.iter8);
  const owner = object.metadata.labels?.[names.owner];
  if (owner === routemap.uid) {
    if (iter8 && wroteLast(entries)) return { kind: "iter8Running" };
    return { kind: "ours", sweepIter8: iter8 };
  }
  if (routemap.annotations[names.adopt] === "true") return { kind: "adoptable", sweepIter8: iter8 };
  if (owner !== undefined) return { kind: "taken", uid: owner };
  const others = [...new Set(entries.map((entry) => entry.manager ?? "unknown"))];
  const onlyIter8 = others.length > 0 && others.every((manager) => manager === managers.iter8);
  return onlyIter8 ? { kind: "adoptable", sweepIter8: true } : { kind: "notOurs", managers: others };
}

function wroteLast(entries: readonly ManagedFields[]): boolean {
  const latest = (manager: string): string =>
    entries
      .filter((entry) => entry.manager === manager)
      .map((entry) => entry.time ?? "")
      .reduce((a, b) => (a > b ? a : b), "");
  return latest(managers.iter8) > latest(managers.routes);
}
