import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import { blankMemory } from "../../../../src/routing/memory.js";
import { names } from "../../../../src/routing/names.js";
import type { Observed, OutputId } from "../../../../src/routing/observed.js";
import { outputKey } from "../../../../src/routing/observed.js";
import { plan } from "../../../../src/routing/plan.js";
import { reportStatus } from "../../../../src/routing/report.js";
import { snapshot } from "../../../../src/routing/snapshot/snapshot.js";
import type { AppSpec } from "../../../support/sequences/appSpec.js";
import { specText } from "../../../support/sequences/appSpec.js";
import { happen } from "../../../support/sequences/happen.js";
import { SequenceWorld, isHeld } from "../../../support/sequences/sequenceWorld.js";
import type { Step } from "../../../support/sequences/steps.js";
import { firstApp, step } from "../../../support/sequences/steps.js";
import { objectsOf, unseenOf } from "../../../support/worldObjects.js";

/** Everything that a plan says, without the world it was made of. */
function said(observed: Observed, world: SequenceWorld): object {
  const result = plan(observed, { monotonic: world.time, server: world.epoch });
  const { decisions, problems, holdings, stage, again, survey } = result;
  const invalid = observed.spec.state === "invalid" ? JSON.stringify(observed.spec.problems) : undefined;
  const { raw, desire, raiseAt } = survey ?? {};
  return { decisions, problems, holdings, stage, again, raw, desire, raiseAt, status: reportStatus(result, invalid) };
}

/** A controller that has just started, and to which nobody's write may still land. */
function restarted(world: SequenceWorld): Observed {
  world.nextWrite = undefined;
  dropUnlabelled(world);
  world.restart();
  world.memory = blankMemory;
  for (const id of world.observe().ownOutputs()) world.known.set(outputKey(id), id);
  forgetUnseen(world);
  world.look();
  forgetUnseen(world);
  const own = new Set(world.observe().ownOutputs().map(outputKey));
  for (const key of world.known.keys()) if (!own.has(key)) world.known.delete(key);
  const observed = world.observe();
  const outputs = [...observed.ownOutputs()].sort((a, b) => rank(world, a) - rank(world, b));
  return { ...observed, ownOutputs: () => outputs, knownOutputs: () => outputs };
}

/** Without its label an object is in no list, unless it is held: the made-up world shows it all the same. */
function dropUnlabelled(world: SequenceWorld): void {
  for (const [key, object] of world.objects)
    if (object.metadata.labels?.[names.watchLabel] !== "true" && !isHeld(object)) world.objects.delete(key);
}

/** A controller looks at its outputs in the order of the configuration. */
function rank(world: SequenceWorld, { kind }: OutputId): number {
  return world.config.outputs.indexOf(kind);
}

/** Of a kind that is not seen nobody knows what is held. */
function forgetUnseen(world: SequenceWorld): void {
  world.claims = world.claims.filter(({ ref }) => !world.unseenKinds.has(ref.kind));
}

function snapshotOf(world: SequenceWorld): Observed | undefined {
  const objects = objectsOf(world, specText(world.app));
  const unseen = unseenOf(world, world.absentOutputs);
  const now = { monotonic: world.time, server: world.epoch };
  return snapshot({ objects, config: world.config, now, unseen }).routemaps[0]?.observed;
}

function run(app: AppSpec, taken: readonly Step[]): SequenceWorld {
  const world = new SequenceWorld(app);
  for (const { service } of app.versions) world.up(service);
  world.pass(6000);
  for (const next of taken) happen(world, next);
  return world;
}

describe("for any sequence of edits, events, faults and foreign writes", () => {
  test("a snapshot of the objects gives the plan of a controller that has just started", () => {
    fc.assert(
      fc.property(firstApp, fc.array(step, { maxLength: 12 }), (app, taken) => {
        const world = run(app, taken);
        const observed = restarted(world);
        const shot = snapshotOf(world);
        expect(shot).toBeDefined();
        if (shot === undefined) return;
        expect(shot.claims).toEqual(observed.claims);
        expect(said(shot, world)).toEqual(said(observed, world));
      }),
      { numRuns: 80, seed: 1 },
    );
  }, 300_000);
});
