import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { systemClock } from "../../src/base/clock.js";
import type { KubeObject } from "../../src/kube/object.js";
import { App } from "../support/app.js";
import type { ControllerProcess } from "../support/controllerProcess.js";
import { quickConfig } from "../support/controllerProcess.js";
import type { ModelApp } from "../support/invariants.js";
import { violations } from "../support/invariants.js";
import type { Recorder, Revision } from "../support/plane/recorder.js";
import { recordRevisions } from "../support/plane/recorder.js";
import { waitFor } from "../support/plane/waitFor.js";
import { unquiet } from "../support/quiet.js";
import { configMaps, deployments, finalizer, httpRoutes, Scene, services } from "../support/scene.js";

/** No raise and no release before a predecessor's last write must have landed. */
const fence = 5000;
/** Twice the 5 s in which everything must be as it should after a restart, and the fence. */
const bound = 2 * 5000 + fence;
const holdMs = 300;
/** Releases take so long that a kill falls into them. */
const slowDrain = quickConfig.replace("drain: 200ms", "drain: 4s");
/** Gateways are waited for longer than older writes. */
const patient = quickConfig.replace("confirmTimeout: 2s", "confirmTimeout: 7s");
const alone = ["--leader-elect=false"];

describe("a controller that is killed and started again", () => {
  let scene: Scene;
  let record: Recorder;
  let controller: ControllerProcess;
  const models: ModelApp[] = [];

  beforeAll(async () => {
    scene = await Scene.open("restart");
    record = await recordRevisions(scene.admin, scene.namespace, deployments, services, httpRoutes, configMaps);
  }, 60_000);
  afterAll(async () => scene.close(), 60_000);

  const start = async (config = quickConfig): Promise<void> => {
    controller = await scene.controller({ config, flags: alone });
  };

  function app(name: string, ...weights: readonly number[]): App {
    const made = new App(scene, name, weights.length === 0 ? [80, 20] : weights);
    models.push(made.model);
    return made;
  }

  const find = (kind: string, name: string, where: (revision: Revision) => boolean): Revision | undefined =>
    record.revisions.find(
      (revision) => revision.object.kind === kind && revision.object.metadata.name === name && where(revision),
    );

  /** Waits for a revision and returns when it was seen. */
  const seenAt = async (kind: string, name: string, where: (revision: Revision) => boolean): Promise<number> =>
    (await waitFor(() => find(kind, name, where), { describe: `the record of ${kind} ${name}`, timeoutMs: bound })).at;

  it("raises a version that it had claimed and not raised, once no older write can land any more", async () => {
    await start();
    const claimed = app("claimed");
    await claimed.routemap();
    await claimed.deploy(1);
    await claimed.untilShares(80, 0);
    const watch = scene.admin.watch(deployments, { namespace: scene.namespace }, ({ object }) => {
      if (JSON.stringify(object).includes(`"${finalizer}"`) && nameOf(object) === "claimed-v2")
        controller.signal("SIGKILL");
    });
    await claimed.deploy(2);
    await controller.end();
    const killed = systemClock.monotonic();
    watch.stop();
    await watch.done;
    expect(await scene.held(deployments, "claimed-v2")).toBe(true);
    const wasRaised = (await scene.shares("claimed")) === claimed.shares(80, 20);
    await start();
    await scene.untilShares("claimed", claimed.shares(80, 20), bound);
    await claimed.untilHeld(2);
    expect(systemClock.monotonic() - killed).toBeLessThan(bound + 5000);
    const raised = await seenAt("HTTPRoute", "claimed", ({ object }) => JSON.stringify(object).includes('"weight":20'));
    if (!wasRaised) expect(raised - killed).toBeGreaterThan(fence);
  }, 90_000);

  it("raises a version whose objects are held and whose weight is 0, as an earlier process left them", async () => {
    const guarded = app("guarded");
    await guarded.routemap();
    await guarded.deploy(1);
    await guarded.untilShares(80, 0);
    await controller.kill();
    const killed = systemClock.monotonic();
    await guarded.deploy(2);
    for (const gvr of [deployments, services])
      await scene.patch(gvr, "guarded-v2", { metadata: { finalizers: [finalizer] } });
    await start();
    await scene.untilShares("guarded", guarded.shares(80, 20), bound);
    const raised = await seenAt("HTTPRoute", "guarded", ({ object }) => JSON.stringify(object).includes('"weight":20'));
    expect(raised - killed).toBeGreaterThan(fence);
    await guarded.untilHeld(2);
  }, 90_000);

  it("proves a stored return anew and releases after the fence, when it was killed while requests drained", async () => {
    await controller.kill();
    await start(slowDrain);
    const drained = app("drained");
    await drained.routemap();
    await drained.deploy(1, 2);
    await scene.untilShares("drained", drained.shares(80, 20), bound);
    await drained.remove(2);
    await drained.untilShares(80, 0);
    await controller.kill();
    const killed = systemClock.monotonic();
    for (const gvr of [deployments, services]) {
      const object = await scene.find(gvr, "drained-v2");
      expect(object?.metadata.deletionTimestamp).toBeDefined();
      expect(object?.metadata.finalizers).toContain(finalizer);
    }
    await start();
    await drained.untilGone(2, bound);
    const released = await seenAt("Deployment", "drained-v2", ({ type }) => type === "DELETED");
    expect(released - killed).toBeGreaterThan(fence);
    expect(await scene.shares("drained")).toBe(drained.shares(80, 0));
  }, 90_000);

  describe("finds what changed while it was down", () => {
    const apps = new Map<string, App>();
    const generations = new Map<string, number>();
    let restarted = 0;
    const the = (name: string): App => apps.get(name) ?? app(name);
    const duration = (): number => systemClock.monotonic() - restarted;

    beforeAll(async () => {
      for (const name of ["same", "mapless", "less", "removed", "sick", "headless", "nothing"])
        apps.set(name, app(name));
      await Promise.all([...apps.values()].map((each) => each.whole()));
      for (const name of apps.keys()) generations.set(name, await generation(name));
      await controller.kill();
      await scene.delete(configMaps, "mapless");
      await the("less").routemap(1);
      await the("removed").remove(2);
      await the("sick").setReady(2, false);
      await the("headless").remove(1);
      await the("nothing").remove(1);
      await the("nothing").remove(2);
      await waitFor(async () => unavailable(await scene.find(deployments, "sick-v2")), {
        describe: "the Deployment to be unavailable",
      });
      await start();
      restarted = systemClock.monotonic();
    }, 120_000);

    const generation = async (name: string): Promise<number> =>
      (await scene.find(httpRoutes, name))?.metadata.generation ?? 0;

    it("releases at once where every version was deleted", async () => {
      await the("nothing").untilGone(1, bound);
      await the("nothing").untilGone(2, bound);
      expect(duration()).toBeLessThan(bound);
    });

    it("takes the weight of a version whose Pods became unready, without waiting for the fence to end", async () => {
      await the("sick").untilShares(80, 0);
      const { at } = await waitFor(
        () =>
          find("HTTPRoute", "sick", ({ object }) => (object.metadata.generation ?? 0) > (generations.get("sick") ?? 0)),
        { describe: "the record of the return" },
      );
      expect(at - restarted).toBeLessThan(fence);
    });

    it("returns the traffic of a deleted candidate and lets it go", async () => {
      await the("removed").untilGone(2, bound);
      expect(await scene.shares("removed")).toBe(the("removed").shares(80, 0));
      expect(duration()).toBeLessThan(bound);
    });

    it("moves the traffic of a deleted primary to the candidate and lets the primary go", async () => {
      await the("headless").untilGone(1, bound);
      expect(await scene.shares("headless")).toBe(the("headless").shares(0, 20));
      expect(duration()).toBeLessThan(bound);
    });

    it("releases a version that the routemap no longer lists", async () => {
      await scene.untilShares("less", "less-v1=80", bound);
      await the("less").untilHeld(2, false);
      await the("less").untilHeld(1, false);
      expect(duration()).toBeLessThan(bound);
    });

    it("row 32: releases everything of a routemap that was deleted, and writes its route no more", async () => {
      await scene.untilGone(httpRoutes, "mapless", bound);
      await the("mapless").untilHeld(1, false);
      await the("mapless").untilHeld(2, false);
      expect(duration()).toBeLessThan(bound);
      expect(await scene.find(httpRoutes, "mapless")).toBeUndefined();
    });

    it("leaves alone what did not change", async () => {
      expect(await generation("same")).toBe(generations.get("same"));
      for (const number of [1, 2]) expect(await the("same").held(number)).toBe(true);
    });
  });

  it("waits for the gateway before it releases a version that left the spec while it was down", async () => {
    const unconfirmed = await app("unconfirmed").whole();
    await controller.kill();
    scene.gateway.setStalled(true);
    await unconfirmed.routemap(1);
    await start(patient);
    await scene.untilShares("unconfirmed", "unconfirmed-v1=80", bound);
    const stored = await seenAt(
      "HTTPRoute",
      "unconfirmed",
      ({ object }) => !JSON.stringify(object["spec"]).includes("v2"),
    );
    const released = await seenAt(
      "Deployment",
      "unconfirmed-v2",
      ({ object, at }) => at > stored && object.metadata.finalizers === undefined,
    );
    scene.gateway.setStalled(false);
    await unconfirmed.untilHeld(2, false);
    expect(released - stored).toBeGreaterThan(7000);
  }, 90_000);

  it("writes nothing when it is killed and started again at rest", async () => {
    await unquiet(scene, 0);
    await controller.kill();
    await record.caughtUp();
    const before = record.revisions.length;
    await start();
    expect(await unquiet(scene, fence + 1500)).toEqual([]);
    await record.caughtUp();
    expect(record.revisions.slice(before).map(({ object }) => `${object.kind} ${nameOf(object)}`)).toEqual([]);
  }, 90_000);

  it("broke no invariant in any stored revision", async () => {
    await record.stop();
    expect(record.revisions.length).toBeGreaterThan(100);
    expect(violations(record.revisions, { apps: models, holdMs })).toEqual([]);
  });
});

function nameOf(object: Partial<KubeObject>): string {
  return object.metadata?.name ?? "";
}

function unavailable(deployment: KubeObject | undefined): boolean {
  return JSON.stringify(deployment?.["status"] ?? {}).includes('"unavailableReplicas":1');
}
