import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { systemClock } from "../../src/base/clock.js";
import type { Result } from "../../src/base/result.js";
import type { Api, WatchEvent } from "../../src/kube/api.js";
import type { ApiError } from "../../src/kube/apiError.js";
import { isConflict, isInvalid, isKindAbsent, isNotFound } from "../../src/kube/apiError.js";
import { Discovery } from "../../src/kube/discovery.js";
import { EventRecorder } from "../../src/kube/events.js";
import { covers, ownEntry, sameFieldSet, uncovered } from "../../src/kube/fieldset.js";
import { addFinalizer, removeFinalizer } from "../../src/kube/finalizers.js";
import { createLeaseStore } from "../../src/kube/leases.js";
import { conflictingManagers, otherManagers } from "../../src/kube/managers.js";
import type { KubeObject } from "../../src/kube/object.js";
import type { Plane } from "../support/plane/plane.js";
import { plane as sharedPlane, transportTo } from "../support/plane/plane.js";
import { waitFor } from "../support/plane/waitFor.js";

const configMaps = { group: "", version: "v1", resource: "configmaps" };
const services = { group: "", version: "v1", resource: "services" };
const httpRoutes = { group: "gateway.networking.k8s.io", version: "v1", resource: "httproutes" };
const signal = new AbortController().signal;

let plane: Plane;
let api: Api;
let namespace: string;

beforeAll(async () => {
  plane = sharedPlane();
  api = plane.adminApi;
  namespace = await plane.createNamespace("client");
});
afterAll(() => plane.close());

function configMap(name: string, data: Record<string, string> = {}, metadata: Record<string, unknown> = {}) {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace, ...(metadata as object) }, data };
}

function valueOf<T>(result: Result<T, ApiError>): T {
  if (!result.ok) throw new Error(`${result.error.code} ${result.error.reason}: ${result.error.message}`);
  return result.value;
}

async function failureOf(promise: Promise<Result<unknown, ApiError>>): Promise<ApiError> {
  const result = await promise;
  if (result.ok) throw new Error("expected a failure");
  return result.error;
}

const refOf = (name: string) => ({ namespace, name });
const apply = (object: ReturnType<typeof configMap>, fieldManager = "pointsman", force = false) =>
  api.apply(configMaps, refOf(object.metadata.name), object, { fieldManager, force }, signal);

function routeOf(name: string, metadata: Record<string, string> = {}) {
  const spec = { rules: [{ backendRefs: [{ name: "v1", port: 80, weight: 0 }] }], hostnames: ["a.example"] };
  const apiVersion = "gateway.networking.k8s.io/v1";
  return { apiVersion, kind: "HTTPRoute", metadata: { name, namespace, ...metadata }, spec };
}

const applyRoute = (route: ReturnType<typeof routeOf>) =>
  api.apply(httpRoutes, refOf(route.metadata.name), route, { fieldManager: "pointsman", force: false }, signal);

