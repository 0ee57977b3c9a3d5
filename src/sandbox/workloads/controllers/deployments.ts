import type { Clock } from "../../../base/clock.js";
import type { JsonObject } from "../../../base/json.js";
import { numberAt, objectAt, stringAt } from "../../../base/json.js";
import type { Result } from "../../../base/result.js";
import { ok } from "../../../base/result.js";
import type { PatchOperation } from "../../../kube/api.js";
import type { ApiError } from "../../../kube/apiError.js";
import { isConflict, isNotFound } from "../../../kube/apiError.js";
import type { KubeObject } from "../../../kube/object.js";
import { deploymentStatus } from "./deploymentStatus.js";
import type { DeploymentStep } from "./deploymentPlan.js";
import { planDeployment } from "./deploymentPlan.js";
import type { Mirrors } from "./mirrors.js";
import { controllerOf } from "./owners.js";
import { isTerminal } from "./podState.js";
import type { Reconciled, WorkloadApi } from "./reconciler.js";
import { settled } from "./reconciler.js";
import { workloadResources } from "./resources.js";
import { familyOf, revisionAnnotation, revisionOf, sizeAnnotations } from "./revisions.js";
import type { RollingBounds, Scaling } from "./rollingUpdate.js";
import { rollingBounds } from "./rollingUpdate.js";
import { learnt, refOf, writeStatus } from "./statusWrite.js";

const { deployments: resource, replicaSets: replicaSetResource } = workloadResources;
const nothingDone = ok(undefined);

/** Rolls every Deployment out, and says in its status how far it has come. */
export class Deployments {
  constructor(
    private readonly api: WorkloadApi,
    private readonly clock: Clock,
    private readonly mirrors: Mirrors,
  ) {}

  async reconcile(uid: string, signal: AbortSignal): Promise<Result<Reconciled, ApiError>> {
    const deployment = this.mirrors.deployments.get(uid);
    if (deployment === undefined) return settled;
    const family = familyOf(deployment, this.mirrors.replicaSets.group(uid));
    const olderPods = family.older.flatMap(({ metadata }) => this.mirrors.pods.group(metadata.uid));
    const left = olderPods.filter((pod) => !isTerminal(pod)).length;
    const done = await this.take(deployment, planDeployment(deployment, family, left), signal);
    if (!done.ok) return done;
    return this.tell(uid, signal);
  }

  /** By what is known after the step. */
  private async tell(uid: string, signal: AbortSignal): Promise<Result<Reconciled, ApiError>> {
    const mirror = this.mirrors.deployments;
    const object = mirror.get(uid);
    if (object === undefined) return settled;
    const family = familyOf(object, this.mirrors.replicaSets.group(uid));
    const { status, again } = deploymentStatus(object, family, this.clock.now());
    const written = await writeStatus(this.api, resource, { object, status, mirror }, signal);
    return written.ok ? this.revise(uid, signal, again) : written;
  }

  private take(
    deployment: KubeObject,
    step: DeploymentStep,
    signal: AbortSignal,
  ): Promise<Result<undefined, ApiError>> {
    switch (step.type) {
      case "create":
        return this.create(deployment, step.body, signal);
      case "revise":
        return this.annotate(step.replicaSet, { [revisionAnnotation]: String(step.revision) }, signal);
      case "scale":
        return this.scale(step.scalings, rollingBounds(deployment), signal);
      case "forget":
        return this.forget(step.replicaSets, signal);
      case "nothing":
        return Promise.resolve(nothingDone);
    }
  }

  /** A name that somebody else's ReplicaSet has is a collision: the next try gets another hash. */
  private async create(
    deployment: KubeObject,
    body: JsonObject,
    signal: AbortSignal,
  ): Promise<Result<undefined, ApiError>> {
    const created = await this.api.create(replicaSetResource, deployment.metadata.namespace, body, signal);
    if (created.ok || !isConflict(created.error)) return learnt(this.mirrors.replicaSets, created);
    const name = stringAt(body, "metadata", "name") ?? "";
    const there = await this.api.get(replicaSetResource, { ...refOf(deployment), name }, signal);
    if (!there.ok) return there;
    if (controllerOf(there.value)?.uid === deployment.metadata.uid) return learnt(this.mirrors.replicaSets, there);
    const collisionCount = (numberAt(deployment, "status", "collisionCount") ?? 0) + 1;
    const status = { ...objectAt(deployment, "status"), collisionCount };
    const mirror = this.mirrors.deployments;
    return writeStatus(this.api, resource, { object: deployment, status, mirror }, signal);
  }

  private async scale(
    scalings: readonly Scaling[],
    bounds: RollingBounds,
    signal: AbortSignal,
  ): Promise<Result<undefined, ApiError>> {
    for (const { replicaSet, replicas } of scalings) {
      const more = [{ op: "replace", path: "/spec/replicas", value: replicas }] as const;
      const scaled = await this.annotate(replicaSet, sizeAnnotations(bounds), signal, more);
      if (!scaled.ok) return scaled;
    }
    return nothingDone;
  }

  private async annotate(
    replicaSet: KubeObject,
    annotations: Readonly<Record<string, string>>,
    signal: AbortSignal,
    more: readonly PatchOperation[] = [],
  ): Promise<Result<undefined, ApiError>> {
    const value = { ...replicaSet.metadata.annotations, ...annotations };
    const operations: readonly PatchOperation[] = [
      { op: "test", path: "/metadata/resourceVersion", value: replicaSet.metadata.resourceVersion },
      { op: "add", path: "/metadata/annotations", value },
      ...more,
    ];
    const patched = await this.api.jsonPatch(replicaSetResource, refOf(replicaSet), operations, signal);
    return learnt(this.mirrors.replicaSets, patched);
  }

  private async forget(replicaSets: readonly KubeObject[], signal: AbortSignal): Promise<Result<undefined, ApiError>> {
    for (const replicaSet of replicaSets) {
      const { uid } = replicaSet.metadata;
      const deleted = await this.api.delete(replicaSetResource, refOf(replicaSet), { uid }, signal);
      if (!deleted.ok && !isNotFound(deleted.error)) return deleted;
    }
    return nothingDone;
  }

  /** The Deployment carries the revision of its newest ReplicaSet. */
  private async revise(
    uid: string,
    signal: AbortSignal,
    again: number | undefined,
  ): Promise<Result<Reconciled, ApiError>> {
    const outcome = ok(again === undefined ? {} : { again });
    const live = this.mirrors.deployments.get(uid);
    if (live === undefined || live.metadata.deletionTimestamp !== undefined) return outcome;
    const { newest } = familyOf(live, this.mirrors.replicaSets.group(uid));
    if (newest === undefined || revisionOf(newest) === revisionOf(live)) return outcome;
    const value = { ...live.metadata.annotations, [revisionAnnotation]: String(revisionOf(newest)) };
    const operations = [
      { op: "test", path: "/metadata/resourceVersion", value: live.metadata.resourceVersion },
      { op: "add", path: "/metadata/annotations", value },
    ] as const;
    const patched = await this.api.jsonPatch(resource, refOf(live), operations, signal);
    const taken = learnt(this.mirrors.deployments, patched);
    return taken.ok ? outcome : taken;
  }
}
