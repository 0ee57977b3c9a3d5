import { setMaxListeners } from "node:events";

import type { Clock } from "../../../base/clock.js";
import type { Random } from "../../../base/random.js";
import type { KubeObject } from "../../../kube/object.js";
import type { GroupVersionResource } from "../../../kube/resource.js";
import { follow } from "../follow.js";
import { Deployments } from "./deployments.js";
import { EndpointSlices } from "./endpointSlices.js";
import { isSelected } from "./endpoints.js";
import type { Mirror } from "./mirror.js";
import type { Mirrors } from "./mirrors.js";
import { createMirrors, serviceKeyOfSlice } from "./mirrors.js";
import { controllerOf } from "./owners.js";
import type { WorkloadApi } from "./reconciler.js";
import { Reconciler } from "./reconciler.js";
import { ReplicaSets } from "./replicaSets.js";
import { workloadResources } from "./resources.js";

/** What the workload controllers are made of. */
export interface WorkloadControllersOptions {
  readonly api: WorkloadApi;
  readonly clock: Clock;
  readonly random: Random;
  /** Only this namespace; without it, the whole cluster. */
  readonly namespace?: string;
}

/**
 * What a kube-controller-manager does for Deployments, ReplicaSets and EndpointSlices, through the API alone. Not where
 * one runs already: both would write. What is deleted is left to the garbage collector.
 */
export class WorkloadControllers {
  private readonly mirrors: Mirrors = createMirrors();
  private readonly deployments: Reconciler;
  private readonly replicaSets: Reconciler;
  private readonly endpointSlices: Reconciler;
  private readonly stopped = new AbortController();
  private following: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: WorkloadControllersOptions) {
    const { api, clock, random } = options;
    const { mirrors } = this;
    const deployments = new Deployments(api, clock, mirrors);
    const replicaSets = new ReplicaSets(api, clock, mirrors);
    const slices = new EndpointSlices(api, mirrors);
    this.deployments = new Reconciler(clock, random, (uid, signal) => deployments.reconcile(uid, signal));
    this.replicaSets = new Reconciler(clock, random, (uid, signal) => replicaSets.reconcile(uid, signal));
    this.endpointSlices = new Reconciler(clock, random, (uid, signal) => slices.reconcile(uid, signal));
    setMaxListeners(0, this.stopped.signal);
  }

  /** Begins to work; resolves when everything that was there is known. */
  async start(): Promise<void> {
    this.wire();
    const { mirrors } = this;
    this.following = Promise.all([
      this.follow(workloadResources.deployments, mirrors.deployments),
      this.follow(workloadResources.replicaSets, mirrors.replicaSets),
      this.follow(workloadResources.pods, mirrors.pods, mirrors.podsByNamespace),
      this.follow(workloadResources.services, mirrors.services),
      this.follow(workloadResources.endpointSlices, mirrors.endpointSlices),
    ]);
    await Promise.all([
      this.deployments.start([mirrors.deployments, mirrors.replicaSets, mirrors.pods]),
      this.replicaSets.start([mirrors.replicaSets, mirrors.pods]),
      this.endpointSlices.start([mirrors.services, mirrors.podsByNamespace, mirrors.endpointSlices]),
    ]);
  }

  /** Ends, and waits for what is under way. What was made stays. */
  async stop(): Promise<void> {
    this.stopped.abort();
    await Promise.all([this.deployments.stop(), this.replicaSets.stop(), this.endpointSlices.stop()]);
    await this.following;
  }

  private follow(resource: GroupVersionResource, ...mirrors: readonly Mirror[]): Promise<void> {
    const { api, clock, namespace } = this.options;
    const selection = { resource, ...(namespace === undefined ? {} : { namespace }) };
    const follower = {
      onObject: (object: KubeObject): void => mirrors.forEach((mirror) => mirror.onObject(object)),
      onGone: (uid: string): void => mirrors.forEach((mirror) => mirror.onGone(uid)),
      onListed: (): void => mirrors.forEach((mirror) => mirror.onListed()),
    };
    return follow(api, clock, selection, follower, this.stopped.signal);
  }

  /** Who has to look again when an object changes. */
  private wire(): void {
    const { mirrors, deployments, replicaSets, endpointSlices } = this;
    const wakeOwner = (reconciler: Reconciler, object: KubeObject): void => {
      const owner = controllerOf(object);
      if (owner !== undefined) reconciler.wake(owner.uid);
    };
    mirrors.deployments.onChange(({ metadata }) => deployments.wake(metadata.uid));
    mirrors.replicaSets.onChange((replicaSet) => {
      replicaSets.wake(replicaSet.metadata.uid);
      wakeOwner(deployments, replicaSet);
    });
    mirrors.pods.onChange((pod) => {
      wakeOwner(replicaSets, pod);
      const replicaSet = mirrors.replicaSets.get(controllerOf(pod)?.uid ?? "");
      if (replicaSet !== undefined) wakeOwner(deployments, replicaSet);
    });
    mirrors.services.onChange(({ metadata }) => endpointSlices.wake(metadata.uid));
    mirrors.podsByNamespace.onChange((pod, before = pod) => {
      for (const service of mirrors.services.group(pod.metadata.namespace ?? ""))
        if (isSelected(service, pod) || isSelected(service, before)) endpointSlices.wake(service.metadata.uid);
    });
    mirrors.endpointSlices.onChange((slice) => {
      const key = serviceKeyOfSlice(slice);
      for (const { metadata } of mirrors.services.group(slice.metadata.namespace ?? ""))
        if (`${metadata.namespace ?? ""}/${metadata.name}` === key) endpointSlices.wake(metadata.uid);
    });
  }
}
