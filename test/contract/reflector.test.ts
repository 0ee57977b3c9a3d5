import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from "@jest/globals";

import { systemClock } from "../../src/base/clock.js";
import { systemRandom } from "../../src/base/random.js";
import type { Api, Selection } from "../../src/kube/api.js";
import type { Delta } from "../../src/kube/delta.js";
import type { Informer } from "../../src/kube/informer.js";
import { createInformer } from "../../src/kube/informer.js";
import type { KubeObject } from "../../src/kube/object.js";
import { failures } from "../support/fakeApi.js";
import type { Plane } from "../support/plane/plane.js";
import { plane as sharedPlane } from "../support/plane/plane.js";
import { waitFor } from "../support/plane/waitFor.js";

const configMaps = { group: "", version: "v1", resource: "configmaps" };
const namespaces = { group: "", version: "v1", resource: "namespaces" };
const crds = { group: "apiextensions.k8s.io", version: "v1", resource: "customresourcedefinitions" };
const labelSelector = "reflected=yes";

let plane: Plane;
let namespace: string;
let stop: AbortController;

beforeAll(() => {
  plane = sharedPlane();
});
afterAll(() => plane.close());
beforeEach(async () => {
  namespace = await plane.createNamespace("reflector");
  stop = new AbortController();
});
afterEach(() => stop.abort());

function configMap(name: string, data: Record<string, string> = {}, labels = { reflected: "yes" }) {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace, labels }, data };
}

const put = (name: string, data: Record<string, string> = {}, labels = { reflected: "yes" }) =>
  plane.admin.apply(configMaps, { namespace, name }, configMap(name, data, labels));
const remove = (name: string) => plane.admin.delete(configMaps, { namespace, name });

interface Followed {
  readonly informer: Informer<KubeObject>;
  readonly told: string[];
}

function follow(api: Api, selection: Selection): Followed {
  const informer = createInformer(api, selection, {
    clock: systemClock,
    random: systemRandom,
    project: (object: KubeObject) => object,
  });
  const told: string[] = [];
  informer.deltas$.subscribe((delta) => told.push(textOf(delta)));
  informer.start(stop.signal);
  return { informer, told };
}

function textOf(delta: Delta<KubeObject>): string {
  if (delta.type === "restarted") return delta.cause;
  return `${delta.type} ${delta.object.metadata.name}${delta.type !== "deleted" && delta.gap ? " gap" : ""}`;
}

const synced = ({ informer }: Followed) =>
  waitFor(() => informer.store.synced(), { describe: "the store to be synced" });

const holds = ({ informer }: Followed, expected: Record<string, string>) =>
  waitFor(
    () => {
      const held = informer.store.list().map((object) => [object.metadata.name, JSON.stringify(object["data"])]);
      const wanted = Object.entries(expected).map(([name, value]) => [name, JSON.stringify({ value })]);
      return JSON.stringify(held.sort()) === JSON.stringify(wanted.sort());
    },
    { describe: `the store to hold ${JSON.stringify(expected)}` },
  );

/** The same API without initial events, as servers before KEP-3157 answer. */
function withoutInitialEvents(api: Api): Api {
  const watch: Api["watch"] = (selection, options, onEvent, signal) =>
    options.sendInitialEvents === undefined
      ? api.watch(selection, options, onEvent, signal)
      : Promise.resolve(failures.invalid);
  return new Proxy(api, { get: (target, name) => (name === "watch" ? watch : bound(target, name)) });
}

function bound(target: Api, name: string | symbol): unknown {
  const member: unknown = Reflect.get(target, name);
  return typeof member === "function" ? member.bind(target) : member;
}

describe.each([
  ["initial events", (api: Api) => api],
  ["pages", withoutInitialEvents],
])("an informer that lists by %s", (_, adapt) => {
  it("has what is there, follows every change, and tells each as one fact", async () => {
    await put("a", { value: "1" });
    await put("other", { value: "1" }, { reflected: "no" });
    const followed = follow(adapt(plane.adminApi), { resource: configMaps, namespace, labelSelector });
    await synced(followed);
    expect(followed.told).toEqual(["added a gap"]);
    await put("a", { value: "2" });
    await put("b", { value: "1" });
    await remove("a");
    await put("a", { value: "3" });
    await put("b", { value: "1" }, { reflected: "no" });
    await holds(followed, { a: "3" });
    expect(followed.told.slice(1)).toEqual(["updated a", "added b", "deleted a", "added a", "deleted b"]);
  });

  it("reads what it wrote at once, without a second fact for the echo", async () => {
    const api = adapt(plane.adminApi);
    const followed = follow(api, { resource: configMaps, namespace, labelSelector });
    await synced(followed);
    const written = await api.create(configMaps, namespace, configMap("mine", { value: "1" }), stop.signal);
    if (!written.ok) throw new Error(written.error.message);
    followed.informer.store.applyOwnWrite(written.value);
    expect(followed.informer.store.get(`${namespace}/mine`)).toBeDefined();
    await put("end", { value: "1" });
    await holds(followed, { mine: "1", end: "1" });
    expect(followed.told.map((text) => text.split(" ").slice(0, 2).join(" "))).toEqual(["added mine", "added end"]);
  });

  it("follows a single object by its name", async () => {
    const labels = { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, labels: { step: "one" } } };
    const followed = follow(adapt(plane.adminApi), { resource: namespaces, name: namespace });
    await synced(followed);
    const step = (): string | undefined => followed.informer.store.get(namespace)?.metadata.labels?.["step"];
    expect(followed.informer.store.size).toBe(1);
    await plane.admin.apply(namespaces, { name: namespace }, labels);
    await waitFor(() => step() === "one", { describe: "the label to be seen" });
    expect(followed.informer.store.list()).toHaveLength(1);
  });
});

describe("a list", () => {
  it("is not asked for where the server sends initial events", async () => {
    let lists = 0;
    const api = new Proxy(plane.adminApi, {
      get(target, name) {
        if (name === "list") lists += 1;
        return bound(target, name);
      },
    });
    await put("a", { value: "1" });
    const followed = follow(api, { resource: configMaps, namespace, labelSelector });
    await synced(followed);
    await holds(followed, { a: "1" });
    expect(lists).toBe(0);
  });
});

describe("a kind", () => {
  it("is absent while its CRD is not there, found when poked, and emptied when the CRD goes", async () => {
    const group = `${namespace}.example.com`;
    const resource = { group, version: "v1", resource: "things" };
    const followed = follow(plane.adminApi, { resource, namespace });
    const { store } = followed.informer;
    await waitFor(() => store.state.state === "absent", { describe: "the kind to be absent" });
    await plane.admin.create(crds, undefined, crdOf(group));
    await waitFor(
      () => {
        followed.informer.poke();
        return store.synced();
      },
      { describe: "the kind to appear" },
    );
    const thing = { apiVersion: `${group}/v1`, kind: "Thing", metadata: { name: "a", namespace } };
    await plane.admin.create(resource, namespace, thing);
    await waitFor(() => store.size === 1, { describe: "the object to be seen" });
    await plane.admin.delete(crds, { name: `things.${group}` });
    await waitFor(() => store.size === 0, { describe: "the object to go with its CRD" });
    await waitFor(() => store.state.state === "absent", { describe: "the kind to be absent again" });
  });
});

function crdOf(group: string) {
  const schema = { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `things.${group}` },
    spec: {
      group,
      scope: "Namespaced",
      names: { plural: "things", singular: "thing", kind: "Thing", listKind: "ThingList" },
      versions: [{ name: "v1", served: true, storage: true, schema }],
    },
  };
}
