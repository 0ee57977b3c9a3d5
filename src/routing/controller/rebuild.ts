import type { VersionFacts } from "../facts.js";
import { heldClaims } from "../heldClaims.js";
import type { ResourceRef } from "../routemap.js";
import type { RoutemapEntry } from "./entry.js";
import type { World } from "./world.js";

/** Rebuilds a routemap's part of the ledger from the caches (`heldClaims`). */
export function rebuildClaims(world: World, entry: RoutemapEntry): void {
  const told = world.lookup.specTold(entry.uid, entry.namespace);
  for (const claim of heldClaims(world.lookup, told, world.specInForce(entry))) entry.claim(claim);
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
