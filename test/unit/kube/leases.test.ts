import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { isConflict, isNotFound } from "../../../src/kube/apiError.js";
import type { LeaseStore } from "../../../src/kube/leases.js";
import { createLeaseStore } from "../../../src/kube/leases.js";
import type { ServedApi } from "../../support/api.js";
import { serveApi } from "../../support/api.js";
import { reply, status } from "../../support/httpServer.js";

const record = {
  holderIdentity: "a",
  leaseDurationSeconds: 10,
  acquireTime: "2030-01-01T00:00:00.000000Z",
  renewTime: "2030-01-01T00:00:01.000000Z",
  leaseTransitions: 3,
  resourceVersion: "5",
};
const { resourceVersion: _, ...spec } = record;
const metadata = { name: "pointsman", namespace: "system", uid: "u", resourceVersion: "5", labels: { team: "x" } };
const lease = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata, spec: { ...spec, strategy: "Later" } };
const path = "/apis/coordination.k8s.io/v1/namespaces/system/leases";
const signal = new AbortController().signal;

let served: ServedApi;
let store: LeaseStore;

beforeEach(async () => {
  served = await serveApi((_seen, response) => reply(response, 200, lease));
  store = createLeaseStore(served.api, { namespace: "system", name: "pointsman" });
});
afterEach(() => served.close());

const sent = () => served.server.seen.map(({ method, url, body }) => ({ method, path: url.split("?")[0], body }));
const body = (index: number): unknown => JSON.parse(sent()[index]?.body ?? "null");

describe("a lease store", () => {
  it("reads the record", async () => {
    expect(await store.read(signal)).toEqual({ ok: true, value: record });
    expect(sent()).toEqual([{ method: "GET", path: `${path}/pointsman`, body: "" }]);
  });

  it("tells a lease that is not there", async () => {
    served.server.answer = (_seen, response) =>
      reply(response, 404, status(404, "NotFound", { details: { name: "pointsman" } }));
    const read = await store.read(signal);
    expect(!read.ok && isNotFound(read.error)).toBe(true);
  });

  it("creates it without a resourceVersion", async () => {
    expect(await store.create({ ...record, resourceVersion: "" }, signal)).toEqual({ ok: true, value: record });
    expect(sent()[0]).toMatchObject({ method: "POST", path });
    expect(body(0)).toEqual({
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { name: "pointsman", namespace: "system" },
      spec,
    });
  });

  it("updates at the version that was read and keeps what others wrote into it", async () => {
    await store.read(signal);
    await store.update({ ...record, holderIdentity: "b" }, signal);
    expect(sent()[1]).toMatchObject({ method: "PUT", path: `${path}/pointsman` });
    expect(body(1)).toEqual({ ...lease, spec: { ...lease.spec, holderIdentity: "b" } });
    served.server.answer = (_seen, response) => reply(response, 409, status(409, "Conflict"));
    const update = await store.update(record, signal);
    expect(!update.ok && isConflict(update.error)).toBe(true);
  });

  it("gives it up by leaving the holder out, which the API server takes", async () => {
    await store.read(signal);
    await store.update({ ...record, holderIdentity: "" }, signal);
    const { holderIdentity: _holder, ...others } = lease.spec;
    expect(body(1)).toEqual({ ...lease, spec: others });
  });
});
