import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import type { Explanation } from "../../src/routing/explain/explanation.js";
import { App } from "../support/app.js";
import { CommandProcess } from "../support/commandProcess.js";
import { OtherWriters } from "../support/otherWriters.js";
import { deployments, Scene } from "../support/scene.js";

/** Weight 0 is to settle for a while, so that there is something to explain. */
const config = `
clusterScoped: true
release: {minStable: 200ms, settle: 200ms, drain: 200ms, confirmTimeout: 2s}
settle: {unknownClass: 8s}
`;

describe("why, of a cluster", () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await Scene.open("why");
    await scene.controller({ config });
  }, 60_000);
  afterAll(async () => scene.close(), 60_000);

  async function why(
    what: string,
    ...more: readonly string[]
  ): Promise<{ readonly text: string; readonly code: number | undefined }> {
    const words = ["why", what, "-n", scene.namespace, "--kubeconfig", scene.plane.info.kubeconfigPath, ...more];
    const { code, out, err } = await CommandProcess.start(words).ended;
    return { code, text: code === 0 ? out : err };
  }

  async function explained(what: string): Promise<Explanation> {
    const { text } = await why(what, "-o", "json");
    return JSON.parse(text) as Explanation;
  }

  const reasons = ({ causes }: { readonly causes: Explanation["causes"] }): readonly string[] =>
    causes.map(({ reason }) => reason);

  it("tells of a candidate that is not there, of one that serves, and of all that is read on the way", async () => {
    const app = new App(scene, "tale");
    await app.routemap();
    await app.deploy(1);
    await app.untilShares(80, 0);
    expect(reasons((await explained("tale/tale-v2")).versions[0] ?? { causes: [] })).toEqual(["NotDeployed"]);
    await app.deploy(2);
    await app.untilShares(80, 20);
    const explanation = await explained("tale");
    expect(explanation.ready.status).toBe("True");
    expect(explanation.versions.map(({ name, weight, answer }) => [name, answer, weight.percent.stored])).toEqual([
      ["tale-v1", "ready", 80],
      ["tale-v2", "ready", 20],
    ]);
    const [route] = explanation.routes;
    expect(route).toMatchObject({ kind: "httproute", name: "tale", state: "current" });
    expect(route?.writers.map(({ manager, ours }) => [manager, ours])).toContainEqual(["pointsman", true]);
  }, 60_000);

  it("counts the time that a deleted version still has from the write that took its weight, whenever it is asked", async () => {
    const app = await new App(scene, "leaver").whole();
    await scene.delete(deployments, app.version(2));
    await app.untilShares(80, 0);
    const first = (await explained("leaver/leaver-v2")).versions[0];
    expect(reasons(first ?? { causes: [] })[0]).toBe("Deleting");
    const second = (await explained("leaver/leaver-v2")).versions[0];
    const ends = [first, second].map((version) => version?.holds.find(({ stage }) => stage === "settling")?.until);
    expect(ends).toEqual([ends[0], ends[0]]);
    expect(ends[0]).toBeDefined();
    expect(first?.holds.some(({ deadline }) => deadline !== undefined)).toBe(true);
  }, 60_000);

  it("tells what only the controller can know, from the status that it publishes", async () => {
    const app = await new App(scene, "claimed").whole();
    const others = new OtherWriters(scene);
    const refs = app.versions.map((name) => ({ name, port: 80, weight: 50 }));
    await others.apply("claimed", "gitops", { rules: [{ backendRefs: refs }] });
    await scene.untilCondition("claimed", "FieldConflict");
    const { causes, routes } = await explained("claimed");
    expect(causes[0]).toMatchObject({ reason: "FieldConflict", severity: "error" });
    expect(causes[0]?.message).toMatch(/gitops.*\.spec\.rules/);
    expect(causes[0]?.fix).toContain("iter8.tools/adopt");
    const gitops = routes[0]?.writers.find(({ manager }) => manager === "gitops");
    expect(gitops?.fields).toEqual({ paths: ["spec.rules"], more: 0 });
    await scene.patch(deployments, app.version(2), { metadata: { annotations: { "iter8.tools/weight": "7" } } });
    const [deployment] = (await explained("claimed/claimed-v2")).versions[0]?.resources ?? [];
    const named = deployment?.writers?.flatMap(({ fields }) => fields?.paths ?? []);
    expect(named).toContain("metadata.annotations[iter8.tools/weight]");
    expect(deployment?.writers?.find(({ ours }) => ours)?.fields?.paths).toEqual([
      "metadata.finalizers[=iter8.tools/finalizer]",
    ]);
  }, 60_000);

  it("says in one line that there is no such routemap, and that there is no cluster", async () => {
    await new App(scene, "known").routemap();
    expect(await why("knwn")).toEqual({
      code: 1,
      text: `pointsman: there is no routemap ${scene.namespace}/knwn; did you mean known?\n`,
    });
    const nowhere = await CommandProcess.start(["why", "app", "--kubeconfig", "/nonexistent/kubeconfig"]).ended;
    expect(nowhere.code).toBe(1);
    expect(nowhere.err.trim().split("\n")).toHaveLength(1);
  }, 60_000);
});
