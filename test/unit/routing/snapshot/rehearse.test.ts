import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import type { Json } from "../../../../src/base/json.js";
import { blankMemory } from "../../../../src/routing/memory.js";
import { outputKey } from "../../../../src/routing/observed.js";
import type { Rehearsal } from "../../../../src/routing/snapshot/rehearse.js";
import { rehearse } from "../../../../src/routing/snapshot/rehearse.js";
import { snapshot } from "../../../../src/routing/snapshot/snapshot.js";
import { plainApp, specText } from "../../../support/sequences/appSpec.js";
import { comeToRest } from "../../../support/sequences/atRest.js";
import { happen } from "../../../support/sequences/happen.js";
import { SequenceWorld, isHeld } from "../../../support/sequences/sequenceWorld.js";
import type { Step } from "../../../support/sequences/steps.js";
import { firstApp, step } from "../../../support/sequences/steps.js";
import { names } from "../../../../src/routing/names.js";
import { objectsOf } from "../../../support/worldObjects.js";

/** Steps after which nothing is under way that only time can tell of. */
const plain = step.filter((next) => !("do" in next) || (next.do !== "fault" && next.do !== "foreign"));

function rehearsalOf(world: SequenceWorld): Rehearsal {
  const now = { monotonic: world.time, server: world.epoch };
  const shot = snapshot({ objects: objectsOf(world, specText(world.app)), config: world.config, now });
  const [routemap] = shot.routemaps;
  if (routemap === undefined) throw new Error("there is no routemap");
  return rehearse(shot, routemap, now);
}

/** A world in which nothing fails any more, and whose controller has just started. */
function calm(world: SequenceWorld): void {
  world.unseenKinds.clear();
  world.absentOutputs.clear();
  world.gateway = "prompt";
  for (const [key, object] of world.objects)
    if (object.metadata.labels?.[names.watchLabel] !== "true" && !isHeld(object)) world.objects.delete(key);
  world.restart();
  world.memory = blankMemory;
  // The first look only finds since when versions are ready.
  world.look();
}

const weightsOf = (log: readonly string[]): readonly string[] =>
  log.filter((line) => /^(create|raise|return|reweight|prune)/.test(line));

function writesOf({ steps }: Rehearsal): readonly string[] {
  return steps.flatMap(({ action }) => {
    if (action.type === "prune") return [`prune ${outputKey(action.output)}`];
    return action.type === "write" ? [`${action.mode} ${action.output.name} ${action.weights.join("/")}`] : [];
  });
}

const specsOf = (
  outputs: Iterable<readonly [string, { readonly [key: string]: Json | undefined } | undefined]>,
): object =>
  Object.fromEntries([...outputs].flatMap(([key, object]) => (object === undefined ? [] : [[key, object["spec"]]])));

describe("what is rehearsed on a snapshot", () => {
  test("is what the controller then does, write by write, and the routes that it comes to rest with", () => {
    fc.assert(
      fc.property(firstApp, fc.array<Step>(plain, { maxLength: 8 }), (app, taken) => {
        const world = new SequenceWorld(app);
        for (const { service } of app.versions) world.up(service);
        world.pass(6000);
        for (const next of taken) happen(world, next);
        calm(world);
        const rehearsal = rehearsalOf(world);
        const done = world.log.length;
        comeToRest(world);
        const outputs = rehearsal.outputs.map(({ id, after }) => [outputKey(id), after] as const);
        expect(specsOf(outputs)).toEqual(specsOf(world.outputs));
        expect(writesOf(rehearsal)).toEqual(weightsOf(world.log.slice(done)));
        expect(rehearsal.rest).toBeDefined();
      }),
      { numRuns: 60, seed: 1 },
    );
  }, 400_000);

  test("holds the primary, introduces a new version to the gateway, holds it and raises it, in this order", () => {
    const world = new SequenceWorld({ ...plainApp, versions: plainApp.versions.slice(0, 1) });
    world.up("v1");
    world.pass(6000);
    world.up("v2");
    world.edit(plainApp);
    calm(world);
    const { steps, rest, first } = rehearsalOf(world);
    expect(steps.map(({ action }) => action.type)).toEqual(["claim", "claim", "write", "claim", "claim", "write"]);
    expect(rest).toBe(0);
    expect(first.stage.length).toBeGreaterThan(0);
  });

  test("is nothing where all is as it should be", () => {
    const world = new SequenceWorld(plainApp);
    for (const name of ["v1", "v2"]) world.up(name);
    world.pass(60_000);
    calm(world);
    expect(rehearsalOf(world)).toMatchObject({ steps: [], rest: 0 });
  });
});
