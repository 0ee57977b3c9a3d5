import type { JsonObject } from "../base/json.js";
import { numberAt, objectAt, stringAt } from "../base/json.js";
import type { Result } from "../base/result.js";
import { ok } from "../base/result.js";
import type { Api } from "./api.js";
import type { ApiError } from "./apiError.js";
import type { KubeObject } from "./object.js";
import type { ObjectRef } from "./resource.js";

/** The spec of a Lease (coordination.k8s.io/v1) with the resourceVersion it was read at. */
export interface LeaseRecord {
  /** Empty: nobody holds it. */
  readonly holderIdentity: string;
  readonly leaseDurationSeconds: number;
  /** RFC 3339 with microseconds; the holder's wall clock, never compared with ours. */
  readonly acquireTime: string;
  readonly renewTime: string;
  readonly leaseTransitions: number;
  /** Empty in a record that is to be created. */
  readonly resourceVersion: string;
}

/**
 * One Lease object. Writes do not pass the write gate (taking the lease is what opens it) and are not repeated by the
 * store. `update` succeeds only at `record.resourceVersion`; a 409 means somebody else wrote.
 */
export interface LeaseStore {
  read(signal: AbortSignal): Promise<Result<LeaseRecord, ApiError>>;
  create(record: LeaseRecord, signal: AbortSignal): Promise<Result<LeaseRecord, ApiError>>;
  update(record: LeaseRecord, signal: AbortSignal): Promise<Result<LeaseRecord, ApiError>>;
}

/**
 * The Lease `ref` over an Api. Give it an Api of its own, over a Transport of its own without a gate: then a renewal
 * never waits behind other requests and passes while writes are fenced off. Labels, annotations and fields of the spec
 * that others set are kept.
 */
export function createLeaseStore(api: Api, ref: Required<ObjectRef>): LeaseStore {
  let last: KubeObject | undefined;
  const seen = (result: Result<KubeObject, ApiError>): Result<LeaseRecord, ApiError> => {
    if (!result.ok) return result;
    last = result.value;
    return ok(recordOf(result.value));
  };
  return {
    async read(signal) {
      return seen(await api.get(leases, ref, signal));
    },
    async create(record, signal) {
      return seen(await api.create(leases, ref.namespace, bodyOf(ref, record, undefined), signal));
    },
    async update(record, signal) {
      const known = last?.metadata.resourceVersion === record.resourceVersion ? last : undefined;
      return seen(await api.update(leases, ref, bodyOf(ref, record, known), signal));
    },
  };
}

const leases = { group: "coordination.k8s.io", version: "v1", resource: "leases" };

function recordOf(lease: KubeObject): LeaseRecord {
  return {
    holderIdentity: stringAt(lease, "spec", "holderIdentity") ?? "",
    leaseDurationSeconds: numberAt(lease, "spec", "leaseDurationSeconds") ?? 0,
    acquireTime: stringAt(lease, "spec", "acquireTime") ?? "",
    renewTime: stringAt(lease, "spec", "renewTime") ?? "",
    leaseTransitions: numberAt(lease, "spec", "leaseTransitions") ?? 0,
    resourceVersion: lease.metadata.resourceVersion,
  };
}

function bodyOf(ref: Required<ObjectRef>, record: LeaseRecord, known: KubeObject | undefined): JsonObject {
  const { resourceVersion } = record;
  // The API server takes no empty holder or time; absent means the same.
  const spec = {
    ...record,
    resourceVersion: undefined,
    holderIdentity: record.holderIdentity || undefined,
    acquireTime: record.acquireTime || undefined,
    renewTime: record.renewTime || undefined,
  };
  return {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { ...known?.metadata, ...ref, ...(resourceVersion === "" ? {} : { resourceVersion }) },
    spec: { ...objectAt(known, "spec"), ...spec },
  };
}
