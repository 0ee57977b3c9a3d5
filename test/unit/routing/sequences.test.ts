import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import { plainApp } from "../../support/sequences/appSpec.js";
import type { AppSpec, Mistake } from "../../support/sequences/appSpec.js";
import { comeToRest, freshRoutes, pathDependences, problemsAtRest, routesOf } from "../../support/sequences/atRest.js";
import { happen } from "../../support/sequences/happen.js";
import { SequenceWorld, isHeld } from "../../support/sequences/sequenceWorld.js";
import type { Step } from "../../support/sequences/steps.js";
import { firstApp, step } from "../../support/sequences/steps.js";

const asked = process.env["POINTSMAN_RUNS"];
const numRuns = Number(asked ?? 60);
/** The same sequences in every run, unless more are asked for: those are new each time, and their seed is printed. */
const seeding = asked === undefined ? { seed: 1 } : { endOnFailure: true };
const steps = fc.array(step, { maxLength: 14 });

function begin(app: AppSpec): SequenceWorld {
  const world = new SequenceWorld(app);
  for (const { service } of app.versions) world.up(service);
  world.pass(6000);
  return world;
}

function run(app: AppSpec, taken: readonly Step[]): SequenceWorld {
  const world = begin(app);
  for (const next of taken) happen(world, next);
  return world;
}

describe("for any sequence of edits, events, faults and foreign writes", () => {
  test("no write breaks an invariant, and what comes to rest is the plan's and does not depend on the path", () => {
    fc.assert(
      fc.property(firstApp, steps, (app, taken) => {
        const world = run(app, taken);
        const plan = comeToRest(world);
        expect([...world.broken, ...problemsAtRest(world, plan)]).toEqual([]);
        if (!pathDependences.some((known) => known.applies(world))) expect(routesOf(world)).toEqual(freshRoutes(world));
      }),
      { numRuns, ...seeding },
    );
  }, 600_000);

  test("a namespace that ends is let go at once, and nothing is written into it any more", () => {
    fc.assert(
      fc.property(firstApp, steps, (app, taken) => {
        const world = run(app, taken);
        world.unseenKinds.clear();
        world.nextWrite = undefined;
        world.pass(2500); // No write is under way any more, and none will be lost.
        world.terminating.add("default");
        const { fencedUntil } = world.memory;
        world.wake();
        const orphans = new Set(world.inForce?.versions.map(({ service }): string => service));
        for (const { ref } of world.claims) orphans.add(ref.name);
        const held = [...world.objects].filter(([, object]) => isHeld(object)).map(([key]) => key);
        expect({ fencedUntil, held: held.filter((key) => orphans.has(key.split("/")[1] ?? "")) }).toEqual({
          fencedUntil,
          held: [],
        });
        const writes = world.log.length;
        world.pass(600_000);
        expect(world.log.slice(writes)).toEqual([]);
        expect(world.broken).toEqual([]);
      }),
      { numRuns: Math.ceil(numRuns / 4), ...seeding },
    );
  }, 600_000);
});

describe("after bad input", () => {
  const mistakes = fc.constantFrom<Mistake>("yaml", "unknownKey", "noVersions", "weight", "template");
  const calm = fc.array(
    step.filter((next) => "do" in next && (next.do === "restart" || next.do === "pass" || next.do === "fault")),
    { maxLength: 4 },
  );

  test("the former spec gives the former route, byte by byte, and traffic stays meanwhile", () => {
    fc.assert(
      fc.property(firstApp, mistakes, calm, (app, mistake, meanwhile) => {
        const world = begin(app);
        comeToRest(world);
        const before = JSON.stringify(routesOf(world));
        world.edit({ ...app, mistake });
        world.wake();
        for (const next of meanwhile) happen(world, next);
        const plan = comeToRest(world);
        expect(JSON.stringify(routesOf(world))).toBe(before);
        expect(problemsAtRest(world, plan)).toEqual([]);
        world.edit(app);
        comeToRest(world);
        expect(JSON.stringify(routesOf(world))).toBe(before);
        expect(world.broken).toEqual([]);
      }),
      { numRuns: Math.ceil(numRuns / 4), ...seeding },
    );
  }, 600_000);
});

describe("the oracle of these tests", () => {
  test("blames a controller that gives weight to what is not held", () => {
    const world = begin(plainApp);
    world.objects.forEach((object, key) =>
      world.objects.set(key, { ...object, metadata: { ...object.metadata, finalizers: [] } }),
    );
    const [id] = world.known.values();
    if (id === undefined) throw new Error("there is no route");
    const body = { kind: "HTTPRoute", spec: { rules: [{ backendRefs: [{ name: "v1" }] }] } };
    world.outputs.clear();
    world.carryOut({
      type: "write",
      mode: "raise",
      output: id,
      body,
      weights: [1],
      gains: [],
      uses: [],
      force: false,
      sweepIter8: false,
    });
    expect(world.broken).toEqual([expect.stringContaining("I1")]);
  });
});
