import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { parse } from "yaml";

import type { JsonObject } from "../../../src/base/json.js";
import { main } from "../../../src/cli/main.js";
import { statusCommand } from "../../../src/cli/status.js";
import type { GroupVersionResource } from "../../../src/kube/resource.js";
import { captured } from "../../support/captured.js";
import { apiError, failures } from "../../support/fakeApi.js";
import { FakeCluster } from "../../support/fakeCluster.js";

const gvr = (group: string, resource: string): GroupVersionResource => ({ group, version: "v1", resource });
const configMaps = gvr("", "configmaps");
const deployments = gvr("apps", "deployments");
const watched = { "iter8.tools/watch": "true" };

let cluster: FakeCluster;
beforeEach(() => {
  cluster = new FakeCluster();
});

function routemap(name: string, namespace = "shop", strSpec?: string): void {
  const labels = { "iter8.tools/kind": "routemap" };
  const listed = `versions: [{name: v1, resources: [{gvrShort: deploy, name: ${name}-v1}]}, {name: v2, resources: [{gvrShort: deploy, name: ${name}-v2}]}]`;
  const data = { strSpec: strSpec ?? listed };
  cluster.api.server.put(configMaps, { namespace, name, kind: "ConfigMap", metadata: { labels }, data });
}

function deployment(name: string, ready: boolean, namespace = "shop"): void {
  const condition = { type: "Available", status: ready ? "True" : "False", lastTransitionTime: "2029-01-01T00:00:00Z" };
  const status = { observedGeneration: 1, replicas: 1, availableReplicas: ready ? 1 : 0, conditions: [condition] };
  const object = { namespace, name, kind: "Deployment", metadata: { labels: watched }, spec: { replicas: 1 }, status };
  cluster.api.server.put(deployments, object);
}

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function status(...words: readonly string[]): Promise<Ran> {
  const { io, out, err } = captured();
  const command = statusCommand({
    openCluster: () => Promise.resolve(cluster),
    readInput: () => Promise.resolve("secret\n"),
    clock: cluster.clock,
  });
  const code = await main(["status", ...words], io, [command]);
  return { code, out: out(), err: err() };
}

describe("status of a cluster", () => {
  test("has a line for each version, with its phase, its shares and why", async () => {
    routemap("app");
    deployment("app-v1", true);
    const { code, out, err } = await status();
    expect([code, err]).toEqual([0, ""]);
    const [head, first, second, ...more] = out.trimEnd().split("\n");
    expect(head).toMatch(/^ROUTEMAP +READY +VERSION +PHASE +WANTED +STORED +CONFIRMED +REASON$/);
    expect(first).toMatch(/^app +True +v1 +Idle +100 % +0 % +/);
    expect(second).toMatch(/^app +True +v2 +Idle +0 % +0 % +\? +NotDeployed: /);
    expect(more).toEqual([]);
  });

  test("is of the namespace of the kubeconfig, of another, or of all, which then stands in front", async () => {
    routemap("app");
    routemap("till", "bank");
    expect((await status()).out).not.toContain("till");
    expect((await status("-n", "bank")).out).toMatch(/^till /m);
    const { out } = await status("-A");
    expect(out).toMatch(/^NAMESPACE +ROUTEMAP/);
    expect(out).toMatch(/^bank +till +/m);
    expect(out.indexOf("bank")).toBeLessThan(out.indexOf("shop"));
    expect(await status("-A", "-n", "bank")).toMatchObject({ code: 1, out: "" });
  });

  test("of one routemap leaves the others out, and of an unknown one names the nearest", async () => {
    routemap("checkout");
    routemap("catalogue");
    expect((await status("checkout")).out).not.toContain("catalogue");
    expect(await status("chekout")).toEqual({
      code: 1,
      out: "",
      err: "pointsman: there is no routemap shop/chekout; did you mean checkout?\n",
    });
  });

  test("says what is wrong with a routemap that cannot be decoded", async () => {
    routemap("bad", "shop", "versions: nonsense");
    const { out } = await status();
    expect(out).toMatch(/^bad +False +- +- +- +- +- +SpecInvalid: .*versions/m);
  });

  test("says that there is none, and what may not be listed", async () => {
    expect(await status()).toEqual({ code: 0, out: "", err: "no routemap in the namespace shop\n" });
    cluster.api.denied = new Set(["list configmaps"]);
    expect((await status()).err).toContain("pointsman: may not list configmaps in the namespace shop\n");
    expect((await status("app")).err).toContain("(may not list configmaps in the namespace shop)");
  });

  test("is the same as JSON and as YAML", async () => {
    routemap("app");
    const json: unknown = JSON.parse((await status("-o", "json")).out);
    expect(json).toMatchObject({
      notes: [],
      items: [{ namespace: "shop", name: "app", versions: [{ name: "v1" }, {}] }],
    });
    expect(parse((await status("-o", "yaml")).out)).toEqual(json);
  });

  test("that does not answer is one line and exit code 1", async () => {
    cluster.discovery.broken = apiError(0, "Unreachable", { kind: "unsent", message: "connect ECONNREFUSED" });
    const { code, err } = await status();
    expect([code, err]).toEqual([
      1,
      "pointsman: cannot read the cluster at https://cluster.example:6443/: connect ECONNREFUSED\n",
    ]);
  });
});

