import type { KindSettings } from "../../config/kind.js";
import type { KubeObject } from "../../kube/object.js";
import type { VersionFacts } from "../facts.js";
import { names } from "../names.js";
import type { ResourceRef, VersionSpec } from "../routemap.js";
import { isCarried } from "./carriers.js";
import type { RoutemapEntry } from "./entry.js";
import type { World } from "./world.js";

/**
 * Rebuilds a routemap's part of the ledger from the caches: every listed object that carries our finalizer, and every
 * one that left the spec while a route still leads to it. That one counts among the versions (docs/rules.md, "Who is
 * held"): without it what is listed would seem to be all that is left, and would be let go before it has drained.
 */
export function rebuildClaims(world: World, entry: RoutemapEntry): void {
  for (const version of world.versionsTold(entry))
    claimHeld(world, entry, version, (object, kind) => isCarried(world, kind, object));
  for (const version of world.specInForce(entry)?.versions ?? []) claimHeld(world, entry, version, () => true);
}

function claimHeld(
  world: World,
  entry: RoutemapEntry,
  { name, resources }: VersionSpec,
  counts: (object: KubeObject, kind: KindSettings) => boolean,
): void {
  for (const ref of resources) {
    const kind = world.kinds.get(ref.kind);
    const seen = world.seeResource(ref);
    const object = seen.state === "seen" ? seen.object : undefined;
    if (kind === undefined || object?.metadata.finalizers?.includes(names.finalizer) !== true) continue;
    if (counts(object, kind)) entry.claim({ version: name, ref, uid: object.metadata.uid });
  }
}

/**
 * Keeps the ledger true to what a look showed: every held object of a listed version is claimed, so that it is not
 * forgotten when the version leaves the spec. A version that left is forgotten only as a whole, once nothing of it is
 * held: by its Service alone a route shows whether what is still held may go.
 */
export function syncClaims(entry: RoutemapEntry, facts: readonly VersionFacts[]): void {
  for (const version of facts) {
    if (version.listed) {
      for (const { ref, object, held, kind } of version.resources)
        if (held && kind.hold && object !== undefined)
          entry.claim({ version: version.name, ref, uid: object.metadata.uid });
    } else if (version.resources.every(({ seen, held }) => seen.state !== "unseen" && !held))
      for (const { ref } of version.resources) forget(entry, ref);
  }
}

function forget(entry: RoutemapEntry, ref: ResourceRef): void {
  for (const claim of entry.claims)
    if (claim.ref.name === ref.name && claim.ref.kind === ref.kind && claim.ref.namespace === ref.namespace)
      entry.unclaim(claim.uid);
}
