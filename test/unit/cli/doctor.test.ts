import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { parse } from "yaml";

import type { JsonObject } from "../../../src/base/json.js";
import { arrayAt, at, isObject, stringAt } from "../../../src/base/json.js";
import { doctorCommand } from "../../../src/cli/doctor.js";
import { runDoctor } from "../../../src/cli/doctorRun.js";
import { main } from "../../../src/cli/main.js";
import type { GroupVersionResource } from "../../../src/kube/resource.js";
import { captured } from "../../support/captured.js";
import { failures } from "../../support/fakeApi.js";
import { FakeCluster } from "../../support/fakeCluster.js";
import { versionsOf } from "../../support/routemaps.js";

const configMaps: GroupVersionResource = { group: "", version: "v1", resource: "configmaps" };
const deployments: GroupVersionResource = { group: "apps", version: "v1", resource: "deployments" };
const services: GroupVersionResource = { group: "", version: "v1", resource: "services" };
const accounts: GroupVersionResource = { group: "", version: "v1", resource: "serviceaccounts" };
const leases: GroupVersionResource = { group: "coordination.k8s.io", version: "v1", resource: "leases" };
const reviews = "/apis/authorization.k8s.io/v1/subjectaccessreviews";

let cluster: FakeCluster;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pointsman-doctor-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function doctor(words: readonly string[] = [], env: Record<string, string> = {}, isTTY = false): Promise<Ran> {
  const { io, out, err } = captured(env, isTTY);
  const code = await main(["doctor", ...words], io, [doctorCommand(runDoctor, () => Promise.resolve(cluster))]);
  return { code, out: out(), err: err() };
}

async function json(...words: readonly string[]): Promise<JsonObject> {
  const value: unknown = JSON.parse((await doctor([...words, "-o", "json"])).out);
  if (!isObject(value)) throw new Error("an object was expected");
  return value;
}

function put(gvr: GroupVersionResource, kind: string, place: string, body: JsonObject = {}): void {
  const [namespace = "", name = ""] = place.split("/");
  cluster.api.server.put(gvr, { kind, namespace, name, ...body });
}

const pod = (args: readonly string[] = []): JsonObject => ({
  serviceAccountName: "traffic",
  containers: [
    {
      image: "ghcr.io/pointsman/pointsman:0.1.0",
      args: ["controller", "--config", "/etc/pointsman/config.yaml", ...args],
      volumeMounts: [{ name: "config", mountPath: "/etc/pointsman" }],
    },
  ],
  volumes: [{ name: "config", configMap: { name: "settings" } }],
});

function controller(place: string, args: readonly string[] = []): void {
  put(deployments, "Deployment", place, { spec: { replicas: 1, template: { spec: pod(args) } } });
}

function held(place: string, renewTime = new Date(cluster.clock.now()).toISOString()): void {
  put(leases, "Lease", place, { spec: { holderIdentity: "pod-a", renewTime, leaseDurationSeconds: 10 } });
}

/** A routemap with one version, which is there. */
function app(place: string, labels: JsonObject = { "iter8.tools/watch": "true" }): void {
  const [, name = ""] = place.split("/");
  const annotations = { "iter8.tools/status": JSON.stringify({ conditions: [{ type: "Ready", status: "True" }] }) };
  put(configMaps, "ConfigMap", place, {
    metadata: { labels: { "iter8.tools/kind": "routemap" }, annotations },
    data: { strSpec: versionsOf([name]) },
  });
  put(deployments, "Deployment", place, { metadata: { labels } });
  put(services, "Service", place, { metadata: { labels } });
}

beforeEach(() => {
  cluster = new FakeCluster();
  cluster.discovery.absent.add("applications.argoproj.io");
  cluster.api.denied = new Set();
  cluster.api.paths.set(reviews, { status: { allowed: true } });
});

