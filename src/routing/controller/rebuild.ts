import { names } from "../names.js";
import type { VersionFacts } from "../facts.js";
import type { ResourceRef } from "../routemap.js";
import type { RoutemapEntry } from "./entry.js";
import type { World } from "./world.js";

/** Rebuilds a routemap's part of the ledger from the caches: every listed object that carries our finalizer. */
export function rebuildClaims(world: World, entry: RoutemapEntry): void {
  const spec = world.specInForce(entry);
  for (const version of spec?.versions ?? []) {
    for (const ref of version.resources) {
      const uid = heldUid(world, ref);
      if (uid !== undefined) entry.claim({ version: version.name, ref, uid });
    }
  }
}

function heldUid(world: World, ref: ResourceRef): string | undefined {
  const seen = world.seeResource(ref);
  const object = seen.state === "seen" ? seen.object : undefined;
  return object?.metadata.finalizers?.includes(names.finalizer) === true ? object.metadata.uid : undefined;
}

/**
 * Keeps the ledger true to what a look showed: every held object of a listed version is claimed, so that it is not
 * forgotten when the version leaves the spec; an object of a version that left and is no longer held is forgotten.
 */
export function syncClaims(entry: RoutemapEntry, facts: readonly VersionFacts[]): void {
  for (const version of facts) {
    for (const { ref, object, held, kind, seen } of version.resources) {
      if (version.listed && held && kind.hold && object !== undefined)
        entry.claim({ version: version.name, ref, uid: object.metadata.uid });
      if (version.listed || seen.state !== "seen" || held) continue;
      for (const claim of entry.claims)
        if (claim.ref.name === ref.name && claim.ref.kind === ref.kind && claim.ref.namespace === ref.namespace)
          entry.unclaim(claim.uid);
    }
  }
}
