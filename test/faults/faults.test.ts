import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";

import { arrayAt } from "../../src/base/json.js";
import { waitFor } from "../support/plane/waitFor.js";
import { deployments, finalizer, httpRoutes } from "../support/scene.js";
import type { SeenRequest } from "./proxy/exchange.js";
import { Rig } from "./rig.js";
import { availability, bound, candidateToCome, fence, generationOf, now, weigh } from "./steps.js";
import { isConditional, isDeployment, takesFinalizerOff } from "./subjects.js";

describe("writes of a controller behind a faulty network", () => {
  let rig: Rig;

  beforeAll(async () => {
    rig = await Rig.open("faults");
    await rig.controller();
  }, 60_000);
  afterEach(() => rig.proxy.heal());
  afterAll(async () => rig.close(), 60_000);

  describe("row 2: a reply that is lost", () => {
    it("after a finalizer was put on: it is there once, and the raise comes after the fence", async () => {
      const app = await candidateToCome(rig, "lost-hold");
      const lost = rig.proxy.rule(
        { phase: "reply", verb: "patch", resource: "deployments", name: "lost-hold-v2" },
        { kind: "reset" },
        { times: 1 },
      );
      const since = now();
      await app.deploy(2);
      await rig.scene.untilShares("lost-hold", app.shares(80, 20), bound);
      expect(lost.hits).toBe(1);
      const held = rig.revisions("Deployment", "lost-hold-v2", since).map(({ object }) => object.metadata.finalizers);
      expect(held.filter((list, index) => list?.includes(finalizer) && held[index - 1] === undefined)).toHaveLength(1);
      expect(held.at(-1)).toEqual([finalizer]);
      const claim = rig.writes(since, ({ request }) => request.name === "lost-hold-v2")[0];
      const raise = rig.writes(since, ({ request }) => request.resource === "httproutes").at(-1);
      expect((raise?.at ?? 0) - (claim?.stored?.at ?? Infinity)).toBeGreaterThan(fence - 100);
    });

    it("after a raise: the route changes once", async () => {
      const app = await candidateToCome(rig, "lost-raise");
      const before = await generationOf(rig, "lost-raise");
      const lost = rig.proxy.rule(
        { phase: "reply", verb: "patch", resource: "httproutes", name: "lost-raise" },
        { kind: "reset" },
        { times: 1 },
      );
      await app.deploy(2);
      await rig.scene.untilShares("lost-raise", app.shares(80, 20), bound);
      await rig.untilQuiet(fence + 1500);
      expect(lost.hits).toBe(1);
      expect(await generationOf(rig, "lost-raise")).toBe(before + 1);
      expect(await app.held(2)).toBe(true);
    });

    it("after a release: what was released goes, the rest follows after the fence, and a successor is raised", async () => {
      const app = await rig.app("lost-release").whole();
      const lost = rig.proxy.rule(
        { phase: "reply", resource: "deployments", name: "lost-release-v2", where: takesFinalizerOff },
        { kind: "reset" },
        { times: 1 },
      );
      const since = now();
      await app.remove(2);
      await app.untilGone(2, bound);
      expect(lost.hits).toBe(1);
      expect(
        rig.writes(since, ({ request }) => request.name === "lost-release-v2" && isDeployment(request)),
      ).toHaveLength(1);
      await app.deploy(2);
      await rig.scene.untilShares("lost-release", app.shares(80, 20), bound);
    });
  });

  describe("row 3: conflicts without end", () => {
    it("do not keep a return out, since its third try carries no resourceVersion; a raise backs off", async () => {
      const app = await rig.app("conflicts").whole();
      const storm = rig.proxy.rule(
        { phase: "request", verb: "patch", resource: "httproutes", name: "conflicts", where: isConditional },
        { kind: "status", code: 409 },
        { times: 50 },
      );
      let since = now();
      await app.setReady(2, false);
      await app.untilShares(80, 0);
      const unready = await availability(rig, "conflicts-v2", "False", since);
      const returned = rig.revisions("HTTPRoute", "conflicts", since)[0];
      expect((returned?.at ?? Infinity) - unready.at).toBeLessThan(2500);
      expect(storm.hits).toBeGreaterThan(0);
      since = now();
      await app.setReady(2, true);
      const tried = (): readonly SeenRequest[] => rig.writes(since, ({ request }) => request.name === "conflicts");
      await waitFor(() => tried().length > 0 && now() - (tried()[0]?.at ?? Infinity) > 4000, {
        describe: "four seconds of conflicts",
      });
      expect(await rig.scene.shares("conflicts")).toBe(app.shares(80, 0));
      expect(tried().filter(({ request }) => request.resource === "httproutes").length).toBeLessThan(15);
      storm.remove();
      await rig.scene.untilShares("conflicts", app.shares(80, 20), bound);
    });

    it("that a busy writer makes do not keep a return out", async () => {
      const app = await rig.app("busy").whole();
      let busy = true;
      let written = 0;
      const write = async (): Promise<void> => {
        while (busy) await rig.scene.patch(httpRoutes, "busy", { metadata: { annotations: { n: String(++written) } } });
      };
      const since = now();
      const writers = [write(), write(), write(), write()];
      await app.setReady(2, false);
      await app.untilShares(80, 0);
      busy = false;
      await Promise.all(writers);
      const unready = await availability(rig, "busy-v2", "False", since);
      const returned = rig
        .revisions("HTTPRoute", "busy", since)
        .find(({ object }) => /"weight":0/.test(JSON.stringify(object)));
      expect((returned?.at ?? Infinity) - unready.at).toBeLessThan(2500);
      expect(written).toBeGreaterThan(10);
      await app.setReady(2, true);
      await rig.scene.untilShares("busy", app.shares(80, 20), bound);
    });
  });

  describe("row 5: a server that asks to be left alone", () => {
    it("is, for as long as it says, and then the deletion comes before everything that waits", async () => {
      const waiting = Array.from({ length: 24 }, (_, index) => rig.app(`queued-${index}`, 80));
      const urgent = await rig.app("urgent").whole();
      await Promise.all(waiting.map((app) => app.whole()));
      await rig.untilQuiet();
      const since = now();
      const refusal = rig.proxy.rule(
        { phase: "request", verb: "patch", resource: "httproutes" },
        { kind: "status", code: 429, retryAfter: 2 },
      );
      await Promise.all(waiting.map((app) => rig.scene.routemap(app.name, app.spec().replace("80", "70"))));
      const tries = (name?: string): readonly SeenRequest[] =>
        rig.writes(
          since,
          ({ request }) => request.resource === "httproutes" && (name ?? request.name) === request.name,
        );
      await waitFor(() => new Set(tries().map(({ request }) => request.name)).size >= 16, { describe: "16 tries" });
      const tried = new Set(tries().map(({ request }) => request.name));
      await rig.scene.delete(deployments, urgent.version(2));
      await waitFor(() => rig.revisions("Deployment", "urgent-v2", since).length > 0, { describe: "the deletion" });
      refusal.remove();
      await urgent.untilShares(80, 0);
      await Promise.all(waiting.map((app) => app.untilShares(70)));
      const first = (name: string): number => tries(name)[0]?.at ?? Infinity;
      const later = waiting.map(({ name }) => name).filter((name) => !tried.has(name));
      expect(later.length).toBeGreaterThan(0);
      for (const name of later) expect(first("urgent")).toBeLessThan(first(name));
      for (const name of tried) {
        const [refused, again] = tries(name);
        expect((again?.at ?? Infinity) - (refused?.at ?? 0)).toBeGreaterThan(1950);
      }
    });
  });

  describe("row 35: an object that goes while a write to it is under way", () => {
    it("a route: the write is refused and makes no ghost, then the route is made anew", async () => {
      const app = await rig.app("ghost").whole();
      const before = await rig.scene.find(httpRoutes, "ghost");
      const held = rig.proxy.rule(
        { phase: "request", verb: "patch", resource: "httproutes", name: "ghost" },
        { kind: "hold" },
        { times: 1 },
      );
      const since = now();
      await weigh(app, 45);
      await waitFor(() => held.hits > 0, { describe: "the write" });
      await rig.scene.delete(httpRoutes, "ghost");
      held.release();
      await rig.scene.untilShares("ghost", app.shares(80, 45), bound);
      const [refused] = rig.writes(since, ({ request }) => request.resource === "httproutes");
      expect(refused?.stored?.status).toBe(409);
      expect((await rig.scene.find(httpRoutes, "ghost"))?.metadata.uid).not.toBe(before?.metadata.uid);
      for (const { object } of rig.revisions("HTTPRoute", "ghost", since))
        expect(arrayAt(object, "spec", "rules", 0, "backendRefs")).toHaveLength(2);
    });

    it("a Deployment that is to be held: the write is refused and makes no ghost, and the Service waits for it", async () => {
      const app = await candidateToCome(rig, "vanish");
      const held = rig.proxy.rule(
        { phase: "request", verb: "patch", resource: "deployments", name: "vanish-v2" },
        { kind: "hold" },
        { times: 1 },
      );
      const since = now();
      await app.deploy(2);
      await waitFor(() => held.hits > 0, { describe: "the claim" });
      await rig.scene.delete(deployments, "vanish-v2");
      await rig.scene.untilGone(deployments, "vanish-v2");
      held.release();
      await rig.untilQuiet();
      const [refused] = rig.writes(since, ({ request }) => request.name === "vanish-v2" && isDeployment(request));
      expect(refused?.stored?.status).toBe(404);
      expect(await rig.scene.find(deployments, "vanish-v2")).toBeUndefined();
      expect(await rig.scene.shares("vanish")).toBe(app.shares(80, 0));
      await app.deploy(2);
      await rig.scene.untilShares("vanish", app.shares(80, 20), bound);
    });
  });

  it("broke no invariant in any stored revision of all this", async () => {
    expect(rig.record.revisions.length).toBeGreaterThan(50);
    expect(await rig.violations()).toEqual([]);
  });
});
