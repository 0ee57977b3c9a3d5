import type { CancelTimer } from "../../../base/clock.js";
import type { Json } from "../../../base/json.js";
import { arrayAt, numberAt, objectAt, stringAt } from "../../../base/json.js";
import type { Cluster } from "../cluster.js";
import { timestamp } from "../cluster.js";
import type { ServedKind } from "../kinds/servedKind.js";
import { remove } from "../remove/remove.js";
import type { Change } from "../store/changeLog.js";
import type { Stored } from "../store/stored.js";
import { objectOf } from "../store/stored.js";
import { namespaceFinalizer } from "../strategies/namespaceStrategy.js";
import type { Controller } from "./controller.js";
import { put } from "./furnish.js";

/** From the deletion of a Namespace to that of what is in it: so long kube-controller-manager lets other servers see it. */
const firstPause = 5_000;
/** Seconds that what is held by finalizers is thought to need. */
const finalizerEstimate = 15;

const conditionReasons = {
  NamespaceDeletionDiscoveryFailure: "ResourcesDiscovered",
  NamespaceDeletionGroupVersionParsingFailure: "ParsedGroupVersions",
  NamespaceDeletionContentFailure: "ContentDeleted",
  NamespaceContentRemaining: "ContentRemoved",
  NamespaceFinalizersRemaining: "ContentHasNoFinalizers",
} as const;

/**
 * Empties deleted Namespaces and lets them go, with the pauses of the real namespace controller: five seconds before the
 * first deletion, Pods first, and a pause after which it looks again while something remains. New Namespaces get what
 * every one has.
 */
export class NamespaceController implements Controller {
  private readonly timers = new Map<string, CancelTimer>();

  constructor(
    private readonly cluster: Cluster,
    private readonly caCertificate: string,
  ) {}

  handle({ type, stored, previous }: Change, collection: string): void {
    if (collection !== "namespaces") return;
    if (type === "ADDED") this.furnish(stored.name);
    if (type === "DELETED") this.forget(stored.uid);
    if (type === "MODIFIED" && stored.isDeleting && previous?.isDeleting !== true) this.later(stored, firstPause);
  }

  close(): void {
    for (const cancel of this.timers.values()) cancel();
    this.timers.clear();
  }

  private furnish(namespace: string): void {
    put(this.cluster, "v1", "ServiceAccount", namespace, { metadata: { name: "default" } });
    put(this.cluster, "v1", "ConfigMap", namespace, {
      metadata: { name: "kube-root-ca.crt" },
      data: { "ca.crt": this.caCertificate },
    });
  }

  private later({ uid, name }: Stored, ms: number): void {
    this.forget(uid);
    const cancel = this.cluster.clock.after(ms, () => {
      this.timers.delete(uid);
      const stored = this.cluster.store.get("namespaces", "", name);
      if (stored?.uid === uid) this.empty(stored);
    });
    this.timers.set(uid, cancel);
  }

  private forget(uid: string): void {
    this.timers.get(uid)?.();
    this.timers.delete(uid);
  }

  private empty(stored: Stored): void {
    const pods = this.deleteIn(stored.name, (kind) => kind.collection === "pods");
    const rest = pods.length > 0 ? [] : this.deleteIn(stored.name, (kind) => kind.collection !== "pods");
    const remaining = [...pods, ...rest];
    if (remaining.length === 0) {
      this.release(stored);
      return;
    }
    this.report(stored, remaining);
    const seconds = Math.max(...remaining.map(estimate));
    this.later(stored, (Math.floor(seconds / 2) + 1) * 1_000);
  }

  /** Deletes what is in a namespace, and returns what is still there after that. */
  private deleteIn(namespace: string, isMeant: (kind: ServedKind) => boolean): readonly Stored[] {
    const { kinds, store } = this.cluster;
    const collections = new Set(
      kinds
        .all()
        .filter((kind) => kind.namespaced && isMeant(kind))
        .map((kind) => kind.collection),
    );
    return [...collections].flatMap((collection) => {
      const kind = kinds.ofCollection(collection);
      if (kind === undefined) return [];
      for (const stored of store.collection(collection).list(namespace))
        remove(this.cluster, kind, stored, { propagation: "Background", dryRun: false });
      return [...store.collection(collection).list(namespace)];
    });
  }

  private release(stored: Stored): void {
    const namespace = objectOf(stored);
    const finalizers = arrayAt(namespace, "spec", "finalizers").filter((name) => name !== namespaceFinalizer);
    const isFree = finalizers.length === 0 && stored.finalizers.length === 0;
    if (isFree) this.cluster.store.remove("namespaces", namespace);
    else this.cluster.store.put("namespaces", { ...namespace, spec: finalizers.length === 0 ? {} : { finalizers } });
  }

  private report(stored: Stored, remaining: readonly Stored[]): void {
    const namespace = objectOf(stored);
    const held = remaining.filter(({ finalizers }) => finalizers.length > 0);
    const conditions = Object.entries(conditionReasons).map(([type, reason]): Json => {
      const isRemaining =
        type === "NamespaceContentRemaining" || (type === "NamespaceFinalizersRemaining" && held.length > 0);
      const message = isRemaining ? remainingMessage(type, remaining, held) : "All content is as it should be";
      return condition(
        namespace,
        type,
        isRemaining,
        isRemaining ? "SomeResourcesRemain" : reason,
        message,
        timestamp(this.cluster.clock),
      );
    });
    const status = { ...objectAt(namespace, "status"), phase: "Terminating", conditions };
    this.cluster.store.put("namespaces", { ...namespace, status });
  }
}

function condition(namespace: Json, type: string, holds: boolean, reason: string, message: string, now: string): Json {
  const status = holds ? "True" : "False";
  const before = arrayAt(namespace, "status", "conditions").find((known) => stringAt(known, "type") === type);
  const since = stringAt(before, "status") === status ? stringAt(before, "lastTransitionTime") : undefined;
  return { type, status, lastTransitionTime: since ?? now, reason, message };
}

function remainingMessage(type: string, remaining: readonly Stored[], held: readonly Stored[]): string {
  if (type === "NamespaceContentRemaining")
    return `Some resources are remaining: ${remaining.length} resource instances`;
  const names = [...new Set(held.flatMap(({ finalizers }) => finalizers))];
  return `Some content in the namespace has finalizers remaining: ${names
    .map((name) => `${name} in ${held.filter(({ finalizers }) => finalizers.includes(name)).length} resource instances`)
    .join(", ")}`;
}

/** Seconds until it may be gone. */
function estimate(stored: Stored): number {
  if (stored.finalizers.length > 0) return finalizerEstimate;
  return numberAt(objectOf(stored), "metadata", "deletionGracePeriodSeconds") ?? 0;
}
