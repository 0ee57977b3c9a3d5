import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { names } from "../../../../src/routing/names.js";
import { Happenings } from "../../../../src/routing/controller/happenings.js";
import type { ReadChange } from "../../../../src/routing/controller/readModel.js";
import { ReadModel } from "../../../../src/routing/controller/readModel.js";
import { routeTemplate, versionsOf } from "../../../support/routemaps.js";
import { gvrs, ShellWorld } from "../../../support/shellWorld.js";

const blueGreen = versionsOf(["v1", 80], ["v2", 20]) + routeTemplate("app", "v1", "v2");

describe("the read model", () => {
  let world: ShellWorld;
  let model: ReadModel;
  let ending: AbortController;
  let changes: (readonly ReadChange[])[];
  let errors: string[];
  let happenings: Happenings;
  /** How often a routemap's world was put together beside what the controller does itself. */
  let observed: number;
  let failing = "";

  beforeEach(async () => {
    [world, ending, changes, errors, observed, failing] = [new ShellWorld(), new AbortController(), [], [], 0, ""];
    world.version("v1");
    world.version("v2");
    world.routemap(blueGreen);
    const controller = world.start();
    const real = controller.world;
    // The same world, counted and made to fail, for the model only.
    const counted = Object.create(real, {
      observe: {
        value(entry: Parameters<typeof real.observe>[0]) {
          observed += 1;
          if (entry.name === failing) throw new Error("a bug");
          return real.observe(entry);
        },
      },
    }) as typeof real;
    const onError = (error: unknown, name: string): void => void errors.push(`${name}: ${String(error)}`);
    happenings = new Happenings();
    model = new ReadModel({ controller: { world: counted, looked$: controller.looked$ }, happenings, onError });
    model.follow(ending.signal);
    model.changes$.subscribe((change) => changes.push(change));
    await world.clock.advance(5_500);
    world.confirm();
    await world.clock.advance(1_000);
  });
  afterEach(async () => {
    ending.abort();
    await world.close();
  });

  const types = (): readonly string[] => changes.flat().map(({ type, summary }) => `${type} ${summary.name}`);

  it("explains nothing as long as nobody asks", async () => {
    await world.clock.advance(60_000);
    expect([observed, changes]).toEqual([0, []]);
  });

  it("lists nothing at first but says how much is to come, and everything soon after", async () => {
    expect(model.list()).toEqual({ items: [], pending: 1 });
    await world.clock.advance(1);
    const { items, pending } = model.list();
    expect(pending).toBe(0);
    expect(items).toMatchObject([
      { namespace: "default", name: "app", ready: "True", versions: [{ phase: "Active" }, { phase: "Active" }] },
    ]);
    expect(items[0]?.versions.map(({ weight }) => weight.percent.stored)).toEqual([80, 20]);
    expect(types()).toEqual(["changed app"]);
  });

  it("tells a change within a quarter of a second, and many of them as one", async () => {
    model.list();
    await world.clock.advance(1);
    changes.length = 0;
    world.version("v2", false);
    await world.clock.advance(1);
    world.version("v2", true);
    await world.clock.advance(1);
    world.version("v2", false);
    await world.clock.advance(250);
    expect(types()).toEqual(["changed app"]);
    expect(changes[0]?.[0]?.summary.versions[1]).toMatchObject({ answer: "notReady", weight: { stored: 0 } });
  });

  it("ceases to look a minute after the last one asked, and catches up when somebody asks again", async () => {
    model.list();
    await world.clock.advance(60_001);
    const before = observed;
    world.version("v2", false);
    await world.clock.advance(1_000);
    expect(observed).toBe(before);
    expect(model.list().items[0]?.versions[1]?.answer).toBe("ready");
    await world.clock.advance(250);
    expect(model.list().items[0]?.versions[1]?.answer).toBe("notReady");
  });

  it("waits for those who want it up to date, however long nobody asked", async () => {
    const first = model.caughtUp(5_000, ending.signal).then(() => model.list().items.length);
    await world.clock.advance(20);
    expect(await first).toBe(1);
    await world.clock.advance(120_000);
    world.version("v2", false);
    await world.clock.advance(1_000);
    const second = model.caughtUp(5_000, ending.signal).then(() => model.list().items[0]?.versions[1]?.answer);
    await world.clock.advance(20);
    expect(await second).toBe("notReady");
    let over = false;
    failing = "app";
    void model.caughtUp(5_000, ending.signal).then(() => (over = true));
    await world.clock.advance(1);
    expect(over).toBe(true);
  });

  it("gives one routemap as a whole, with the weights it had", async () => {
    world.version("v2", false);
    await world.clock.advance(10);
    world.confirm();
    await world.clock.advance(10);
    const { explanation, history = [] } = model.detail("default", "app") ?? {};
    expect(explanation?.versions[1]?.causes[0]?.severity).not.toBe("info");
    expect(history.map(({ stored }) => stored)).toEqual(
      expect.arrayContaining([
        [80, 20],
        [80, 0],
      ]),
    );
    expect(history.at(-1)).toMatchObject({ versions: ["v1", "v2"], confirmed: expect.any(Array) });
    expect([...history].sort((a, b) => a.at - b.at)).toEqual(history);
    expect(model.detail("default", "other")).toBeUndefined();
    expect(model.detail("other", "app")).toBeUndefined();
  });

  it("explains a routemap once for all who ask in the same second, and anew after a change", async () => {
    model.detail("default", "app");
    model.detail("default", "app");
    expect(observed).toBe(1);
    world.version("v2", false);
    await world.clock.advance(1);
    expect(model.detail("default", "app")?.explanation.versions[1]?.answer).toBe("notReady");
    await world.clock.advance(1_000);
    model.detail("default", "app");
    expect(observed).toBe(3);
  });

  it("tells the end of a routemap, and forgets it", async () => {
    model.list();
    await world.clock.advance(1);
    changes.length = 0;
    for (const name of ["v1", "v2"]) for (const gvr of [gvrs.deploy, gvrs.svc]) world.delete(gvr, name);
    world.delete(gvrs.cm, "app");
    world.delete(gvrs.route, "app");
    for (let seconds = 0; seconds < 50; seconds += 10) {
      model.attend();
      await world.clock.advance(10_000);
    }
    expect(types().at(-1)).toBe("gone app");
    expect(model.list().items).toEqual([]);
    expect(model.detail("default", "app")).toBeUndefined();
  });

  it("forgets a routemap that goes while nobody looks", async () => {
    const uid = model.detail("default", "app")?.explanation.uid ?? "";
    happenings.take(uid, { at: 0, level: "info", reason: "Held", fields: {} });
    for (const name of ["v1", "v2"]) for (const gvr of [gvrs.deploy, gvrs.svc]) world.delete(gvr, name);
    world.delete(gvrs.cm, "app");
    world.delete(gvrs.route, "app");
    await world.clock.advance(100_000);
    expect([happenings.of(uid), changes]).toEqual([[], []]);
  });

  it("an explanation that fails costs only its own summary", async () => {
    world.api.server.put(gvrs.cm, {
      namespace: "default",
      name: "bad",
      kind: "ConfigMap",
      metadata: { labels: { [names.kindLabel]: names.routemapKind } },
      data: { strSpec: versionsOf(["v1", 1]) },
    });
    await world.clock.advance(10);
    failing = "bad";
    model.list();
    await world.clock.advance(1);
    expect(errors).toEqual(["default/bad: Error: a bug"]);
    expect(model.list().items.map(({ name }) => name)).toEqual(["app"]);
  });

  it("ends with the signal, and leaves no timer", async () => {
    model.list();
    world.version("v2", false);
    await world.clock.advance(10);
    let over = false;
    model.changes$.subscribe({ complete: () => (over = true) });
    ending.abort();
    const before = observed;
    await world.clock.advance(1_000);
    expect([over, observed]).toEqual([true, before]);
  });
});
