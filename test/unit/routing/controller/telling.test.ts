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

  describe("as its status", () => {
    const annotated = (): Readonly<Record<string, string>> =>
      world.api.server.get(gvrs.cm, { namespace: "default", name: "app" })?.metadata.annotations ?? {};
    const statusWrites = (): number =>
      world.api.requests.filter(({ verb, target }) => verb === "apply" && target === "configmaps/default/app").length;
    const overwrite = (annotations: Readonly<Record<string, string>>): void => {
      const map = world.api.server.get(gvrs.cm, { namespace: "default", name: "app" });
      if (map === undefined) throw new Error("there is no routemap");
      world.api.server.put(gvrs.cm, {
        ...map,
        namespace: "default",
        name: "app",
        metadata: { ...map.metadata, annotations: { ...map.metadata.annotations, ...annotations } },
      });
    };

    it("is written anew where somebody else changed it, and only then", async () => {
      const before = annotated();
      const writes = statusWrites();
      const { looks } = world;
      overwrite({ "iter8.tools/ready": "False", "iter8.tools/status": "{}" });
      await world.clock.advance(1000);
      expect(annotated()).toEqual(before);
      expect(statusWrites()).toBe(writes + 1);
      // One look at what was changed; our own write wakes nobody.
      expect(world.looks).toBe(looks + 1);
    });

    it("wakes nobody when it is written for the first time", async () => {
      world.restart();
      overwrite({ "iter8.tools/ready": "Unknown" });
      world.start();
      await world.clock.advance(5000);
      expect(annotated()["iter8.tools/ready"]).toBe("True");
      const { looks } = world;
      await world.clock.advance(20_000);
      expect(world.looks).toBe(looks);
    });
  });
});
