import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { sleep, systemClock } from "../../src/base/clock.js";
import { numberAt, stringAt } from "../../src/base/json.js";
import type { KubeObject } from "../../src/kube/object.js";
import { App } from "../support/app.js";
import type { ControllerProcess } from "../support/controllerProcess.js";
import { violations } from "../support/invariants.js";
import type { Recorder } from "../support/plane/recorder.js";
import { recordRevisions } from "../support/plane/recorder.js";
import { waitFor } from "../support/plane/waitFor.js";
import { configMaps, deployments, events, httpRoutes, Scene, services } from "../support/scene.js";

const leases = { group: "coordination.k8s.io", version: "v1", resource: "leases" };

/** Everything that says in a log that something was written. */
const acts = /"(RouteCreated|RouteUpdated|TrafficRaised|TrafficReturned|Held|Released|RoutePruned)"/;

describe("two replicas and one lease", () => {
  let scene: Scene;
  let record: Recorder;
  let app: App;
  let leader: ControllerProcess;
  let standby: ControllerProcess;

  beforeAll(async () => {
    scene = await Scene.open("leadership");
    record = await recordRevisions(scene.admin, scene.namespace, deployments, services, httpRoutes, configMaps);
    app = new App(scene, "app");
    leader = await scene.controller();
    await untilLeading(leader);
    standby = await scene.controller();
  }, 60_000);
  afterAll(async () => scene.close(), 60_000);

  const untilLeading = (replica: ControllerProcess, timeoutMs = 30_000): Promise<true> =>
    waitFor(() => replica.log.includes('"state":"leader"'), { describe: "a replica to lead", timeoutMs });

  /** Its log comes through a pipe, later than the deed. */
  const untilActing = (replica: ControllerProcess): Promise<true> =>
    waitFor(() => acts.test(replica.log), { describe: "a replica to act" });

  const setWeight = (weight: number): Promise<unknown> =>
    scene.patch(deployments, "app-v2", { metadata: { annotations: { "iter8.tools/weight": String(weight) } } });

  const untilHeld = async (): Promise<void> => {
    for (const number of [1, 2]) await app.untilHeld(number);
  };

  /** Prints how long it took until the other replica had written a weight that was asked for meanwhile. */
  function tell(what: string, since: number): void {
    process.stderr.write(`${what} in ${Math.round(systemClock.monotonic() - since)} ms\n`);
  }

  /** The lease's holder and version. */
  const lease = async (): Promise<string> => {
    const found = await scene.find(leases, "pointsman");
    return `${stringAt(found, "spec", "holderIdentity") ?? ""} ${found?.metadata.resourceVersion ?? ""}`;
  };

  it("leave all work to the one that holds it", async () => {
    await app.whole();
    await untilActing(leader);
    expect(standby.log).not.toMatch(acts);
    expect(standby.log).not.toContain('"state":"leader"');
    expect((await standby.http("/readyz"))?.status).toBe(200);
    expect((await scene.admin.list(leases, scene.namespace)).map((found) => found.metadata.name)).toEqual([
      "pointsman",
    ]);
  });

  it("hand it over when the leader is told to end, which takes no finalizer off", async () => {
    const told = systemClock.monotonic();
    leader.signal("SIGTERM");
    const code = await leader.end(20_000);
    const ended = systemClock.monotonic();
    await setWeight(15);
    await app.untilShares(80, 15);
    tell("handed over", told);
    expect(code).toBe(0);
    expect(ended - told).toBeLessThan(20_000);
    expect(systemClock.monotonic() - ended).toBeLessThan(10_000);
    await untilActing(standby);
    await untilHeld();
    leader = standby;
    standby = await scene.controller();
  }, 60_000);

  it("pass it on when the leader is killed", async () => {
    const killed = systemClock.monotonic();
    leader.signal("SIGKILL");
    await setWeight(10);
    await scene.untilShares("app", app.shares(80, 10), 30_000);
    tell("taken over", killed);
    expect(systemClock.monotonic() - killed).toBeLessThan(30_000);
    await untilActing(standby);
    await untilHeld();
    leader = standby;
    standby = await scene.controller();
  }, 60_000);

  it("row 14: get no write from a leader that was stopped for a minute, lost the lease meanwhile, and goes on", async () => {
    leader.signal("SIGSTOP");
    const stopped = systemClock.monotonic();
    await untilLeading(standby);
    await setWeight(8);
    await app.untilShares(80, 8);
    await atRest();
    await sleep(systemClock, stopped + 60_000 - systemClock.monotonic(), new AbortController().signal);
    standby.signal("SIGSTOP");
    const patched = await scene.patch(services, "app-v2", { metadata: { finalizers: null } });
    await setWeight(3);
    await waitFor(async () => isObserved(await scene.find(deployments, "app-v2")), {
      describe: "the Deployment controller to follow",
    });
    const before = await written();
    const held = await lease();
    leader.signal("SIGCONT");
    expect(await leader.end(20_000)).toBe(1);
    expect(await written()).toEqual(before);
    expect(await lease()).toBe(held);
    standby.signal("SIGCONT");
    await app.untilShares(80, 3);
    await untilHeld();
    expect(patched.metadata.finalizers ?? []).toEqual([]);
    await record.stop();
    const foreign = new Set([patched.metadata.resourceVersion]);
    expect(violations(record.revisions, { apps: [app.model], foreign })).toEqual([]);
  }, 150_000);

  it("end in good order when the last one is told to, and everything stays held", async () => {
    await atRest();
    const told = systemClock.monotonic();
    standby.signal("SIGTERM");
    expect(await standby.end(20_000)).toBe(0);
    expect(systemClock.monotonic() - told).toBeLessThan(20_000);
    for (const number of [1, 2]) expect(await app.held(number)).toBe(true);
    expect(await scene.shares("app")).toBe(app.shares(80, 3));
    expect((await lease()).split(" ")[0]).toBe("");
  });

  /** Name and resourceVersion of everything that a leader could write. */
  const written = async (): Promise<readonly string[]> => {
    const kinds = [deployments, services, configMaps, httpRoutes, events];
    const lists = await Promise.all(kinds.map((kind) => scene.admin.list(kind, scene.namespace)));
    return lists.flat().map(({ kind, metadata }) => `${kind}/${metadata.name} ${metadata.resourceVersion}`);
  };

  /** Waits until two looks, taken further apart than the status is written, show the same. */
  const atRest = async (): Promise<void> => {
    let before: readonly string[] = [];
    let since = systemClock.monotonic();
    await waitFor(
      async () => {
        const now = await written();
        if (JSON.stringify(now) !== JSON.stringify(before)) since = systemClock.monotonic();
        before = now;
        return systemClock.monotonic() - since > 1500;
      },
      { describe: "the namespace to come to rest", timeoutMs: 20_000 },
    );
  };
});

function isObserved(deployment: KubeObject | undefined): boolean {
  return numberAt(deployment, "status", "observedGeneration") === deployment?.metadata.generation;
}
