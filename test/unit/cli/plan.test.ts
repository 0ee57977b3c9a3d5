import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { parse } from "yaml";

import { PointsmanError } from "../../../src/base/errors.js";
import type { JsonObject } from "../../../src/base/json.js";
import { arrayAt, stringAt } from "../../../src/base/json.js";
import { main } from "../../../src/cli/main.js";
import { planCommand } from "../../../src/cli/plan.js";
import type { GroupVersionResource } from "../../../src/kube/resource.js";
import { captured } from "../../support/captured.js";
import { apiError } from "../../support/fakeApi.js";
import { FakeClock } from "../../support/fakeClock.js";
import { FakeCluster } from "../../support/fakeCluster.js";
import type { AppSpec } from "../../support/sequences/appSpec.js";
import { plainApp, specText } from "../../support/sequences/appSpec.js";
import { SequenceWorld } from "../../support/sequences/sequenceWorld.js";
import { objectsOf } from "../../support/worldObjects.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pointsman-plan-"));
});
afterAll(async () => rm(folder, { recursive: true }));

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function plan(words: readonly string[], cluster?: FakeCluster, now = Date.UTC(2030, 0, 1)): Promise<Ran> {
  const { io, out, err } = captured();
  const openCluster = (): Promise<FakeCluster> => {
    if (cluster === undefined) throw new PointsmanError("PM_CREDENTIALS_MISSING", {});
    return Promise.resolve(cluster);
  };
  const parts = { openCluster, readInput: () => Promise.resolve(""), clock: new FakeClock(now) };
  const code = await main(["plan", ...words], io, [planCommand(parts)]);
  return { code, out: out().replaceAll(`${folder}/`, ""), err: err().replaceAll(`${folder}/`, "") };
}

async function file(name: string, ...objects: readonly (JsonObject | string)[]): Promise<string> {
  const texts = objects.map((object) => (typeof object === "string" ? object : JSON.stringify(object)));
  await writeFile(join(folder, name), texts.join("\n---\n"));
  return join(folder, name);
}

const watch = { "iter8.tools/watch": "true" };
const routemap = (app: AppSpec, namespace = "default"): JsonObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { namespace, name: "app", labels: { "iter8.tools/kind": "routemap" } },
  data: { strSpec: specText(app) },
});
const deployment = (name: string): JsonObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, labels: watch },
  spec: { replicas: 1, template: { metadata: { labels: { app: name } } } },
});
const service = (name: string): JsonObject => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, labels: watch },
  spec: { selector: { app: name }, ports: [{ port: 80 }] },
});
const weighted: AppSpec = {
  ...plainApp,
  versions: [
    { name: "v1", service: "v1", weight: 80 },
    { name: "v2", service: "v2", weight: 20 },
  ],
};
const parts = ["v1", "v2"].flatMap((name) => [deployment(name), service(name)]);

/** A world at rest with two versions, as `kubectl get -o yaml` would print it. */
async function stored(): Promise<{ readonly base: string; readonly now: number }> {
  const world = new SequenceWorld(plainApp);
  for (const name of ["v1", "v2"]) world.up(name);
  world.pass(60_000);
  const list = { apiVersion: "v1", kind: "List", items: objectsOf(world, specText(plainApp)) };
  return { base: await file("base.yaml", list), now: world.epoch };
}