describe("what doctor prints", () => {
  it("is where it looked, each finding with its fix, and how many there are", async () => {
    app("shop/web", {});
    held("pointsman-system/pointsman");
    const { code, out, err } = await doctor();
    expect({ code, err }).toEqual({ code: 1, err: "" });
    expect(out).toContain("cluster        https://cluster.example:6443/\nnamespaces     all\nroutemaps      1\n");
    expect(out).toContain("labels: objects that versions list\n  error    Deployment shop/web\n");
    expect(out).toContain(
      "\n           fix: kubectl -n shop label --overwrite deployments.apps/web iter8.tools/watch=true\n",
    );
    expect(out).toMatch(/\nnothing found: access, controllers, permissions, .*\n2 errors, 0 warnings, 1 note\n$/);
  });

  it("has colours on a terminal that is to have them, and nowhere else", async () => {
    expect((await doctor([], {}, true)).out).toContain("\u001b[1madmission");
    expect((await doctor([], { NO_COLOR: "1" }, true)).out).not.toContain("\u001b");
    expect((await doctor()).out).not.toContain("\u001b");
  });

  it("is the same as JSON and as YAML", async () => {
    app("shop/web", {});
    held("pointsman-system/pointsman");
    const found = await json();
    expect(found).toMatchObject({
      ok: false,
      namespace: null,
      routemaps: 1,
      counts: { error: 2, warning: 0, info: 1 },
    });
    expect(Object.keys(at(found, "findings", 0) ?? {})).toEqual(["severity", "check", "object", "message", "fix"]);
    expect(parse((await doctor(["-o", "yaml"])).out)).toEqual(found);
  });

  it("shows control characters of the cluster as spaces", async () => {
    put(configMaps, "ConfigMap", "shop/web", {
      metadata: {
        labels: { "iter8.tools/kind": "routemap" },
        annotations: {
          "iter8.tools/status": JSON.stringify({
            conditions: [{ type: "Bad", status: "True", message: "a\u001b[2Jb" }],
          }),
        },
      },
      data: { strSpec: versionsOf(["web"]) },
    });
    const { out } = await doctor();
    expect(out).toContain("Bad: a [2Jb");
    expect(out).not.toContain("\u001b");
  });

  it("ends with 0 where nothing is an error", async () => {
    app("shop/web");
    held("pointsman-system/pointsman");
    expect(await doctor()).toMatchObject({ code: 0, err: "" });
  });
});