describe("the API server", () => {
  it("lets an object be created, read, listed, replaced, patched and deleted", async () => {
    const created = valueOf(await api.create(configMaps, namespace, configMap("life", { a: "1" }), signal));
    expect(valueOf(await api.get(configMaps, refOf("life"), signal))).toEqual(created);
    const page = valueOf(
      await api.list({ resource: configMaps, namespace, fieldSelector: "metadata.name=life" }, {}, signal),
    );
    expect(page.items).toEqual([created]);
    const replaced = valueOf(await api.update(configMaps, refOf("life"), { ...created, data: { a: "2" } }, signal));
    expect(replaced["data"]).toEqual({ a: "2" });
    expect(isConflict(await failureOf(api.update(configMaps, refOf("life"), created, signal)))).toBe(true);
    const merged = valueOf(await api.mergePatch(configMaps, refOf("life"), { data: { b: "3" } }, signal));
    expect(merged["data"]).toEqual({ a: "2", b: "3" });
    const wrong = await failureOf(api.delete(configMaps, refOf("life"), { uid: "another" }, signal));
    expect(isConflict(wrong)).toBe(true);
    const { uid, resourceVersion } = merged.metadata;
    valueOf(await api.delete(configMaps, refOf("life"), { uid, resourceVersion }, signal));
    expect(isNotFound(await failureOf(api.get(configMaps, refOf("life"), signal)))).toBe(true);
  });

  it("serves lists in pages, and metadata alone", async () => {
    const labels = { page: "yes" };
    for (const name of ["p1", "p2", "p3"]) {
      valueOf(await api.create(configMaps, namespace, configMap(name, { a: "1" }, { labels }), signal));
    }
    const selection = { resource: configMaps, namespace, labelSelector: "page=yes", metadataOnly: true };
    const first = valueOf(await api.list(selection, { limit: 2 }, signal));
    const second = valueOf(await api.list(selection, { limit: 2, continue: first.continue ?? "" }, signal));
    expect([...first.items, ...second.items].map((item) => item.metadata.name)).toEqual(["p1", "p2", "p3"]);
    expect(second.continue).toBeUndefined();
    expect(first.items[0]?.["data"]).toBeUndefined();
  });

  it("tells a missing object from a kind that it does not serve", async () => {
    const missing = await failureOf(api.get(configMaps, refOf("missing"), signal));
    expect([isNotFound(missing), isKindAbsent(missing)]).toEqual([true, false]);
    const lost = await failureOf(
      api.create(configMaps, "no-such-namespace", { ...configMap("a"), metadata: { name: "a" } }, signal),
    );
    expect([isNotFound(lost), isKindAbsent(lost)]).toEqual([true, false]);
    for (const absent of [
      { group: "nobody.example", version: "v1", resource: "things" },
      { ...httpRoutes, version: "v9" },
      { ...httpRoutes, resource: "things" },
      { ...configMaps, resource: "things" },
    ]) {
      const error = await failureOf(api.get(absent, refOf("a"), signal));
      expect([absent, isNotFound(error), isKindAbsent(error)]).toEqual([absent, true, true]);
    }
  });

  it("names the fields of an invalid object", async () => {
    const error = await failureOf(
      api.create(services, namespace, { ...configMap("bad"), kind: "Service", spec: { ports: [] } }, signal),
    );
    expect(isInvalid(error)).toBe(true);
    expect(error.causes.map((cause) => cause.field)).toContain("spec.ports");
  });

  it("gives the time in its answers", async () => {
    const transport = transportTo(plane.info);
    expect(transport.serverTimeOffset()).toBeUndefined();
    valueOf(
      await transport.send({ verb: "get", method: "GET", path: "/version", resource: "", effect: "read" }, signal),
    );
    expect(Math.abs(transport.serverTimeOffset() ?? Number.NaN)).toBeLessThan(1_000);
    transport.close();
  });
});

describe("a watch", () => {
  it("begins with what is there where that is asked for, tells changes, and ends without error", async () => {
    const labels = { watched: "yes" };
    valueOf(await api.create(configMaps, namespace, configMap("w1", {}, { labels }), signal));
    const events: WatchEvent[] = [];
    const selection = { resource: configMaps, namespace, labelSelector: "watched=yes" };
    const options = { timeoutSeconds: 2, resourceVersion: "", sendInitialEvents: true };
    const end = api.watch(selection, options, (event) => events.push(event), signal);
    await waitFor(() => events.some((event) => event.type === "BOOKMARK" && event.initialEventsEnd), {
      describe: "the end of the initial events",
    });
    valueOf(await api.mergePatch(configMaps, refOf("w1"), { metadata: { labels: { more: "yes" } } }, signal));
    valueOf(await api.mergePatch(configMaps, refOf("w1"), { metadata: { labels: { watched: null } } }, signal));
    expect(await end).toBeUndefined();
    expect(events.map((event) => event.type).filter((type) => type !== "BOOKMARK")).toEqual([
      "ADDED",
      "MODIFIED",
      "DELETED",
    ]);
  });

  it("of a single namespace works by its name", async () => {
    const namespaces = { group: "", version: "v1", resource: "namespaces" };
    const events: WatchEvent[] = [];
    const options = { timeoutSeconds: 1 };
    const selection = { resource: namespaces, name: namespace };
    const listed = valueOf(await api.list(selection, {}, signal));
    expect(listed.items.map((item) => item.metadata.name)).toEqual([namespace]);
    expect(await api.watch(selection, options, (event) => events.push(event), signal)).toBeUndefined();
    expect(events[0]).toMatchObject({ type: "ADDED", object: { metadata: { name: namespace } } });
  });
});

