import { trimmed } from "../base/trimmed.js";
import type { KindSettings } from "../config/kind.js";
import type { KubeObject } from "../kube/object.js";
import { isCarried } from "./carriers.js";
import type { ClusterLookup } from "./clusterLookup.js";
import type { VersionFacts } from "./facts.js";
import { names } from "./names.js";
import type { Claim } from "./observed.js";
import type { ResourceRef, Routemap, VersionSpec } from "./routemap.js";

/**
 * A routemap's part of the ledger as the cluster tells it: every listed object that carries our finalizer, and every one
 * that left the spec while a route still leads to it. That one counts among the versions (docs/rules.md, "Who is held"):
 * without it what is listed would seem to be all that is left, and would be let go before it has drained.
 */
export function heldClaims(
  lookup: ClusterLookup,
  told: Routemap | undefined,
  inForce: Routemap | undefined,
): readonly Claim[] {
  const known = new Set(
    (inForce?.versions ?? []).flatMap(({ resources }) => resources.map((ref) => lookup.keyOf(ref))),
  );
  const left = (told?.versions ?? []).flatMap((version) => {
    // What is listed is claimed below, carried or not; to ask that of every object of thousands takes minutes.
    const resources = version.resources.filter((ref) => !known.has(lookup.keyOf(ref)));
    return claimsOf(lookup, { ...version, resources }, (object, kind) => isCarried(lookup, kind, object));
  });
  const listed = (inForce?.versions ?? []).flatMap((version) => claimsOf(lookup, version, () => true));
  return newestByUid([...left, ...listed]);
}

function claimsOf(
  lookup: ClusterLookup,
  { name, resources }: VersionSpec,
  counts: (object: KubeObject, kind: KindSettings) => boolean,
): readonly Claim[] {
  return resources.flatMap((ref): Claim[] => {
    const kind = lookup.kinds.get(ref.kind);
    const seen = lookup.resource(ref);
    const object = seen.state === "seen" ? seen.object : undefined;
    if (kind === undefined || object?.metadata.finalizers?.includes(names.finalizer) !== true) return [];
    return counts(object, kind) ? [{ version: name, ref, uid: object.metadata.uid }] : [];
  });
}

/** The last claim on an object counts. */
function newestByUid(claims: readonly Claim[]): readonly Claim[] {
  const found = new Map<string, Claim>();
  for (const claim of claims) {
    found.delete(claim.uid);
    found.set(claim.uid, claim);
  }
  return [...found.values()];
}

/**
 * The ledger made true to what a look showed: every held object of a listed version is claimed, so that it is not
 * forgotten when the version leaves the spec. A version that left is forgotten only as a whole, once nothing of it is
 * held: by its Service alone a route shows whether what is still held may go.
 */
export function claimsAfterLook(claims: readonly Claim[], facts: readonly VersionFacts[]): readonly Claim[] {
  let ledger = claims;
  for (const { name, listed, resources } of facts) {
    if (listed) {
      for (const { ref, object, held, kind } of resources)
        if (held && kind.hold && object !== undefined)
          ledger = withClaim(ledger, { version: name, ref, uid: object.metadata.uid });
    } else if (resources.every(({ seen, held }) => seen.state !== "unseen" && !held))
      ledger = ledger.filter((claim) => !resources.some(({ ref }) => isSameRef(ref, claim.ref)));
  }
  return ledger;
}

/** A ledger in which an object belongs to a version; the newest claim on a uid counts. */
export function withClaim(claims: readonly Claim[], claim: Claim): readonly Claim[] {
  const known = claims.find(({ uid }) => uid === claim.uid);
  // Nearly every look finds the same again.
  if (known?.version === claim.version && known.ref === claim.ref) return claims;
  return trimmed([...claims.filter((other) => other !== known), claim]);
}

function isSameRef(left: ResourceRef, right: ResourceRef): boolean {
  return left.kind === right.kind && left.namespace === right.namespace && left.name === right.name;
}
