import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { parseYaml } from "../../../src/base/yaml.js";
import { main } from "../../../src/cli/main.js";
import { whyCommand } from "../../../src/cli/why.js";
import type { Explanation } from "../../../src/routing/explain/explanation.js";
import { captured } from "../../support/captured.js";
import { FakeCluster } from "../../support/fakeCluster.js";
import { HttpServer, reply } from "../../support/httpServer.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pointsman-why-"));
});
afterAll(async () => rm(folder, { recursive: true }));

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const cluster = new FakeCluster();

async function why(words: readonly string[], input = ""): Promise<Ran> {
  const { io, out, err } = captured();
  const parts = { openCluster: () => Promise.resolve(cluster), readInput: () => Promise.resolve(input) };
  const code = await main(["why", ...words], io, [whyCommand(parts)]);
  return { code, out: out(), err: err().replaceAll(`${folder}/`, "") };
}

const routemap = `
apiVersion: v1
kind: ConfigMap
metadata: {name: app, namespace: shop, labels: {iter8.tools/kind: routemap}}
data:
  strSpec: |
    versions:
    - {name: v1, resources: [{gvrShort: deploy, name: app-v1}]}
    - {name: v2, weight: 3, resources: [{gvrShort: deploy, name: app-v2}]}
    routes:
    - {kind: HTTPRoute, name: app, hostnames: [app.example.com], parentRefs: [{name: gw}], port: 80}
`
  .replaceAll(
    "resources: [{gvrShort: deploy, name: app-v1}]",
    "resources: [{gvrShort: deploy, name: app-v1}, {gvrShort: svc, name: app-v1}]",
  )
  .replaceAll(
    "resources: [{gvrShort: deploy, name: app-v2}]",
    "resources: [{gvrShort: deploy, name: app-v2}, {gvrShort: svc, name: app-v2}]",
  );

function version(name: string, available: number, replicas = 1): string {
  return `
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: shop, labels: {iter8.tools/watch: "true"}}
spec: {replicas: ${replicas}}
status:
  replicas: ${replicas}
  availableReplicas: ${available}
  readyReplicas: ${available}
  conditions:
  - {type: Available, status: "${available > 0 ? "True" : "False"}", lastTransitionTime: "2026-01-01T00:00:00Z"}
---
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: shop, labels: {iter8.tools/watch: "true"}}
spec: {ports: [{port: 80}]}
`;
}

