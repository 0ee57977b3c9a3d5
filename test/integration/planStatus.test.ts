import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import type { JsonObject } from "../../src/base/json.js";
import { arrayAt, stringAt } from "../../src/base/json.js";
import { App } from "../support/app.js";
import type { Ended } from "../support/commandProcess.js";
import { CommandProcess } from "../support/commandProcess.js";
import { quickConfig } from "../support/controllerProcess.js";
import { waitFor } from "../support/plane/waitFor.js";
import { httpRoutes, Scene } from "../support/scene.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pointsman-plan-"));
  await writeFile(join(folder, "config.yaml"), quickConfig);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let scene: Scene;
beforeEach(async () => {
  scene = await Scene.open("plan");
}, 60_000);
afterEach(() => scene.close(), 60_000);

async function start(command: string, ...words: readonly string[]): Promise<CommandProcess> {
  const { kubeconfig } = await scene.account();
  const place = ["--namespace", scene.namespace, "--kubeconfig", kubeconfig, "--config", join(folder, "config.yaml")];
  return CommandProcess.start([command, ...place, ...words]);
}

async function run(command: string, ...words: readonly string[]): Promise<Ended> {
  return (await start(command, ...words)).ended;
}

/** A file with a routemap as users write it, in the namespace of the command. */
async function routemapFile(name: string, strSpec: string): Promise<string> {
  const labels = { "iter8.tools/kind": "routemap", "iter8.tools/version": "v1.1" };
  const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name, labels }, data: { strSpec } };
  const file = join(folder, `${name}-${scene.namespace}.yaml`);
  await writeFile(file, JSON.stringify(object));
  return file;
}

function stepsOf(text: string): readonly string[] {
  const result = JSON.parse(text) as JsonObject;
  const steps = arrayAt(result, "routemaps", 0, "steps");
  return steps.map((step) => `${stringAt(step, "step") ?? ""} ${stringAt(step, "object")?.split("/")[1] ?? ""}`);
}

describe("plan", () => {
  it("foretells what the controller then does, and finds nothing to do afterwards", async () => {
    const app = new App(scene, "app");
    await app.deploy(1, 2);
    await app.routemap();
    const foretold = await waitFor(
      async () => {
        const ended = await run("plan");
        return ended.out.includes("app-v1=80 app-v2=20") ? ended : undefined;
      },
      { describe: "a plan with both versions ready", timeoutMs: 30_000 },
    );
    expect(foretold.code).toBe(2);
    expect(foretold.out).toContain(`create httproute ${scene.namespace}/app`);
    expect(await scene.find(httpRoutes, "app")).toBeUndefined();
    await scene.controller();
    await app.untilShares(80, 20);
    const after = await waitFor(
      async () => {
        const ended = await run("plan");
        return ended.code === 0 ? ended : undefined;
      },
      { describe: "nothing to do", timeoutMs: 20_000 },
    );
    expect([after.out, after.err]).toEqual([`routemap ${scene.namespace}/app: no change\n`, ""]);
  }, 120_000);

  it("shows of new weights nothing but the weights, whatever the API server filled in", async () => {
    const app = new App(scene, "app");
    await scene.controller();
    await app.whole();
    const changed = new App(scene, "app", [60, 40]);
    const file = await routemapFile("app", changed.spec());
    const { code, out, err } = await run("plan", "-f", file);
    expect([code, err]).toEqual([2, ""]);
    expect(out.split("\n").filter((line) => /^[-+] /.test(line))).toEqual([
      expect.stringMatching(/^- +weight: 80$/),
      expect.stringMatching(/^\+ +weight: 60$/),
      expect.stringMatching(/^- +weight: 20$/),
      expect.stringMatching(/^\+ +weight: 40$/),
    ]);
    expect(await scene.shares("app")).toBe(app.shares(80, 20));
  }, 120_000);

  it("tells the return and the release of a version that leaves the spec", async () => {
    const app = new App(scene, "app");
    await scene.controller();
    await app.whole();
    const { code, out } = await run("plan", "-f", await routemapFile("app", app.spec(1)), "-o", "json");
    expect(code).toBe(2);
    const steps = stepsOf(out);
    expect(steps[0]).toBe("return app");
    expect(steps).toEqual(expect.arrayContaining(["release app-v2"]));
    await app.routemap(1);
    await waitFor(
      async () => !(await scene.held({ group: "apps", version: "v1", resource: "deployments" }, "app-v2")),
      {
        describe: "app-v2 to be released",
        timeoutMs: 20_000,
      },
    );
  }, 120_000);
});

describe("status", () => {
  it("shows every version, and with --watch the lines that change", async () => {
    const app = new App(scene, "app");
    await scene.controller();
    await app.whole();
    const shown = await waitFor(
      async () => {
        const ended = await run("status");
        return /app-v2 +Active +20 % +20 % +20 % /.test(ended.out) ? ended : undefined;
      },
      { describe: "a confirmed share of app-v2", timeoutMs: 20_000 },
    );
    expect([shown.code, shown.err]).toEqual([0, ""]);
    expect(shown.out).toMatch(/^app +True +app-v1 +Active +80 % +80 % +80 % /m);
    const following = await start("status", "app", "--watch");
    await waitFor(() => Promise.resolve(following.out.includes("app-v2")), { describe: "the first table" });
    await new App(scene, "app", [60, 40]).routemap();
    await waitFor(() => Promise.resolve(/app-v2 +Active +40 % +40 % +40 % /.test(following.out)), {
      describe: "the new share of app-v2",
      timeoutMs: 20_000,
    });
    following.child.kill("SIGINT");
    expect(await following.ended).toMatchObject({ code: 0, err: "" });
    expect(await run("status", "ap")).toMatchObject({
      code: 1,
      err: `pointsman: there is no routemap ${scene.namespace}/ap; did you mean app?\n`,
    });
  }, 120_000);
});
