import type { OwnerReference } from "../../../kube/object.js";
import type { KubeObject } from "../../../kube/object.js";
import { sameJson } from "../sameJson.js";
import type { Cluster } from "../cluster.js";
import type { Propagation } from "../remove/deleteOptions.js";
import { collectorFinalizers, remove } from "../remove/remove.js";
import type { Change } from "../store/changeLog.js";
import type { Dependent } from "../store/store.js";
import type { Stored } from "../store/stored.js";
import { objectOf } from "../store/stored.js";
import type { Controller } from "./controller.js";

const { Foreground, Orphan } = collectorFinalizers;

/** What an object's owners are: there, gone, or waiting for their dependents to go. */
interface Owners {
  readonly solid: readonly OwnerReference[];
  readonly dangling: readonly OwnerReference[];
  readonly waiting: readonly OwnerReference[];
}

/**
 * Collects garbage in the order of kube-controller-manager's garbage collector: dependents of a gone owner in the
 * background; dependents of an owner that is deleted in the foreground at once, whatever else holds the owner, and the
 * owner after those that block it; of an orphaning owner, the references to it.
 */
export class GarbageCollector implements Controller {
  constructor(private readonly cluster: Cluster) {}

  handle({ type, stored, previous }: Change, collection: string): void {
    if (type === "DELETED") {
      for (const dependent of this.cluster.store.dependentsOf(stored.uid)) this.attempt(dependent);
      for (const owner of stored.owners) this.releaseForeground(owner);
      return;
    }
    if (stored.isDeleting && stored.finalizers.includes(Orphan)) this.orphan({ collection, stored });
    if (isWaiting(stored)) {
      for (const dependent of this.cluster.store.dependentsOf(stored.uid)) this.attempt(dependent);
      this.releaseForeground(stored.uid);
    }
    const isNew = previous === undefined || !sameJson(previous.owners, stored.owners);
    if (isNew && stored.owners.length > 0) this.attempt({ collection, stored });
    if (isNew) for (const owner of previous?.owners ?? []) this.releaseForeground(owner);
  }

  close(): void {
    // It has no timers: everything follows a change.
  }

  /** Deletes an object if its owners say so, or drops references to owners that are gone while another stays. */
  private attempt({ collection, stored }: Dependent): void {
    const latest = this.cluster.store.byUid(stored.uid);
    if (latest === undefined || (latest.isDeleting && !isWaiting(latest))) return;
    if (isWaiting(latest) || latest.owners.length === 0) return;
    const object = objectOf(latest);
    const { solid, dangling, waiting } = this.classify(object);
    if (solid.length > 0) {
      if (dangling.length + waiting.length > 0) this.dropReferences(collection, latest, [...dangling, ...waiting]);
      return;
    }
    if (waiting.length === 0 && dangling.length === 0) return;
    const hasDependents = this.cluster.store.dependentsOf(latest.uid).length > 0;
    if (waiting.length > 0 && hasDependents) this.unblockCycle(latest);
    this.delete(collection, waiting.length > 0 && hasDependents ? "Foreground" : policyOf(latest), latest.uid);
  }

  private classify(object: KubeObject): Owners {
    const owners = {
      solid: new Array<OwnerReference>(),
      dangling: new Array<OwnerReference>(),
      waiting: new Array<OwnerReference>(),
    };
    for (const reference of object.metadata.ownerReferences ?? [])
      owners[this.stateOf(reference, object)].push(reference);
    return owners;
  }

  /** An owner of a kind that is not served cannot be looked up: it counts as there. */
  private stateOf(reference: OwnerReference, object: KubeObject): keyof Owners {
    const kind = this.cluster.kinds.ofKind(reference.apiVersion, reference.kind);
    if (kind === undefined) return "solid";
    const namespace = kind.namespaced ? (object.metadata.namespace ?? "") : "";
    const owner = this.cluster.store.get(kind.collection, namespace, reference.name);
    if (owner?.uid !== reference.uid) return "dangling";
    return isWaiting(owner) ? "waiting" : "solid";
  }

  /** Dependents that wait for their own dependents, one of which may be this object, must not wait for it (a cycle). */
  private unblockCycle(stored: Stored): void {
    for (const { stored: dependent } of this.cluster.store.dependentsOf(stored.uid)) {
      if (!isWaiting(dependent)) continue;
      const object = objectOf(stored);
      const references = object.metadata.ownerReferences?.map((owner) => ({ ...owner, blockOwnerDeletion: false }));
      const kind = this.cluster.kinds.ofKind(object.apiVersion, object.kind);
      if (kind === undefined || references === undefined) return;
      this.cluster.store.put(kind.collection, {
        ...object,
        metadata: { ...object.metadata, ownerReferences: references },
      });
      return;
    }
  }

  private delete(collection: string, propagation: Propagation, uid: string): void {
    const kind = this.cluster.kinds.ofCollection(collection);
    const latest = this.cluster.store.byUid(uid);
    if (kind !== undefined && latest !== undefined) remove(this.cluster, kind, latest, { propagation, dryRun: false });
  }

  /** An owner that waits goes when no dependent blocks it any more. */
  private releaseForeground(uid: string): void {
    const owner = this.cluster.store.byUid(uid);
    if (owner === undefined || !isWaiting(owner)) return;
    const blocks = this.cluster.store
      .dependentsOf(uid)
      .some(({ stored }) =>
        objectOf(stored).metadata.ownerReferences?.some(
          (reference) => reference.uid === uid && reference["blockOwnerDeletion"] === true,
        ),
      );
    if (!blocks) this.dropFinalizer(owner, Foreground);
  }

  private orphan({ stored }: Dependent): void {
    for (const dependent of this.cluster.store.dependentsOf(stored.uid))
      this.dropReferences(dependent.collection, dependent.stored, [{ uid: stored.uid }]);
    this.dropFinalizer(stored, Orphan);
  }

  private dropReferences(collection: string, stored: Stored, gone: readonly Pick<OwnerReference, "uid">[]): void {
    const object = objectOf(stored);
    const uids = new Set(gone.map(({ uid }) => uid));
    const kept = object.metadata.ownerReferences?.filter(({ uid }) => !uids.has(uid)) ?? [];
    const { ownerReferences: _references, ...metadata } = object.metadata;
    const next = kept.length === 0 ? metadata : { ...metadata, ownerReferences: kept };
    this.cluster.store.put(collection, { ...object, metadata: next });
  }

  private dropFinalizer(stored: Stored, finalizer: string): void {
    const object = objectOf(stored);
    const kind = this.cluster.kinds.ofKind(object.apiVersion, object.kind);
    if (kind === undefined) return;
    const kept = stored.finalizers.filter((name) => name !== finalizer);
    const { finalizers: _finalizers, ...metadata } = object.metadata;
    const grace = object.metadata["deletionGracePeriodSeconds"] ?? 0;
    if (kept.length === 0 && grace === 0) this.cluster.store.remove(kind.collection, object);
    else
      this.cluster.store.put(kind.collection, {
        ...object,
        metadata: kept.length === 0 ? metadata : { ...metadata, finalizers: kept },
      });
  }
}

/** Deleted in the foreground, and not gone yet. */
function isWaiting({ isDeleting, finalizers }: Stored): boolean {
  return isDeleting && finalizers.includes(Foreground);
}

function policyOf({ finalizers }: Stored): Propagation {
  if (finalizers.includes(Orphan)) return "Orphan";
  return finalizers.includes(Foreground) ? "Foreground" : "Background";
}
