import type { Clock } from "../../../base/clock.js";
import type { Result } from "../../../base/result.js";
import { ok } from "../../../base/result.js";
import type { ApiError } from "../../../kube/apiError.js";
import { isNotFound } from "../../../kube/apiError.js";
import { isKubeObject, type KubeObject } from "../../../kube/object.js";
import type { Mirrors } from "./mirrors.js";
import type { Reconciled, WorkloadApi } from "./reconciler.js";
import { settled } from "./reconciler.js";
import { planReplicaSet, podFrom } from "./replicaSetPlan.js";
import { workloadResources } from "./resources.js";
import { learnt, refOf, writeStatus } from "./statusWrite.js";

const { pods: podResource, replicaSets: resource } = workloadResources;

/** Gives every ReplicaSet as many Pods as it asks for, and says in its status how many there are. */
export class ReplicaSets {
  constructor(
    private readonly api: WorkloadApi,
    private readonly clock: Clock,
    private readonly mirrors: Mirrors,
  ) {}

  async reconcile(uid: string, signal: AbortSignal): Promise<Result<Reconciled, ApiError>> {
    const replicaSet = this.mirrors.replicaSets.get(uid);
    if (replicaSet === undefined) return settled;
    const plan = planReplicaSet(replicaSet, this.mirrors.pods.group(uid), this.clock.now());
    const created = await this.createPods(replicaSet, plan.create, signal);
    if (!created.ok) return created;
    for (const pod of plan.remove) {
      const removed = await this.removePod(pod, signal);
      if (!removed.ok) return removed;
    }
    // What was created or removed has changed the mirror, and the status is told then.
    if (plan.create > 0 || plan.remove.length > 0) return ok({ again: 0 });
    const { status } = plan;
    const written = await writeStatus(
      this.api,
      resource,
      { object: replicaSet, status, mirror: this.mirrors.replicaSets },
      signal,
    );
    if (!written.ok) return written;
    return ok(plan.again === undefined ? {} : { again: plan.again });
  }

  private async createPods(
    replicaSet: KubeObject,
    count: number,
    signal: AbortSignal,
  ): Promise<Result<undefined, ApiError>> {
    const body = podFrom(replicaSet);
    for (let made = 0; made < count; made += 1) {
      const created = await this.api.create(podResource, replicaSet.metadata.namespace, body, signal);
      if (!created.ok) return created;
      this.mirrors.pods.onObject(created.value);
    }
    return ok(undefined);
  }

  /** The answer is the Pod with its deletionTimestamp, or, of one that went at once, a Status. */
  private async removePod(pod: KubeObject, signal: AbortSignal): Promise<Result<undefined, ApiError>> {
    const { uid } = pod.metadata;
    const removed = await this.api.delete(podResource, refOf(pod), { uid }, signal);
    if (removed.ok && isKubeObject(removed.value) && removed.value.metadata.deletionTimestamp !== undefined)
      return learnt(this.mirrors.pods, ok(removed.value));
    if (removed.ok || isNotFound(removed.error)) this.mirrors.pods.onGone(uid);
    return removed.ok || isNotFound(removed.error) ? ok(undefined) : removed;
  }
}