describe("status --watch", () => {
  function follow(isTTY: boolean): { out: () => string; err: () => string; end: () => Promise<number> } {
    const { io, out, err } = captured({}, isTTY);
    const ending = new AbortController();
    const command = statusCommand({
      openCluster: () => Promise.resolve(cluster),
      readInput: () => Promise.resolve(""),
      clock: cluster.clock,
      signal: ending.signal,
    });
    const done = main(["status", "--watch"], io, [command]);
    const end = (): Promise<number> => {
      ending.abort();
      return done;
    };
    return { out, err, end };
  }

  async function until(condition: () => boolean): Promise<void> {
    for (let turns = 0; !condition(); turns += 1) {
      if (turns > 2000) throw new Error("it does not come");
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  const looking = (): boolean => cluster.api.watches.size > 5;

  test("appends only the lines that changed, and ends with exit code 0 when it is interrupted", async () => {
    routemap("app");
    deployment("app-v1", true);
    const { out, end } = follow(false);
    await until(looking);
    const before = out().split("\n").length;
    expect(before).toBe(4);
    deployment("app-v2", true);
    await cluster.clock.advance(1000);
    await until(() => out().split("\n").length > before);
    const fresh = out()
      .split("\n")
      .slice(before - 1, -1);
    expect(fresh.map((line) => line.split(/ +/)[2])).toEqual(["v1", "v2"]);
    expect(await end()).toBe(0);
    expect(cluster.api.watches.size).toBe(0);
    expect(cluster.closed).toBe(1);
  });

  test("says nothing again where nothing that is shown changed", async () => {
    routemap("app");
    deployment("app-v1", true);
    const { out, end } = follow(false);
    await until(looking);
    const before = out();
    const looks = cluster.api.made("list").length;
    deployment("other", true);
    await cluster.clock.advance(1000);
    await until(() => cluster.api.made("list").length > looks && looking());
    expect(out()).toBe(before);
    await end();
  });

  test("draws over itself on a terminal", async () => {
    routemap("app");
    const { out, end } = follow(true);
    await until(looking);
    deployment("app-v1", true);
    await cluster.clock.advance(1000);
    await until(() => out().split("\u001b[H\u001b[J").length > 2);
    await end();
    expect(out().startsWith("\u001b[H\u001b[J")).toBe(true);
  });

  test("lists a busy cluster once a second at most", async () => {
    routemap("app");
    const { end } = follow(false);
    await until(looking);
    const lists = (): number => cluster.api.made("list").filter(({ target }) => target === "deployments.apps").length;
    const before = lists();
    for (let index = 0; index < 50; index += 1) {
      deployment(`d${index}`, true);
      await cluster.clock.advance(100);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(lists() - before).toBeLessThanOrEqual(5);
    expect(lists()).toBeGreaterThan(before);
    await end();
  });

  test("goes on after a look that failed, and says so", async () => {
    routemap("app");
    const { out, err, end } = follow(false);
    await until(looking);
    cluster.discovery.broken = failures.unavailable;
    deployment("app-v1", true);
    await cluster.clock.advance(1000);
    await until(() => err() !== "");
    cluster.discovery.broken = undefined;
    const before = out();
    await cluster.clock.advance(2000);
    await until(() => out() !== before);
    expect(err()).toMatch(/^pointsman: cannot read the cluster at [^\n]*\n$/);
    await end();
  });
});

describe("status --server", () => {
  let server: Server;
  let answers: ((url: URL) => JsonObject | undefined) | undefined;
  const asked: string[] = [];
  let url: string;

  beforeEach(async () => {
    asked.length = 0;
    server = createServer((request, response) => {
      const target = new URL(request.url ?? "/", "http://localhost");
      asked.push(`${target.pathname}${target.search} ${request.headers.authorization ?? ""}`.trim());
      const body = answers?.(target);
      response.writeHead(body === undefined ? 404 : 200, { "Content-Type": "application/json" });
      response.end(JSON.stringify(body ?? {}));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  const summary = (name: string): JsonObject => ({
    namespace: "default",
    name,
    uid: name,
    ready: "True",
    reason: "RoutesWritten",
    message: "fine",
    versions: [
      {
        name: "v1",
        phase: "Active",
        answer: "ready",
        weight: { percent: { wanted: 100, stored: 100, confirmed: 100 } },
        reason: "Serving",
        message: "it serves",
      },
    ],
  });

  test("shows every page of the controller's read API, in the order of names", async () => {
    answers = (target) =>
      target.searchParams.get("continue") === "next"
        ? { items: [summary("a")] }
        : { items: [summary("b")], continue: "next" };
    const { code, out } = await status("--server", url, "--token-file", "-");
    expect(code).toBe(0);
    expect(out.split("\n").map((line) => line.split(" ")[0])).toEqual(["ROUTEMAP", "a", "b", ""]);
    expect(asked).toEqual([
      "/api/v1/routemaps?namespace=default Bearer secret",
      "/api/v1/routemaps?namespace=default&continue=next Bearer secret",
    ]);
    answers = () => ({ items: [summary("a")] });
    await status("--server", url, "-A");
    expect(asked.at(-1)).toBe("/api/v1/routemaps");
  });

  test("is one line where that is no controller, no URL, or nobody", async () => {
    answers = () => ({ items: [{ name: "odd" }] });
    expect((await status("--server", url)).err).toBe(`pointsman: ${url} answers, but is no read API of a controller\n`);
    answers = undefined;
    expect((await status("--server", url)).code).toBe(1);
    expect((await status("--server", "nowhere")).err).toContain("is no URL");
    expect((await status("--server", "http://127.0.0.1:1")).err).toMatch(/^pointsman: cannot reach [^\n]*\n$/);
  });
});
