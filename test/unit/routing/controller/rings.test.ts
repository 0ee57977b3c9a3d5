import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import { Happenings } from "../../../../src/routing/controller/happenings.js";
import { Rings } from "../../../../src/routing/controller/rings.js";
import { WeightHistory } from "../../../../src/routing/controller/weightHistory.js";
import { routeTemplate, versionsOf } from "../../../support/routemaps.js";
import { PlanWorld } from "../../../support/planWorld.js";

function planWorld(): PlanWorld {
  const world = new PlanWorld(versionsOf(["v1", 80], ["v2", 20]) + routeTemplate("app", "v1", "v2"));
  world.up("v1");
  world.up("v2");
  return world;
}

describe("the history of weights", () => {
  it("keeps a sample of each change, and none of what stayed", () => {
    const world = planWorld();
    const history = new WeightHistory();
    for (let at = 0; at < 60; at += 1) {
      world.pass(1_000);
      history.take("a", world.look(), at);
    }
    const samples = history.of("a");
    expect(samples.at(-1)).toMatchObject({ wanted: [80, 20], stored: [80, 20], confirmed: [80, 20] });
    expect(samples.length).toBeLessThan(6);
    expect(samples.map(({ at }) => at)).toEqual([...samples.map(({ at }) => at)].sort((a, b) => a - b));
  });

  it("does not call confirmed what a gateway has not accepted", () => {
    const world = planWorld();
    world.settle();
    const history = new WeightHistory();
    history.take("a", world.look(), 0);
    expect(history.of("a")[0]).not.toHaveProperty("confirmed");
  });

  it("of one routemap keeps the last 240 changes; of ten thousand, four each", () => {
    const world = planWorld();
    world.pass(30_000);
    const serving = world.look();
    world.up("v2", false);
    const returning = world.look();
    const history = new WeightHistory();
    for (let at = 0; at < 300; at += 1) history.take("a", at % 2 === 0 ? serving : returning, at);
    expect(history.of("a").length).toBe(240);
    expect(history.of("a").at(-1)?.at).toBe(299);
    const many = new WeightHistory();
    for (let at = 0; at < 8; at += 1)
      for (let map = 0; map < 10_000; map += 1) many.take(String(map), at % 2 === 0 ? serving : returning, at);
    expect(many.of("77").map(({ at }) => at)).toEqual([4, 5, 6, 7]);
    many.forget("77");
    expect(many.of("77")).toEqual([]);
  });
});

describe("the journal that is kept", () => {
  it("of one routemap has the last fifty entries, newest first; of ten thousand, three each", () => {
    const happenings = new Happenings();
    const entry = (at: number) => ({ at, level: "info", reason: "Held", fields: {} }) as const;
    for (let at = 0; at < 60; at += 1) happenings.take("a", entry(at));
    expect(happenings.of("a").length).toBe(50);
    expect(happenings.of("a")[0]?.at).toBe(59);
    for (let at = 0; at < 8; at += 1) for (let map = 0; map < 10_000; map += 1) happenings.take(String(map), entry(at));
    expect(happenings.of("9").map(({ at }) => at)).toEqual([7, 6, 5]);
    happenings.forget("9");
    expect(happenings.of("9")).toEqual([]);
  });

  it("gives back what it was told", () => {
    const happenings = new Happenings();
    const told = {
      at: 1.5,
      level: "warn",
      reason: "WriteFailed",
      fields: { error: 'two\n"lines"', code: 409 },
    } as const;
    happenings.take("a", told);
    expect(happenings.of("a")).toEqual([told]);
  });
});

describe("rings of values", () => {
  const codec = { encode: (value: string) => value, decode: String };

  it("give back the last values of each owner, whatever is written in them", () => {
    const pushes = fc.array(fc.tuple(fc.constantFrom("a", "b"), fc.string({ unit: "binary" })), { maxLength: 40 });
    fc.assert(
      fc.property(pushes, (pushed) => {
        const rings = new Rings({ mostOfOne: 5, leastOfOne: 5, mostOfAll: 0 }, codec);
        for (const [owner, value] of pushed) rings.push(owner, value);
        for (const owner of ["a", "b"]) {
          const all = pushed.flatMap(([of, value]) => (of === owner ? [value] : []));
          expect(rings.of(owner)).toEqual(all.slice(-5));
          expect(rings.last(owner)).toBe(all.at(-1));
        }
      }),
    );
  });
});