describe("a server-side apply", () => {
  it('with resourceVersion "1" creates where nothing is and is a conflict with anything that exists', async () => {
    const object = configMap("fresh", { a: "1" }, { resourceVersion: "1" });
    valueOf(await apply(object));
    expect(isConflict(await failureOf(apply(object)))).toBe(true);
    expect(isConflict(await failureOf(apply({ ...object, data: { a: "2" } }, "other", true)))).toBe(true);
    const route = routeOf("fresh", { resourceVersion: "1" });
    valueOf(await applyRoute(route));
    expect(isConflict(await failureOf(applyRoute(route)))).toBe(true);
  });

  it('with resourceVersion "0" does so for custom resources alone (422), and overwrites a built-in object', async () => {
    const route = routeOf("zero", { resourceVersion: "0" });
    valueOf(await applyRoute(route));
    expect((await failureOf(applyRoute(route))).code).toBe(422);
    valueOf(await apply(configMap("zero", { a: "1" }, { resourceVersion: "0" })));
    const overwritten = valueOf(await apply(configMap("zero", { a: "2" }, { resourceVersion: "0" })));
    expect(overwritten["data"]).toEqual({ a: "2" });
  });

  it("with a uid changes only that object: 422 for another one of the name, 409 where there is none", async () => {
    const { uid } = valueOf(await apply(configMap("uid", { a: "1" }))).metadata;
    valueOf(await apply(configMap("uid", { a: "2" }, { uid })));
    const another = { uid: "4b1d5a6e-0000-4000-8000-000000000000" };
    expect((await failureOf(apply(configMap("uid", { a: "1" }, another)))).code).toBe(422);
    expect(isConflict(await failureOf(apply(configMap("uid-of-nothing", { a: "1" }, another))))).toBe(true);
  });

  it("conflicts with whoever took a field: by apply or by update, with the name and the field", async () => {
    valueOf(await apply(configMap("taken", { a: "1", b: "1" })));
    valueOf(await apply(configMap("taken", { a: "2" }), 'argo "cd"', true));
    valueOf(await plane.adminApi.mergePatch(configMaps, refOf("taken"), { data: { b: "2" } }, signal));
    const error = await failureOf(apply(configMap("taken", { a: "3", b: "3" })));
    const found = conflictingManagers(error);
    expect(found).toContainEqual({ manager: 'argo "cd"', operation: "Apply", field: ".data.a" });
    expect(found.find((conflict) => conflict.field === ".data.b")).toMatchObject({ operation: "Update" });
    const forced = valueOf(await apply(configMap("taken", { a: "3", b: "3" }), "pointsman", true));
    expect(forced["data"]).toEqual({ a: "3", b: "3" });
    expect(otherManagers(forced, ["pointsman"])).toEqual([]);
  });

  it("leaves an entry that covers what was sent, until somebody takes a field", async () => {
    const body = {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "covered", namespace, labels: { a: "b" }, finalizers: ["pointsman.dev/test"] },
      spec: {
        selector: { app: "x" },
        ports: [
          { name: "http", port: 80 },
          { name: "dns", port: 53, protocol: "UDP" },
        ],
      },
    };
    const options = { fieldManager: "pointsman", force: false };
    const applied = valueOf(await api.apply(services, refOf("covered"), body, options, signal));
    expect(uncovered(ownEntry(applied, "pointsman"), body)).toEqual([]);
    const again = valueOf(await api.apply(services, refOf("covered"), body, options, signal));
    expect(again.metadata.resourceVersion).toBe(applied.metadata.resourceVersion);
    const touched = valueOf(
      await api.mergePatch(services, refOf("covered"), { metadata: { labels: { c: "d" } } }, signal),
    );
    expect(sameFieldSet(ownEntry(applied, "pointsman"), ownEntry(touched, "pointsman"))).toBe(true);
    const taken = valueOf(
      await api.mergePatch(services, refOf("covered"), { metadata: { labels: { a: "z" } } }, signal),
    );
    expect(uncovered(ownEntry(taken, "pointsman"), body)).toEqual([".metadata.labels"]);
    valueOf(await api.mergePatch(services, refOf("covered"), { metadata: { finalizers: null } }, signal));
  });

  it("owns an atomic list as one field", async () => {
    const body = routeOf("atomic");
    const applied = valueOf(await applyRoute(body));
    expect(covers(ownEntry(applied, "pointsman"), body)).toBe(true);
    const weight = [{ op: "replace" as const, path: "/spec/rules/0/backendRefs/0/weight", value: 7 }];
    const patched = valueOf(await api.jsonPatch(httpRoutes, refOf("atomic"), weight, signal));
    expect(uncovered(ownEntry(patched, "pointsman"), body)).toEqual([".spec.rules"]);
  });
});

describe("a finalizer", () => {
  const ours = "pointsman.dev/hold";
  const patch = (object: KubeObject, operations: ReturnType<typeof addFinalizer>) =>
    api.jsonPatch(configMaps, refOf(object.metadata.name), operations ?? [], signal);

  it("is added and removed beside those of others, and only on the object that was seen", async () => {
    const bare = valueOf(await api.create(configMaps, namespace, configMap("held"), signal));
    const held = valueOf(await patch(bare, addFinalizer(bare, ours)));
    expect(held.metadata.finalizers).toEqual([ours]);
    expect((await failureOf(patch(bare, addFinalizer(bare, "other.dev/x")))).code).toBe(422);
    const both = valueOf(await patch(held, addFinalizer(held, "other.dev/x")));
    expect(both.metadata.finalizers).toEqual([ours, "other.dev/x"]);
    const released = valueOf(await patch(both, removeFinalizer(both, ours)));
    expect(released.metadata.finalizers).toEqual(["other.dev/x"]);
    expect((await failureOf(patch(both, removeFinalizer(both, ours)))).code).toBe(422);
    const reborn = { ...released, metadata: { ...released.metadata, uid: "another" } };
    expect((await failureOf(patch(reborn, removeFinalizer(reborn, "other.dev/x")))).code).toBe(422);
    const free = valueOf(await patch(released, removeFinalizer(released, "other.dev/x")));
    expect(free.metadata.finalizers ?? []).toEqual([]);
    const again = valueOf(await patch(free, addFinalizer(free, ours)));
    valueOf(await patch(again, removeFinalizer(again, ours)));
  });
});

