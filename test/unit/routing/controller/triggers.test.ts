import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import type { JsonObject } from "../../../../src/base/json.js";
import { objectAt } from "../../../../src/base/json.js";
import { routeTemplate, versionsOf } from "../../../support/routemaps.js";
import { gvrs, ShellWorld } from "../../../support/shellWorld.js";

const template = routeTemplate("app", "v1", "v2");
const plain = versionsOf(["v1", 80], ["v2", 20]) + template;
const asking = plain.replaceAll("gvrShort: deploy,", "gvrShort: deploy, ready: object.status.replicas > 0,");

describe("a status that is written again and again", () => {
  let world: ShellWorld;
  beforeEach(() => {
    world = new ShellWorld();
    world.version("v1");
    world.version("v2");
  });
  afterEach(() => world.close());

  const atRest = async (spec: string): Promise<void> => {
    world.routemap(spec);
    world.start();
    await world.clock.advance(8000);
    world.confirm();
    await world.clock.advance(8000);
    expect(world.shares()).toBe("v1=80 v2=20");
  };

  /** Changes the status of a version's Deployment; resolves with how many looks it caused. */
  const looksFor = async (change: JsonObject): Promise<number> => {
    const deployment = world.api.server.get(gvrs.deploy, { namespace: "default", name: "v2" });
    if (deployment === undefined) throw new Error("it was made before");
    const before = world.looks;
    world.api.server.store(gvrs.deploy, { ...deployment, status: { ...objectAt(deployment, "status"), ...change } });
    await world.clock.advance(1000);
    return world.looks - before;
  };

  it("causes no look where no gate says anything else of it", async () => {
    await atRest(plain);
    expect([await looksFor({ replicas: 2 }), await looksFor({ updatedReplicas: 1 })]).toEqual([0, 0]);
    expect(await looksFor({ availableReplicas: 0, conditions: [] })).toBeGreaterThan(0);
    expect(world.shares()).toBe("v1=80 v2=0");
  });

  it("is looked at each time where the routemap has an expression of its own", async () => {
    await atRest(asking);
    expect(await looksFor({ replicas: 2 })).toBe(1);
    expect(world.shares()).toBe("v1=80 v2=20");
    await looksFor({ replicas: 0 });
    expect(world.shares()).toBe("v1=80 v2=0");
  });
});