describe("why, from files", () => {
  it("names the first cause with what was read and what to do about it", async () => {
    const objects = routemap + version("app-v1", 1) + version("app-v2", 0, 0);
    const { code, out } = await why(["app/v2", "-n", "shop", "-f", "-"], objects);
    expect(code).toBe(0);
    const lines = out.split("\n");
    expect(lines[0]).toMatch(/^shop\/app: Ready is /);
    expect(lines.slice(4, 7)).toEqual([
      "  1. waiting ScaledToZero (version v2): deploy shop/app-v2: it is scaled to zero replicas",
      "     read: deploy shop/app-v2 spec.replicas = 0",
      "     do: scale it up",
    ]);
    expect(out).toContain("Gates of v2\n");
    expect(out).not.toContain("Gates of v1\n");
  });

  it("tells who wrote what decides about a version, and copes with managers that somebody made up", async () => {
    const replicas = { "f:spec": { "f:replicas": {} } };
    const managed = [
      { manager: "keda", operation: "Apply", time: "2026-01-01T00:00:00Z", subresource: "scale", fieldsV1: replicas },
      { manager: "helm", fieldsV1: { "f:metadata": { "f:annotations": { "f:iter8.tools/weight": {} } }, ...replicas } },
      { manager: "odd", fieldsV1: "f:spec" },
      { manager: ["odd"], fieldsV1: replicas },
      "odd",
    ];
    const written = version("app-v2", 1).replace(
      "{name: app-v2,",
      `{name: app-v2, managedFields: ${JSON.stringify(managed)},`,
    );
    const { out } = await why(["app/v2", "-n", "shop", "-f", "-"], routemap + version("app-v1", 1) + written);
    const lines = out.split("\n");
    const from = lines.indexOf("Writers of v2");
    expect(lines.slice(from + 1, lines.indexOf("", from))).toEqual([
      "  RESOURCE            WRITER  OPERATION  OF      LAST WRITE            FIELDS",
      "  deploy shop/app-v2  keda    Apply      scale   2026-01-01T00:00:00Z  spec.replicas",
      "  deploy shop/app-v2  helm    Update     object                        metadata.annotations[iter8.tools/weight], spec.replicas",
    ]);
    expect((await why(["app", "-n", "shop", "-f", "-"], routemap + version("app-v2", 1))).out).not.toContain("Writers");
  });

  it("reads several files, Lists among them, and prints the same chain of reasons as JSON and as YAML", async () => {
    const first = join(folder, "routemap.yaml");
    const second = join(folder, "versions.json");
    const documents = (version("app-v1", 1) + version("app-v2", 1)).split("\n---").slice(1);
    const items = documents.map((text) => {
      const parsed = parseYaml(text);
      return parsed.ok ? parsed.value.value : null;
    });
    await writeFile(first, routemap);
    await writeFile(second, JSON.stringify({ apiVersion: "v1", kind: "List", items }));
    const files = ["-f", first, "-f", second, "-n", "shop"];
    const json = await why(["app", ...files, "-o", "json"]);
    const explanation = JSON.parse(json.out) as Explanation;
    expect(explanation.versions.map(({ name, answer, weight }) => [name, answer, weight.asked])).toEqual([
      ["v1", "ready", 1],
      ["v2", "ready", 3],
    ]);
    const yaml = parseYaml((await why(["app", ...files, "-o", "yaml"])).out);
    const { at: _at, ...rest } = explanation;
    expect(yaml.ok ? yaml.value.value : yaml.error).toMatchObject(
      JSON.parse(JSON.stringify({ ...rest, routes: [{}] })) as object,
    );
  });

  it("says which routemap or version was meant", async () => {
    const objects = routemap + version("app-v1", 1);
    const noRoutemap = await why(["ap", "-n", "shop", "-f", "-"], objects);
    expect([noRoutemap.code, noRoutemap.err]).toEqual([
      1,
      "pointsman: there is no routemap shop/ap; did you mean app?\n",
    ]);
    const noVersion = await why(["app/v3", "-n", "shop", "-f", "-"], objects);
    expect(noVersion.code).toBe(1);
    expect(noVersion.err).toBe("pointsman: routemap shop/app has no version v3; did you mean v1? (it has v1, v2)\n");
  });

  it("says that the edit that brings a version is not in force", async () => {
    const objects = routemap.replace("- {name: v2, weight: 3,", "- {name: v3, weight: x,");
    const { code, err } = await why(["app/v3", "-n", "shop", "-f", "-"], objects);
    expect(code).toBe(1);
    expect(err).toContain("the latest edit of the spec is not in force: versions[1].weight");
  });

  it("names file, line and column of what is no object", async () => {
    const file = join(folder, "broken.yaml");
    await writeFile(file, "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  labels: {}\n");
    const { code, err } = await why(["app", "-f", file]);
    expect(code).toBe(1);
    expect(err).toMatch(/^broken\.yaml:3:1: metadata\.name: is missing or no text/);
    const missing = await why(["app", "-f", join(folder, "absent.yaml")]);
    expect([missing.code, missing.err.split(":").slice(0, 2).join(":")]).toEqual([
      1,
      "pointsman: cannot read absent.yaml",
    ]);
  });

  it.each([[[]], [["/v1"]], [["a/b/c"]], [["app/"]]])("asks for NAME[/VERSION] where it gets %j", async (words) => {
    const { code, err } = await why(words);
    expect([code, err]).toEqual([
      1,
      "pointsman: name a routemap, or a routemap and a version: pointsman why NAME[/VERSION]\n",
    ]);
  });
});

describe("why, from the controller's read API", () => {
  async function served(
    status: number,
    body: object,
    words: readonly string[],
  ): Promise<Ran & { readonly asked: string }> {
    let asked = "";
    const server = await HttpServer.start((seen, response) => {
      asked = `${seen.method} ${seen.url} ${seen.headers.authorization ?? "no token"}`;
      reply(response, status, body);
    });
    try {
      return { ...(await why([...words, "--server", server.url])), asked };
    } finally {
      await server.close();
    }
  }

  it("prints what the controller says, token and all", async () => {
    const objects = routemap + version("app-v1", 1) + version("app-v2", 1);
    const explanation = JSON.parse((await why(["app", "-n", "shop", "-f", "-", "-o", "json"], objects)).out) as object;
    const token = join(folder, "token");
    await writeFile(token, "abc\n");
    const ran = await served(200, { explanation }, ["app", "-n", "shop", "--token-file", token, "-o", "json"]);
    expect(ran.asked).toBe("GET /api/v1/routemaps/shop/app Bearer abc");
    expect(JSON.parse(ran.out)).toEqual(explanation);
  });

  it.each([
    [404, {}, "the controller knows no routemap shop/app"],
    [401, { title: "Unauthorized" }, "answers 401: Unauthorized; pass a token by --token-file"],
    [403, { detail: "may not get configmaps in shop" }, "answers 403: may not get configmaps in shop"],
    [200, { hello: 1 }, "is no read API of a controller"],
  ])("says in one line what went wrong where it answers %i", async (status, body, problem) => {
    const ran = await served(status, body, ["app", "-n", "shop"]);
    expect(ran.code).toBe(1);
    expect(ran.err.trim().split("\n")).toHaveLength(1);
    expect(ran.err).toContain(problem);
  });

  it("says in one line that nobody is there", async () => {
    const server = await HttpServer.start(() => undefined);
    const { url } = server;
    await server.close();
    const { code, err } = await why(["app", "--server", url]);
    expect(code).toBe(1);
    expect(err).toContain(`cannot reach the controller's read API at ${url}`);
    expect((await why(["app", "--server", "nowhere"])).err).toContain("is no URL, such as http://127.0.0.1:8081");
  });
});
