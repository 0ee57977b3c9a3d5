import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { routeTemplate, versionsOf } from "../../../support/routemaps.js";
import { gvrs, ShellWorld } from "../../../support/shellWorld.js";

const blueGreen = versionsOf(["v1", 80], ["v2", 20]) + routeTemplate("app", "v1", "v2");

describe("what the controller tells of a routemap", () => {
  let world: ShellWorld;
  beforeEach(async () => {
    world = new ShellWorld();
    world.version("v1");
    world.version("v2");
    world.routemap(blueGreen);
    world.start();
    await world.clock.advance(5500);
    world.confirm();
    await world.clock.advance(1000);
  });
  afterEach(() => world.close());

  it("is its numbers after each look, until it is gone", async () => {
    expect(world.series.get("app")).toMatchObject({
      ready: "True",
      versions: [
        { name: "v1", wanted: 80, stored: 80 },
        { name: "v2", wanted: 20, stored: 20 },
      ],
    });
    world.version("v2", false);
    await world.clock.advance(0);
    expect(world.series.get("app")?.versions[1]).toEqual({
      name: "v2",
      phase: "Draining",
      wanted: 0,
      stored: 0,
      confirmed: undefined,
    });
    world.delete(gvrs.cm, "app");
    await world.clock.advance(1000);
    expect([...world.series.keys()]).toEqual([]);
  });

  it("is weights by the names of the versions", async () => {
    expect(world.notes.get("RouteCreated")).toMatch(/ app: weights v1=80, v2=20$/);
    world.version("v2", false);
    await world.clock.advance(0);
    expect(world.notes.get("TrafficReturned")).toMatch(/ app: weights v1=80, v2=0$/);
  });

  it("is why a finalizer went", async () => {
    world.delete(gvrs.deploy, "v2");
    await world.clock.advance(700);
    world.confirm();
    await world.clock.advance(26_000);
    expect(world.notes.get("Released")).toBe(
      "released from version v2 of default/app: every route gives it weight 0, and the time for gateways to follow and requests to end has passed",
    );
  });
});
