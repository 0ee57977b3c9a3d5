import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { arrayAt, numberAt } from "../../../src/base/json.js";
import type { KubeObject } from "../../../src/kube/object.js";
import type { GroupVersionResource } from "../../../src/kube/resource.js";
import { App } from "../../support/app.js";
import type { ControllerProcess } from "../../support/controllerProcess.js";
import type { ModelApp } from "../../support/invariants.js";
import { violations } from "../../support/invariants.js";
import { OtherWriters } from "../../support/otherWriters.js";
import type { Recorder, Revision } from "../../support/plane/recorder.js";
import { recordRevisions } from "../../support/plane/recorder.js";
import { waitFor } from "../../support/plane/waitFor.js";
import { configMaps, deployments, finalizer, httpRoutes, pods, Scene, services } from "../../support/scene.js";

/** Both hold times of the quick configuration, less what the record may lag behind. */
const holdMs = 300;
const deadlineMs = 4000;

/** One candidate that was scaled to 0. */
interface Trial {
  readonly zero: number;
  readonly doomed: number;
  /** From the stored scale to the stored weight, milliseconds. */
  readonly took: number;
}

describe("what others do to versions", () => {
  let scene: Scene;
  let others: OtherWriters;
  let record: Recorder;
  let controller: ControllerProcess;
  const models: ModelApp[] = [];
  const foreign = new Set<string>();

  beforeAll(async () => {
    scene = await Scene.open("rows");
    others = new OtherWriters(scene);
    record = await recordRevisions(scene.admin, scene.namespace, deployments, services, httpRoutes, configMaps, pods);
    await start();
  }, 60_000);
  afterAll(async () => scene.close(), 60_000);

  async function start(): Promise<void> {
    controller = await scene.controller({ flags: ["--leader-elect=false"] });
  }

  function app(name: string): App {
    const made = new App(scene, name);
    models.push(made.model);
    return made;
  }

  /** Takes every finalizer off an object, as a program does that writes its older copy. */
  async function clobber(gvr: GroupVersionResource, name: string, verb: "patch" | "put"): Promise<void> {
    const ref = { namespace: scene.namespace, name };
    const object = await scene.admin.get(gvr, ref);
    const { finalizers: _finalizers, resourceVersion: _version, ...metadata } = object.metadata;
    const written =
      verb === "put"
        ? await scene.admin.replace(gvr, ref, { ...object, metadata })
        : await scene.patch(gvr, name, { metadata: { finalizers: null } });
    foreign.add(written.metadata.resourceVersion);
    expect(written.metadata.finalizers ?? []).toEqual([]);
  }

  it("row 11: a candidate that was replaced while nobody watched begins at weight 0 and is held anew", async () => {
    const replaced = await app("replaced").whole();
    await controller.kill();
    const old = (await scene.find(deployments, "replaced-v2"))?.metadata.uid;
    for (const gvr of [deployments, services]) {
      await clobber(gvr, "replaced-v2", "patch");
      await scene.delete(gvr, "replaced-v2");
      await scene.untilGone(gvr, "replaced-v2");
    }
    await replaced.setReady(2, false);
    await replaced.deploy(2);
    expect((await scene.find(deployments, "replaced-v2"))?.metadata.uid).not.toBe(old);
    await start();
    await replaced.untilShares(80, 0);
    expect(await scene.held(deployments, "replaced-v2")).toBe(false);
    await replaced.setReady(2, true);
    await replaced.untilShares(80, 20);
    expect(await replaced.held(2)).toBe(true);
  }, 60_000);

  it("row 23: a candidate that is scaled to 0 has weight 0 within 100 ms", async () => {
    const apps = Array.from({ length: 5 }, (_, index) => app(`scaled-${index}`));
    await Promise.all(apps.map((each) => each.whole()));
    const trials: Trial[] = [];
    for (const each of [...apps, ...apps, ...apps, ...apps]) {
      trials.push(await scaleDown(each));
      await scale(each, 1);
      await each.untilShares(80, 20);
    }
    const first = trials.filter(({ zero, doomed }) => zero < doomed).length;
    process.stdout.write(`weight 0 before the first Pod is doomed: ${first} of ${trials.length}\n`);
    expect(trials).toHaveLength(20);
    for (const { took } of trials) expect(took).toBeLessThan(1000);
  }, 120_000);

  const scale = (the: App, replicas: number): Promise<KubeObject> =>
    scene.patch(deployments, the.version(2), { spec: { replicas } });

  /** Scales a candidate to 0; returns the revisions of weight 0 and of the first doomed Pod. */
  async function scaleDown(the: App): Promise<Trial> {
    const at = Number((await scale(the, 0)).metadata.resourceVersion);
    const asked = await firstAfter(at - 1, ({ object }) => keyOf(object) === `Deployment/${the.version(2)}`);
    const zero = await firstAfter(
      at,
      ({ object }) => object.metadata.name === the.name && weightsOf(object) === "80/0",
    );
    const doomed = await firstAfter(at, ({ object }) => isDoomedPod(object, the.version(2)));
    return { zero: zero.stored, doomed: doomed.stored, took: zero.at - asked.at };
  }

  /** Waits for the first revision after another that is such a one. */
  const firstAfter = (at: number, isSuch: (revision: Revision) => boolean): Promise<Revision> =>
    waitFor(() => record.revisions.find((revision) => revision.stored > at && isSuch(revision)), {
      describe: "the record",
    });

  it("row 24: a deleted candidate is kept while the primary is not ready, and released at the deadline with an Event", async () => {
    const kept = new App(scene, "kept");
    await scene.routemap("kept", `${kept.spec()}release: {deadline: ${deadlineMs}ms}\n`);
    await kept.deploy(1, 2);
    await kept.untilShares(80, 20);
    await kept.setReady(1, false);
    await kept.untilShares(0, 20);
    await kept.remove(2);
    await kept.untilGone(2);
    await record.caughtUp();
    const life = record.revisions.filter(({ object }) => keyOf(object) === "Deployment/kept-v2");
    const doomed = life.find(({ object }) => object.metadata.deletionTimestamp !== undefined);
    const released = life.find(({ type }) => type === "DELETED");
    const heldFor = (released?.at ?? 0) - (doomed?.at ?? 0);
    // Times of deletion are whole seconds.
    expect(heldFor).toBeGreaterThan(deadlineMs - 1000);
    expect(heldFor).toBeLessThan(deadlineMs + 10_000);
    const routes = record.revisions.filter(({ object }) => keyOf(object) === "HTTPRoute/kept");
    const before = routes.filter(({ stored }) => stored < (released?.stored ?? 0)).at(-1);
    expect(before === undefined ? "" : weightsOf(before.object)).toBe("0/20");
    await others.untilEvent("kept-v2", "ReleasedAtDeadline", "without proof");
  }, 60_000);

  it.each(["patch", "put"] as const)(
    "row 30: finalizers that a %s takes away are back within 100 ms, and traffic stays",
    async (verb) => {
      const clobbered = await app(`clobbered-${verb}`).whole();
      const generation = (await scene.find(httpRoutes, clobbered.name))?.metadata.generation;
      for (const gvr of [deployments, services]) await clobber(gvr, clobbered.version(2), verb);
      await clobbered.untilHeld(2);
      expect((await scene.find(httpRoutes, clobbered.name))?.metadata.generation).toBe(generation);
      await record.caughtUp();
      for (const kind of ["Deployment", "Service"]) expect(bareFor(kind, clobbered.version(2))).toBeLessThan(1000);
    },
    60_000,
  );

  /** For how long an object that was held before was not, milliseconds. */
  function bareFor(kind: string, name: string): number {
    const all = record.revisions.filter(({ object }) => object.kind === kind && object.metadata.name === name);
    const lost = all.find(({ object }) => foreign.has(object.metadata.resourceVersion));
    const back = all.find(({ object, stored }) => isHeld(object) && stored > (lost?.stored ?? Infinity));
    return (back?.at ?? Infinity) - (lost?.at ?? 0);
  }

  it("broke no invariant in any stored revision", async () => {
    await record.stop();
    const revisions = record.revisions.filter(({ object }) => object.kind !== "Pod");
    expect(revisions.length).toBeGreaterThan(200);
    expect(violations(revisions, { apps: models, foreign, holdMs })).toEqual([]);
  });
});

function keyOf({ kind, metadata }: KubeObject): string {
  return `${kind}/${metadata.name}`;
}

function isHeld(object: KubeObject): boolean {
  return object.metadata.finalizers?.includes(finalizer) ?? false;
}

function weightsOf(object: KubeObject): string {
  const refs = arrayAt(object, "spec", "rules", 0, "backendRefs");
  return refs.map((ref) => numberAt(ref, "weight")).join("/");
}

function isDoomedPod({ kind, metadata }: KubeObject, of: string): boolean {
  return kind === "Pod" && metadata.labels?.["app"] === of && metadata.deletionTimestamp !== undefined;
}
