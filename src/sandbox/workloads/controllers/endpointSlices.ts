import type { Result } from "../../../base/result.js";
import { ok } from "../../../base/result.js";
import type { ApiError } from "../../../kube/apiError.js";
import { isNotFound } from "../../../kube/apiError.js";
import { stringAt } from "../../../base/json.js";
import { hasSelector } from "./endpoints.js";
import type { Mirrors } from "./mirrors.js";
import type { Reconciled, WorkloadApi } from "./reconciler.js";
import { settled } from "./reconciler.js";
import { workloadResources } from "./resources.js";
import { isOurs, planSlices } from "./slicePlan.js";
import { learnt, refOf } from "./statusWrite.js";

const { endpointSlices: resource } = workloadResources;

/** Keeps the EndpointSlices of every Service with a selector as its Pods are. */
export class EndpointSlices {
  constructor(
    private readonly api: WorkloadApi,
    private readonly mirrors: Mirrors,
  ) {}

  /** `uid` is the Service's. Slices of a Service that is gone are the garbage collector's. */
  async reconcile(uid: string, signal: AbortSignal): Promise<Result<Reconciled, ApiError>> {
    const service = this.mirrors.services.get(uid);
    if (service === undefined || service.metadata.deletionTimestamp !== undefined) return settled;
    const { namespace = "", name } = service.metadata;
    const existing = this.mirrors.endpointSlices.group(`${namespace}/${name}`);
    const pods = this.mirrors.podsByNamespace.group(namespace);
    const plan = hasSelector(service)
      ? planSlices(service, pods, existing)
      : { create: [], update: [], remove: existing.filter((slice) => isOurs(slice, service)) };
    const mirror = this.mirrors.endpointSlices;
    for (const body of plan.update) {
      const where = { namespace, name: stringAt(body, "metadata", "name") ?? "" };
      const updated = learnt(mirror, await this.api.update(resource, where, body, signal));
      if (!updated.ok) return updated;
    }
    for (const body of plan.create) {
      const created = learnt(mirror, await this.api.create(resource, namespace, body, signal));
      if (!created.ok) return created;
    }
    for (const slice of plan.remove) {
      const removed = await this.api.delete(resource, refOf(slice), { uid: slice.metadata.uid }, signal);
      if (!removed.ok && !isNotFound(removed.error)) return removed;
      mirror.onGone(slice.metadata.uid);
    }
    return ok({});
  }
}