describe("plan against nothing", () => {
  test("shows the routes of an app whose versions are taken as ready, and how they come about", async () => {
    const app = await file("app.yaml", routemap(weighted), ...parts);
    const { code, out, err } = await plan(["-f", app, "--against", "empty", "--assume-ready"]);
    expect([code, err]).toEqual([2, ""]);
    expect(out).toContain("routemap default/app: 5 steps\n");
    expect(out).toContain("  now  hold deploy default/v1        version v1\n");
    expect(out).toContain("  now  create httproute default/app  v1=80 v2=20\n");
    expect(out).toContain("--- /dev/null\n+++ planned/httproute/default/app.yaml\n");
    expect(out).toContain("+        - name: v2\n+          port: 80\n+          weight: 20\n");
    expect(out).not.toContain("iter8.tools/applied");
  });

  test("says that files tell nothing of readiness, and gives only the primary traffic", async () => {
    const app = await file("app.yaml", routemap(weighted), ...parts);
    const { code, out, err } = await plan(["-f", app, "--against", "empty"]);
    expect(code).toBe(2);
    expect(err).toContain("--assume-ready takes those in the files as ready");
    expect(out).toContain("not yet  version v2: deploy default/v2: it has no available replica (NoReplicas)");
    expect(out).toContain("create httproute default/app  v1=1 v2=0");
  });

  test("is the same whatever the order of the files", async () => {
    const spec = await file("spec.yaml", routemap(weighted));
    const rest = await file("rest.yaml", ...parts);
    const words = ["--against", "empty", "--assume-ready", "-o", "json"];
    const one = await plan(["-f", spec, "-f", rest, ...words]);
    expect(await plan(["-f", rest, "-f", spec, ...words])).toEqual(one);
  });

  test("puts every problem of a file at its line, and plans nothing", async () => {
    const bad = { ...weighted, mistake: "unknownKey" as const };
    const { code, out, err } = await plan(["-f", await file("bad.yaml", routemap(bad)), "--against", "empty"]);
    expect([code, out]).toEqual([1, ""]);
    expect(err).toMatch(/^bad\.yaml:1(:\d+)?: .*verisons/);
    const broken = await plan(["-f", await file("broken.yaml", "kind: [a"), "--against", "empty"]);
    expect(broken.code).toBe(1);
    expect(broken.err).toMatch(/^broken\.yaml:1:\d+: /);
  });

  test("needs a file, and takes a word near to one of its own for a slip", async () => {
    expect(await plan(["--against", "empty"])).toMatchObject({ code: 1 });
    const app = await file("app.yaml", routemap(weighted));
    expect((await plan(["-f", app, "--against", "clustre"])).err).toContain("did you mean cluster?");
  });
});

describe("plan against objects of a file", () => {
  test("has no change where the files say what is stored already", async () => {
    const { base, now } = await stored();
    const same = await file("same.yaml", routemap(plainApp));
    const { code, out, err } = await plan(["-f", same, "--against", base], undefined, now);
    expect([code, out, err]).toEqual([0, "routemap default/app: no change\n", ""]);
  });

  test("shows new weights as one write, as the lines that change and nothing else", async () => {
    const { base, now } = await stored();
    const { code, out } = await plan(
      ["-f", await file("w.yaml", routemap(weighted)), "--against", base],
      undefined,
      now,
    );
    expect(code).toBe(2);
    expect(out).toContain("  now  raise httproute default/app  v1=1→80 v2=1→20\n");
    const lines = out.split("\n").filter((line) => /^[-+] /.test(line));
    expect(lines).toEqual([
      "-          weight: 1",
      "+          weight: 80",
      "-          weight: 1",
      "+          weight: 20",
    ]);
  });

  test("returns the traffic of a version that leaves the spec, and releases it when it has drained", async () => {
    const { base, now } = await stored();
    const alone = { ...plainApp, versions: plainApp.versions.slice(0, 1) };
    const words = ["-f", await file("alone.yaml", routemap(alone)), "--against", base, "-o", "json"];
    const result: JsonObject = JSON.parse((await plan(words, undefined, now)).out) as JsonObject;
    const steps = arrayAt(result, "routemaps", 0, "steps");
    expect(steps.map((step) => `${stringAt(step, "step") ?? ""} ${stringAt(step, "object") ?? ""}`)).toEqual([
      "return httproute default/app",
      "release deploy default/v2",
      "release svc default/v2",
      "release deploy default/v1",
      "release svc default/v1",
    ]);
    expect(steps[1]).toMatchObject({ afterMs: 25_000, version: "v2", ground: "proof" });
    expect(result["changes"]).toBe(true);
  });

  test("is about routemaps that the files concern, and no others", async () => {
    const { base, now } = await stored();
    const other = await file("other.yaml", deployment("v9"));
    expect(await plan(["-f", other, "--against", base], undefined, now)).toEqual({
      code: 0,
      out: "no routemap is concerned\n",
      err: "",
    });
    const listed = await file("listed.yaml", deployment("v2"));
    expect((await plan(["-f", listed, "--against", base], undefined, now)).out).toContain("routemap default/app: ");
  });
});