describe("what doctor asks", () => {
  it("changes nothing: besides lists and single reads there are access reviews", async () => {
    app("shop/web", {});
    controller("traffic/pointsman");
    held("traffic/pointsman");
    await doctor();
    await doctor(["-n", "shop"]);
    const verbs = new Set(cluster.api.requests.map(({ verb }) => verb));
    expect([...verbs].sort()).toEqual(["get", "list", "raw"]);
    for (const { target } of cluster.api.made("raw")) expect(target).toMatch(/^POST .*accessreviews$/);
    expect(cluster.closed).toBe(2);
  });

  it("is about the account and the configuration of the controller that it finds", async () => {
    controller("traffic/pointsman");
    held("traffic/pointsman");
    put(configMaps, "ConfigMap", "traffic/settings", {
      data: { "config.yaml": "clusterScoped: true\noutputs: [vs]\n" },
    });
    const found = await json();
    expect(found).toMatchObject({ configuration: "ConfigMap traffic/settings", serviceAccount: "traffic/traffic" });
    const asked = cluster.api.made("raw").map(({ body }) => body);
    expect(asked).not.toEqual([]);
    for (const body of asked)
      expect(body).toMatchObject({
        kind: "SubjectAccessReview",
        spec: {
          user: "system:serviceaccount:traffic:traffic",
          groups: ["system:serviceaccounts", "system:serviceaccounts:traffic", "system:authenticated"],
        },
      });
    const written = asked.filter((body) => at(body ?? null, "spec", "resourceAttributes", "verb") === "create");
    const kinds = written.map((body) => stringAt(body ?? null, "spec", "resourceAttributes", "resource"));
    expect(kinds).toContain("virtualservices");
    expect(kinds).not.toContain("httproutes");
  });

  it("is about the usual account where there is no controller but that, and else about oneself", async () => {
    expect(await json()).toMatchObject({ serviceAccount: null });
    put(accounts, "ServiceAccount", "pointsman-system/pointsman");
    expect(await json()).toMatchObject({ serviceAccount: "pointsman-system/pointsman" });
    expect(await json("--service-account", "a/b")).toMatchObject({ serviceAccount: "a/b" });
  });

  it("goes by the scope of the controller that serves the namespace, not by where one looks", async () => {
    controller("traffic/pointsman");
    held("traffic/pointsman");
    await doctor(["-n", "shop"]);
    const place = (verb: string, resource: string): unknown => {
      const found = cluster.api.made("raw").find(({ body }) => {
        const attributes = at(body ?? null, "spec", "resourceAttributes");
        return stringAt(attributes, "verb") === verb && stringAt(attributes, "resource") === resource;
      });
      return at(found?.body ?? null, "spec", "resourceAttributes", "namespace");
    };
    expect([place("list", "deployments"), place("update", "leases")]).toEqual([undefined, "traffic"]);
    cluster.api.requests.length = 0;
    controller("shop/pointsman", ["--namespace=$(POD_NAMESPACE)"]);
    await doctor(["-n", "shop"]);
    expect([place("list", "deployments"), place("update", "leases")]).toEqual(["shop", "shop"]);
  });

  it("is asked of the namespaces that use a right where it is not given everywhere", async () => {
    app("shop/web");
    held("pointsman-system/pointsman");
    cluster.api.denied = new Set(["patch configmaps"]);
    const [missing] = messagesOf(await json());
    expect(missing).toContain("you may not patch configmaps in shop: needed to publish the status");
    cluster.api.grantedIn.add("patch configmaps shop");
    expect(await json()).toMatchObject({ ok: true });
  });

  it("is told where it is refused, and the other checks go on", async () => {
    app("shop/web", {});
    held("pointsman-system/pointsman");
    cluster.api.denied = new Set(["list gateways.gateway.networking.k8s.io"]);
    cluster.api.paths.delete(reviews);
    put(accounts, "ServiceAccount", "pointsman-system/pointsman");
    const messages = messagesOf(await json());
    expect(messages).toContainEqual(expect.stringContaining("you may not list gateways.gateway.networking.k8s.io"));
    expect(messages).toContainEqual(expect.stringContaining("cannot create subjectaccessreviews.authorization.k8s.io"));
    expect(messages).toContainEqual(expect.stringContaining("has no label iter8.tools/watch"));
  });

  it("is no guess where workloads may be listed in one namespace only", async () => {
    app("shop/web");
    held("pointsman-system/pointsman");
    cluster.api.denied = new Set(["list deployments.apps"]);
    const found = await json();
    expect(JSON.stringify(found["findings"])).not.toContain("is not there");
  });
});

describe("what doctor refuses", () => {
  it("is a cluster that does not answer: one line, exit 1", async () => {
    cluster.discovery.broken = failures.unauthorized;
    expect(await doctor()).toEqual({
      code: 1,
      out: "",
      err: "pointsman: cannot read the cluster at https://cluster.example:6443/: Unauthorized\n",
    });
  });

  it.each([
    [["-n", "shop", "-A"], "--namespace and --all-namespaces exclude each other"],
    [["-n", "Shop!"], '--namespace "Shop!" is no namespace'],
    [["--service-account", "pointsman"], '--service-account "pointsman" is no account; write NAMESPACE/NAME'],
    [["--config", "/no/such/file"], "/no/such/file: document: cannot read the file"],
    [["-o", "xml"], '-o "xml" is unknown'],
  ])("%j is told in one line", async (words, expected) => {
    const { code, out, err } = await doctor(words);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toContain(expected);
    expect(cluster.api.requests).toEqual([]);
  });

  it("is no configuration file of one's own, which counts before that of the cluster", async () => {
    const file = join(folder, "controller.yaml");
    await writeFile(file, "clusterScoped: true\nsettle: {unknownClass: 20s}\n");
    controller("traffic/pointsman");
    expect(await json("--config", file)).toMatchObject({ configuration: file });
  });
});

function messagesOf(found: JsonObject): readonly string[] {
  return arrayAt(found, "findings").map((finding) => stringAt(finding, "message") ?? "");
}
