import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";

import { waitFor } from "../support/plane/waitFor.js";
import { deployments } from "../support/scene.js";
import { Rig } from "./rig.js";
import { availability, bound, candidateToCome, generationOf, now, weigh } from "./steps.js";
import { isAbout, isList, isNoBookmark, isStored, isWatchOf } from "./subjects.js";

describe("watches of a controller behind a faulty network", () => {
  let rig: Rig;

  beforeAll(async () => {
    rig = await Rig.open("faults");
    await rig.controller();
  }, 60_000);
  afterEach(() => rig.proxy.heal());
  afterAll(async () => rig.close(), 60_000);

  describe("row 4: a watch that expired", () => {
    it.each(["an ERROR event", "an answer of 410"])(
      "by %s is listed anew: a deletion and an end that fell into the gap are seen, nobody else's weights move",
      async (how) => {
        const name = how.startsWith("an ERROR") ? "error" : "expired";
        const deleted = await rig.app(`${name}-deleted`).whole();
        const ended = await rig.app(`${name}-ended`).whole();
        await rig.app(`${name}-calm`).whole();
        const calm = await generationOf(rig, `${name}-calm`);
        const onWatch = { verb: "watch", resource: "deployments" } as const;
        const gap = rig.proxy.rule({ ...onWatch, phase: "request" }, { kind: "hold" });
        if (name === "error")
          rig.proxy.rule(
            { ...onWatch, phase: "event", where: isNoBookmark },
            { kind: "error", code: 410 },
            { times: 1 },
          );
        else {
          rig.proxy.rule(
            { ...onWatch, phase: "event", where: isNoBookmark },
            { kind: "cut", where: "before" },
            { times: 1 },
          );
          rig.proxy.rule({ ...onWatch, phase: "request" }, { kind: "status", code: 410 }, { times: 1 });
        }
        const since = now();
        await deleted.remove(2);
        await waitFor(() => rig.sent(since, ({ request }) => isWatchOf(request, "deployments")).length > 0, {
          describe: "the watch to be opened again",
        });
        rig.excuse(
          (await rig.scene.patch(deployments, ended.version(2), { metadata: { finalizers: null } })).metadata
            .resourceVersion,
        );
        await rig.scene.delete(deployments, ended.version(2));
        await rig.scene.untilGone(deployments, ended.version(2));
        gap.release();
        await ended.untilShares(80, 0);
        await deleted.untilShares(80, 0);
        await deleted.untilGone(2);
        const lists = rig.sent(since, ({ request }) => isWatchOf(request, "deployments") && isList(request));
        expect(lists.length).toBeGreaterThan(0);
        expect(await generationOf(rig, `${name}-calm`)).toBe(calm);
      },
    );
  });

  describe("row 7: a watch that is cut", () => {
    it.each(["mid-line", "mid-character"] as const)(
      "%s goes on where it was, with nothing lost or doubled",
      async (where) => {
        const app = await rig.app(where).whole();
        await rig.untilQuiet();
        const before = await generationOf(rig, where);
        const cut = rig.proxy.rule(
          { phase: "event", verb: "watch", resource: "deployments", name: app.version(2) },
          { kind: "cut", where },
          { times: 1 },
        );
        const since = now();
        await weigh(app, 35, { note: "Grüße 😀" });
        await app.untilShares(80, 35);
        expect(cut.hits).toBe(1);
        const [reopened] = rig.sent(since, ({ request }) => isWatchOf(request, "deployments"));
        expect(Number(reopened?.request.query.get("resourceVersion"))).toBeGreaterThan(1);
        expect(rig.sent(since, ({ request }) => isWatchOf(request, "deployments") && isList(request))).toEqual([]);
        await rig.untilQuiet();
        expect(await generationOf(rig, where)).toBe(before + 1);
      },
    );
  });

  describe("row 9: events that come twice, late and in another order", () => {
    /** A life after its beginning, where much depends on which version is ready first; returns when that was over. */
    const live = async (name: string): Promise<number> => {
      const app = await rig.app(name).whole();
      await rig.untilQuiet();
      const begun = now();
      await weigh(app, 40);
      await app.untilShares(80, 40);
      await app.setReady(2, false);
      await app.untilShares(80, 0);
      await app.setReady(2, true);
      await app.untilShares(80, 40);
      await app.remove(2);
      await app.untilGone(2);
      return begun;
    };
    const written = (since: number, name: string): Record<string, number> => {
      const counts: Record<string, number> = {};
      for (const { request } of rig.writes(since, (seen) => seen.request.name.startsWith(name) && isStored(seen))) {
        const object = `${request.resource}/${request.name.slice(name.length)}`;
        if (request.resource !== "configmaps") counts[object] = (counts[object] ?? 0) + 1;
      }
      return counts;
    };

    it("make no other state and no other writes than those in order", async () => {
      const orderly = await live("order");
      const onEvents = { phase: "event", where: isNoBookmark } as const;
      const swapped = rig.proxy.rule(onEvents, { kind: "swap" }, { chance: 0.2 });
      const doubled = rig.proxy.rule(onEvents, { kind: "duplicate" }, { chance: 0.5 });
      const chaotic = await live("chaos");
      expect(swapped.hits).toBeGreaterThan(0);
      expect(doubled.hits).toBeGreaterThan(0);
      await rig.untilQuiet();
      expect(written(chaotic, "chaos")).toEqual(written(orderly, "order"));
      expect(await rig.scene.shares("chaos")).toBe("chaos-v1=80 chaos-v2=0");
    });

    it("that come late change nothing when they come", async () => {
      const app = await rig.app("late").whole();
      const late = rig.proxy.rule(
        { phase: "event", verb: "watch", resource: "deployments", name: "late-v2" },
        { kind: "hold" },
        { times: 2 },
      );
      await weigh(app, 30);
      await weigh(app, 50);
      await weigh(app, 40);
      await app.untilShares(80, 40);
      await rig.untilQuiet();
      const before = await generationOf(rig, "late");
      late.release();
      await rig.untilQuiet();
      expect(late.hits).toBe(2);
      expect(await generationOf(rig, "late")).toBe(before);
    });
  });

  describe("row 12: readiness that went and came back unseen", () => {
    it("does not shorten the wait before a raise", async () => {
      const app = await candidateToCome(rig, "flap", "release: {minStable: 4s}\n");
      let since = now();
      await app.deploy(2);
      await availability(rig, "flap-v2", "True", since);
      const hidden = rig.proxy.rule({ phase: "event", verb: "watch", where: isAbout("flap-v2") }, { kind: "drop" });
      since = now();
      await app.setReady(2, false);
      await availability(rig, "flap-v2", "False", since);
      since = now();
      await app.setReady(2, true);
      const ready = await availability(rig, "flap-v2", "True", since);
      await rig.scene.untilShares("flap", app.shares(80, 20), bound);
      expect(hidden.hits).toBeGreaterThan(1);
      const raised = rig
        .revisions("HTTPRoute", "flap", since)
        .find(({ object }) => /"weight":20/.test(JSON.stringify(object)));
      // lastTransitionTime has whole seconds.
      expect((raised?.at ?? 0) - ready.at).toBeGreaterThan(3000);
    });

    it("moves no weight of a version that serves", async () => {
      const app = await rig.app("blink").whole();
      const before = await generationOf(rig, "blink");
      rig.proxy.rule({ phase: "event", verb: "watch", where: isAbout("blink-v2") }, { kind: "drop" });
      let since = now();
      await app.setReady(2, false);
      await availability(rig, "blink-v2", "False", since);
      since = now();
      await app.setReady(2, true);
      await availability(rig, "blink-v2", "True", since);
      rig.proxy.heal();
      await rig.untilQuiet();
      expect(await generationOf(rig, "blink")).toBe(before);
    });
  });

  it("broke no invariant in any stored revision of all this", async () => {
    expect(rig.record.revisions.length).toBeGreaterThan(50);
    expect(await rig.violations()).toEqual([]);
  });
});
