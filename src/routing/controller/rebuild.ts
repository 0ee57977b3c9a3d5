import type { VersionFacts } from "../facts.js";
import { claimsAfterLook, heldClaims } from "../heldClaims.js";
import type { RoutemapEntry } from "./entry.js";
import type { World } from "./world.js";

/** Rebuilds a routemap's part of the ledger from the caches (`heldClaims`). */
export function rebuildClaims(world: World, entry: RoutemapEntry): void {
  const told = world.lookup.specTold(entry.uid, entry.namespace);
  for (const claim of heldClaims(world.lookup, told, world.specInForce(entry))) entry.claim(claim);
}

/** Keeps a routemap's part of the ledger true to what a look showed (`claimsAfterLook`). */
export function syncClaims(entry: RoutemapEntry, facts: readonly VersionFacts[]): void {
  entry.claims = claimsAfterLook(entry.claims, facts);
}
