import { describe, expect, it } from "@jest/globals";

import { ChartWorld } from "../../../support/iter8/chart/chartWorld.js";
import { combinations, titleOf } from "../../../support/iter8/chart/combinations.js";
import type { ChartValues } from "../../../support/iter8/chart/values.js";
import { candidatesOf, nameOf } from "../../../support/iter8/chart/values.js";

const rest = 8000;
const release = 60_000;

/** The route at rest leads where it is meant to, and never led astray before. */
function expectRight(world: ChartWorld, when: string): void {
  expect({ when, strays: world.strays(), broken: world.broken }).toEqual({ when, strays: [], broken: [] });
}

function running(values: ChartValues): ChartWorld {
  const world = new ChartWorld(values);
  for (const index of values.versions.keys()) world.setState(index, "ready");
  world.pass(rest, 2000);
  expectRight(world, "all ready");
  return world;
}

function takeDown(world: ChartWorld, indexes: readonly number[], when: string): void {
  for (const index of indexes) world.setState(index, "down");
  expectRight(world, when);
  world.pass(rest, 2000);
  expectRight(world, `${when}, later`);
  for (const index of [...indexes].reverse()) {
    world.setState(index, "ready");
    world.pass(rest, 2000);
    expectRight(world, `${when}, and ${index} ready again`);
  }
}

function remove(world: ChartWorld, index: number, when: string): void {
  const version = nameOf(world.values, index);
  const isHeld = world.isHeld(version);
  world.remove(version);
  expectRight(world, when);
  world.pass(5000, 2500);
  expect(world.isThere(version)).toBe(isHeld);
  world.pass(release, 5000);
  expect(world.isThere(version)).toBe(false);
  expectRight(world, `${when}, and gone`);
}

function restore(world: ChartWorld, index: number): void {
  world.setState(index, "ready");
  world.pass(rest, 2000);
  expectRight(world, `${index} deployed again`);
}

describe.each(combinations().map((values) => [titleOf(values), values] as const))("Iter8's chart: %s", (_, values) => {
  const all = [...values.versions.keys()];
  const candidates = candidatesOf(values);

  it("routes as it means to while versions come and go", () => {
    const world = running(values);
    for (const index of candidates) takeDown(world, [index], `candidate ${index} down`);
    if (all.length > 2) takeDown(world, candidates, "all candidates down");
    takeDown(world, [0], "primary down");
    takeDown(world, all, "all down");
    for (const index of candidates) {
      remove(world, index, `candidate ${index} deleted`);
      restore(world, index);
    }
    if (all.length === 1) return;
    remove(world, 0, "primary deleted");
    restore(world, 0);
  });
});

const promotable = combinations().filter(({ versions, namespaces }) => versions.length > 1 && namespaces);
describe.each(promotable.map((values) => [titleOf(values), values] as const))("a promotion with %s", (_, values) => {
  const names = [...values.versions.keys()].map((index) => nameOf(values, index));

  /** After it one version is left, gets everything, and is free; the others are gone. */
  function expectPromoted(world: ChartWorld, winner: string): void {
    expectRight(world, "promoted");
    world.pass(release, 5000);
    expectRight(world, "promoted, later");
    for (const name of names) expect([name, world.isThere(name)]).toEqual([name, name === winner]);
    expect(world.isHeld(winner)).toBe(false);
  }

  it("that gives the primary the candidate's image leads to the primary alone, whichever comes first", () => {
    for (const deletedFirst of [false, true]) {
      const world = running(values);
      const [primary = "", ...others] = names;
      const drop = (): void => {
        others.forEach((name) => {
          world.remove(name);
        });
      };
      if (deletedFirst) drop();
      world.upgrade({ ...values, versions: values.versions.slice(0, 1) });
      if (!deletedFirst) drop();
      expectPromoted(world, primary);
    }
  });

  it("that makes the candidate the only version leads to it alone, and the others go", () => {
    const world = running(values);
    const [, winner = "", ...others] = names;
    const [, version] = values.versions;
    world.upgrade({ ...values, strategy: "blue-green", versions: [{ ...version, name: winner }] });
    for (const name of [names[0] ?? "", ...others]) world.remove(name);
    expectPromoted(world, winner);
  });
});