describe("plan against a cluster", () => {
  const gvr = (group: string, resource: string): GroupVersionResource => ({ group, version: "v1", resource });

  function clusterWith(): FakeCluster {
    const cluster = new FakeCluster();
    const labels = { "iter8.tools/kind": "routemap" };
    const at = { namespace: "shop" };
    const { server } = cluster.api;
    server.put(gvr("", "configmaps"), {
      ...at,
      name: "app",
      kind: "ConfigMap",
      metadata: { labels },
      data: { strSpec: specText({ ...plainApp, versions: plainApp.versions.slice(0, 1) }) },
    });
    const status = { observedGeneration: 1, replicas: 1, availableReplicas: 1, conditions: available };
    server.put(gvr("apps", "deployments"), {
      ...at,
      name: "v1",
      kind: "Deployment",
      metadata: { labels: watch },
      spec: { replicas: 1 },
      status,
    });
    server.put(gvr("", "services"), { ...at, name: "v1", kind: "Service", metadata: { labels: watch } });
    server.put(gvr("discovery.k8s.io", "endpointslices"), {
      ...at,
      name: "v1-a",
      kind: "EndpointSlice",
      metadata: { labels: { ...watch, "kubernetes.io/service-name": "v1" } },
      endpoints: [{ conditions: { ready: true } }],
    });
    return cluster;
  }

  const available = [{ type: "Available", status: "True", lastTransitionTime: "2029-01-01T00:00:00Z" }];

  test("shows without files what the controller is about to do, and writes nothing", async () => {
    const cluster = clusterWith();
    const { code, out } = await plan([], cluster);
    expect(code).toBe(2);
    expect(out).toContain("create httproute shop/app  v1=1");
    expect(out).toContain("iter8.tools/routemap-uid: uid-");
    expect(out).not.toContain("uid-that-the-cluster-gives-it");
    const verbs = new Set(cluster.api.requests.map(({ verb }) => verb));
    expect([...verbs]).toEqual(["list"]);
    expect(cluster.closed).toBe(1);
  });

  test("lays files over it, in the namespace of the kubeconfig, and keeps what the cluster knows", async () => {
    const cluster = clusterWith();
    const app = await file("two.yaml", routemap(plainApp, "shop"), deployment("v2"), service("v2"));
    const { out, code } = await plan(["-f", app, "--assume-ready"], cluster);
    expect(code).toBe(2);
    expect(out).toContain("hold deploy shop/v2");
    expect(out).toContain("create httproute shop/app  v1=1 v2=1");
    expect(out).not.toContain("uid-that-the-cluster-gives-it");
  });

  test("says what it may not list, and takes it for unseen", async () => {
    const cluster = clusterWith();
    cluster.api.denied = new Set(["list deployments.apps"]);
    const { err, out } = await plan([], cluster);
    expect(err).toBe("pointsman: may not list deployments.apps in the namespace shop\n");
    expect(out).toContain("may not list deployments.apps in the namespace shop (Forbidden)");
  });

  test("that does not answer, or is not there, is one line and exit code 1", async () => {
    const cluster = new FakeCluster();
    cluster.discovery.broken = apiError(0, "Unreachable", { kind: "unsent", message: "connect ECONNREFUSED" });
    expect(await plan([], cluster)).toEqual({
      code: 1,
      out: "",
      err: "pointsman: cannot read the cluster at https://cluster.example:6443/: connect ECONNREFUSED\n",
    });
    expect((await plan([])).err).toMatch(/^pointsman: no credentials: [^\n]*\n$/);
  });

  test("prints the same as JSON and as YAML", async () => {
    const json: unknown = JSON.parse((await plan(["-o", "json"], clusterWith())).out);
    expect(parse((await plan(["-o", "yaml"], clusterWith())).out)).toEqual(json);
    expect(json).toMatchObject({
      against: "cluster",
      changes: true,
      routemaps: [{ name: "app", restMs: 0, routes: [{ kind: "httproute", change: "create", name: "app" }] }],
    });
  });
});
