import { beforeEach, describe, expect, test } from "@jest/globals";

import type { ClusterReading } from "../../../src/cli/clusterRead.js";
import { readCluster } from "../../../src/cli/clusterRead.js";
import { untilChanged } from "../../../src/cli/clusterWatch.js";
import { openCluster } from "../../../src/cli/cluster.js";
import { defaultConfig } from "../../../src/config/defaults.js";
import type { ClusterQuery } from "../../../src/cli/clusterRead.js";
import type { GroupVersionResource } from "../../../src/kube/resource.js";
import { snapshot } from "../../../src/routing/snapshot/snapshot.js";
import { apiError, failures } from "../../support/fakeApi.js";
import { FakeCluster } from "../../support/fakeCluster.js";

const signal = new AbortController().signal;
const configMaps: GroupVersionResource = { group: "", version: "v1", resource: "configmaps" };
const deployments: GroupVersionResource = { group: "apps", version: "v1", resource: "deployments" };
const watch = { "iter8.tools/watch": "true" };
let cluster: FakeCluster;

function routemap(name: string, namespace = "shop", listed = "{gvrShort: deploy, name: v1}"): void {
  const labels = { "iter8.tools/kind": "routemap" };
  const strSpec = `versions: [{resources: [{gvrShort: svc, name: v1}, ${listed}]}]\nroutes: [{kind: HTTPRoute, name: ${name}, port: 80, hostnames: [a.example], parentRefs: [{name: gw}]}]`;
  cluster.api.server.put(configMaps, { namespace, name, kind: "ConfigMap", metadata: { labels }, data: { strSpec } });
}

function deployment(name: string, namespace = "shop", labels: Record<string, string> = watch): void {
  cluster.api.server.put(deployments, { namespace, name, kind: "Deployment", metadata: { labels } });
}

function read(query: Partial<ClusterQuery> = {}): Promise<ClusterReading> {
  return readCluster(cluster, { config: defaultConfig(), ...query }, signal);
}

function names({ input }: ClusterReading): readonly string[] {
  return snapshot(input).routemaps.map(({ object }) => `${object.metadata.namespace ?? ""}/${object.metadata.name}`);
}

beforeEach(() => {
  cluster = new FakeCluster();
});

describe("a cluster that a command reads", () => {
  test("has the routemaps of one namespace, or of all, with what they list", async () => {
    routemap("app");
    routemap("app", "bank");
    deployment("v1");
    expect(names(await read())).toEqual(["bank/app", "shop/app"]);
    const reading = await read({ namespace: "shop" });
    expect(names(reading)).toEqual(["shop/app"]);
    const [found] = snapshot(reading.input).routemaps;
    const seen = found?.observed.resource({ kind: "deploy", namespace: "shop", name: "v1" });
    expect(seen).toMatchObject({ state: "seen", object: { metadata: { name: "v1" } } });
    expect(reading.notes).toEqual([]);
  });

  test("is listed in every namespace that a routemap mentions, and nowhere else", async () => {
    const config = { ...defaultConfig(), limits: { ...defaultConfig().limits, crossNamespace: true } };
    routemap("app", "shop", "{gvrShort: deploy, name: v1, namespace: bank}");
    deployment("v1", "bank");
    const { input } = await read({ config, namespace: "shop" });
    const observed = snapshot(input).routemaps[0]?.observed;
    const within = (namespace: string): unknown => observed?.resource({ kind: "deploy", namespace, name: "v1" });
    expect(within("bank")).toMatchObject({ state: "seen", object: { metadata: { namespace: "bank" } } });
    expect(within("mill")).toMatchObject({ state: "unseen", reason: "NotListed" });
  });

  test("is read page by page, and once more from the beginning where a list grew too old", async () => {
    routemap("app");
    for (let index = 0; index < 1100; index += 1) deployment(`d${index}`);
    const { input } = await read({ namespace: "shop" });
    expect(input.objects.filter(({ kind }) => kind === "Deployment")).toHaveLength(1100);
    const pages = cluster.api.made("list").filter(({ target }) => target === "deployments.apps");
    expect(pages.map(({ list }) => list?.continue)).toEqual([undefined, "500", "1000"]);
    cluster.api.lists.push(failures.gone);
    expect(names(await read({ namespace: "shop" }))).toEqual(["shop/app"]);
  });

  test("says what may not be listed, as far as a routemap needs it, and takes it for unseen rather than absent", async () => {
    routemap("app");
    cluster.api.denied = new Set(["list deployments.apps", "list statefulsets.apps", "list namespaces"]);
    const { input, notes } = await read({ namespace: "shop" });
    expect(notes).toEqual(["may not list deployments.apps in the namespace shop"]);
    const observed = snapshot(input).routemaps[0]?.observed;
    expect(observed?.resource({ kind: "deploy", namespace: "shop", name: "v1" })).toEqual({
      state: "unseen",
      reason: "Forbidden",
      message: "may not list deployments.apps in the namespace shop",
    });
    expect((await read()).notes).toEqual(["may not list deployments.apps in all namespaces"]);
  });

  test("says why a list failed", async () => {
    routemap("app");
    cluster.api.everyList = apiError(500, "InternalError", { message: "etcd is gone" });
    expect((await read({ namespace: "shop" })).notes).toContain(
      "cannot list configmaps in the namespace shop: etcd is gone",
    );
  });

  test("has no word about kinds that it does not serve", async () => {
    routemap("app", "shop", "{gvrShort: rollout, name: v1}");
    cluster.discovery.absent.add("rollouts.argoproj.io");
    const { input, notes } = await read({ namespace: "shop" });
    expect(notes).toEqual([]);
    const observed = snapshot(input).routemaps[0]?.observed;
    expect(observed?.resource({ kind: "rollout", namespace: "shop", name: "v1" })).toEqual({ state: "kindAbsent" });
  });

  test("that does not answer is one line with its address", async () => {
    cluster.discovery.broken = apiError(0, "Unreachable", { kind: "unsent", message: "connect ECONNREFUSED" });
    await expect(read()).rejects.toThrow(
      "cannot read the cluster at https://cluster.example:6443/: connect ECONNREFUSED",
    );
  });

  test("whose credentials cannot be read is an error that names the file", async () => {
    await expect(openCluster({ kubeconfig: "/nowhere/config", env: {} })).rejects.toThrow("/nowhere/config");
  });
});

describe("waiting for a change", () => {
  test("ends at an event, but not sooner than after one second, and leaves no watch behind", async () => {
    routemap("app");
    const { lists } = await read({ namespace: "shop" });
    let done = false;
    const waiting = untilChanged(cluster, lists, signal).then(() => (done = true));
    deployment("v9");
    await cluster.clock.advance(999);
    expect(done).toBe(false);
    await cluster.clock.advance(1);
    await waiting;
    expect(cluster.api.watches.size).toBe(0);
  });

  test("ends when a watch does, and when the command is ended", async () => {
    routemap("app");
    const { lists } = await read({ namespace: "shop" });
    const waiting = untilChanged(cluster, lists, signal);
    await cluster.clock.advance(5000);
    cluster.api.watchOf(deployments).close();
    await waiting;
    const ending = new AbortController();
    const again = untilChanged(cluster, lists, ending.signal);
    ending.abort();
    await again;
    expect(cluster.api.watches.size).toBe(0);
  });
});