describe("discovery", () => {
  it("finds built-in kinds and custom resources, and their scope", async () => {
    const discovery = new Discovery(api, systemClock);
    const find = async (query: Parameters<Discovery["resolve"]>[0]) => valueOf(await discovery.resolve(query, signal));
    expect(await find({ group: "", kind: "ConfigMap" })).toEqual({
      ...configMaps,
      kind: "ConfigMap",
      namespaced: true,
    });
    expect(await find({ group: "", kind: "Namespace" })).toMatchObject({ resource: "namespaces", namespaced: false });
    expect(await find({ group: httpRoutes.group, resource: "httproutes", version: "v7" })).toMatchObject({
      kind: "HTTPRoute",
    });
    const missing = await failureOf(discovery.resolve({ group: "nobody.example", kind: "Thing" }, signal));
    expect(isKindAbsent(missing)).toBe(true);
  });
});

describe("a Lease", () => {
  it("is created once, updated at the version that was read, and given up", async () => {
    const store = createLeaseStore(api, { namespace, name: "leader" });
    expect(isNotFound(await failureOf(store.read(signal)))).toBe(true);
    const record = {
      holderIdentity: "a",
      leaseDurationSeconds: 10,
      acquireTime: "2030-01-01T00:00:00.123456Z",
      renewTime: "2030-01-01T00:00:00.123456Z",
      leaseTransitions: 0,
      resourceVersion: "",
    };
    const created = valueOf(await store.create(record, signal));
    expect(created).toEqual({ ...record, resourceVersion: created.resourceVersion });
    expect(isConflict(await failureOf(store.create(record, signal)))).toBe(true);
    const renewed = valueOf(await store.update({ ...created, renewTime: "2030-01-01T00:00:01.000001Z" }, signal));
    expect(renewed.renewTime).toBe("2030-01-01T00:00:01.000001Z");
    expect(isConflict(await failureOf(store.update(created, signal)))).toBe(true);
    const released = valueOf(await store.update({ ...renewed, holderIdentity: "" }, signal));
    expect(released.holderIdentity).toBe("");
    expect(valueOf(await store.read(signal))).toEqual(released);
  });
});

describe("an Event", () => {
  it("is stored, and its repetitions are counted on it", async () => {
    const clock = {
      ...systemClock,
      after: (ms: number, run: () => void) => systemClock.after(ms === 5_000 ? 1 : ms, run),
    };
    const dropped: string[] = [];
    const recorder = new EventRecorder({
      api,
      clock,
      reporter: { controller: "pointsman.dev/controller", instance: "pointsman-0" },
      onDrop: (_, reason) => dropped.push(reason),
    });
    const stop = new AbortController();
    const running = recorder.run(stop.signal);
    const subject = valueOf(await api.create(configMaps, namespace, configMap("subject"), signal));
    const { uid, name } = subject.metadata;
    const input = {
      regarding: { apiVersion: "v1", kind: "ConfigMap", namespace, name, uid },
      type: "Normal" as const,
      reason: "Returned",
      action: "Route",
      note: "ä".repeat(2_000),
    };
    const events = { group: "events.k8s.io", version: "v1", resource: "events" };
    const stored = async () => {
      const page = await api.list({ resource: events, namespace }, {}, signal);
      return valueOf(page).items.filter((event) => event["reason"] === "Returned");
    };
    recorder.record(input);
    await waitFor(async () => (await stored()).length === 1, { describe: "the Event" });
    recorder.record(input);
    recorder.record(input);
    const counted = await waitFor(async () => (await stored()).find((event) => event["series"] !== undefined), {
      describe: "the count",
    });
    expect(counted).toMatchObject({ series: { count: 3 }, type: "Normal", regarding: { uid } });
    recorder.record({ ...input, regarding: { apiVersion: "v1", kind: "Node", name: "n" } });
    const inDefault = async () => valueOf(await api.list({ resource: events, namespace: "default" }, {}, signal)).items;
    await waitFor(async () => (await inDefault()).some((event) => event.metadata.name.startsWith("n.")), {
      describe: "the Event about a node",
    });
    stop.abort();
    await running;
    expect(dropped).toEqual([]);
  });
});
