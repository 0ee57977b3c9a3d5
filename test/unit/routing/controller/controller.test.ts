import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { routeTemplate, versionsOf } from "../../../support/routemaps.js";
import { failures } from "../../../support/fakeApi.js";
import { gvrs, ShellWorld } from "../../../support/shellWorld.js";

const blueGreen = versionsOf(["v1", 80], ["v2", 20]) + routeTemplate("app", "v1", "v2");

describe("the controller, by the clock", () => {
  let world: ShellWorld;
  beforeEach(() => {
    world = new ShellWorld();
    world.version("v1");
    world.routemap(blueGreen);
  });
  afterEach(() => world.close());

  /** Both versions serve, the gateway has confirmed. */
  const serving = async (predecessor = false): Promise<void> => {
    world.version("v2");
    world.start(predecessor);
    await world.clock.advance(5500);
    world.confirm();
    await world.clock.advance(1000);
    expect(world.shares()).toBe("v1=80 v2=20");
  };

  it("writes the first route in the same instant in which its caches are complete", async () => {
    world.start();
    await world.clock.advance(25);
    expect(world.shares()).toBe("v1=80 v2=0");
  });

  it("raises a candidate when it has been ready for exactly minStable", async () => {
    world.start();
    await world.clock.advance(1000);
    world.version("v2");
    await world.clock.advance(0);
    world.confirm();
    await world.clock.advance(2999);
    expect(world.shares()).toBe("v1=80 v2=0");
    await world.clock.advance(2);
    expect(world.shares()).toBe("v1=80 v2=20");
  });

  it("gives a candidate its first traffic when the gateway has accepted a route that names it", async () => {
    world.start();
    await world.clock.advance(1000);
    world.version("v2");
    await world.clock.advance(12_000);
    expect(world.shares()).toBe("v1=80 v2=0");
    world.confirm();
    await world.clock.advance(0);
    expect(world.shares()).toBe("v1=80 v2=20");
  });

  it("waits 15 s for a gateway that says nothing before it gives a candidate its first traffic", async () => {
    world.start();
    await world.clock.advance(1000);
    world.version("v2");
    await world.clock.advance(13_974);
    expect(world.shares()).toBe("v1=80 v2=0");
    await world.clock.advance(1000);
    expect(world.shares()).toBe("v1=80 v2=20");
  });

  it("takes traffic from a version that is not ready in no time at all", async () => {
    await serving();
    world.version("v2", false);
    await world.clock.advance(0);
    expect(world.shares()).toBe("v1=80 v2=0");
  });

  it("lets a deleted candidate go after confirmation, settle and drain, to the millisecond", async () => {
    await serving();
    world.delete(gvrs.deploy, "v2");
    await world.clock.advance(700);
    expect(world.shares()).toBe("v1=80 v2=0");
    world.confirm();
    await world.clock.advance(24_999);
    expect(world.exists(gvrs.deploy, "v2")).toBe(true);
    await world.clock.advance(1);
    expect(world.exists(gvrs.deploy, "v2")).toBe(false);
  });

  it("waits 15 s for a gateway that says nothing, then settles and drains", async () => {
    await serving();
    world.delete(gvrs.deploy, "v2");
    await world.clock.advance(15_000 + 15_000 + 10_000 - 1);
    expect(world.exists(gvrs.deploy, "v2")).toBe(true);
    await world.clock.advance(1);
    expect(world.exists(gvrs.deploy, "v2")).toBe(false);
  });

  it("row 24: releases at the deadline where nothing else is ready", async () => {
    await serving();
    world.version("v1", false);
    world.delete(gvrs.deploy, "v2");
    await world.clock.advance(590_000);
    expect(world.shares()).toBe("v1=0 v2=20");
    expect(world.exists(gvrs.deploy, "v2")).toBe(true);
    await world.clock.advance(11_000);
    expect(world.exists(gvrs.deploy, "v2")).toBe(false);
    expect(world.events).toContain("ReleasedAtDeadline v2");
  });

  it("raises and releases nothing for 5 s after a write of unknown outcome, but returns at once", async () => {
    await serving();
    world.api.writeFailures.push("lost");
    world.version("v2", false);
    await world.clock.advance(50);
    world.version("v2", true);
    world.version("v1", false);
    await world.clock.advance(0);
    world.version("v1", true);
    world.confirm();
    await world.clock.advance(4900);
    const raisedEarly = world.shares();
    await world.clock.advance(4000);
    expect(raisedEarly).not.toBe("v1=80 v2=20");
    expect(world.shares()).toBe("v1=80 v2=20");
  });

  it("looks no more often than it must while it waits", async () => {
    await serving();
    world.api.writeFailures.push("lost");
    world.version("v2", false);
    await world.clock.advance(10);
    world.version("v2", true);
    const before = world.looks;
    await world.clock.advance(4900);
    expect(world.looks - before).toBeLessThan(12);
  });

  it("raises nothing for 5 s after a takeover", async () => {
    await serving();
    await world.close();
    const second = new ShellWorld();
    Object.assign(second, { api: world.api, clock: world.clock });
    world.version("v2", false);
    world = second;
    second.start(true);
    await second.clock.advance(10);
    expect(second.shares()).toBe("v1=80 v2=0");
    second.confirm();
    second.version("v2", true);
    await second.clock.advance(4900);
    expect(second.shares()).toBe("v1=80 v2=0");
    await second.clock.advance(200);
    expect(second.shares()).toBe("v1=80 v2=20");
  });

  it("lands a return through a storm of conflicts: the third try asks for no resourceVersion", async () => {
    await serving();
    world.api.writeFailures.push(failures.conflict, failures.conflict);
    const before = world.api.requests.length;
    world.version("v2", false);
    await world.clock.advance(0);
    expect(world.shares()).toBe("v1=80 v2=0");
    const applies = world.api.requests
      .slice(before)
      .filter((request) => request.target.startsWith("httproutes") && request.verb === "apply");
    const pinned = applies.map((request) => JSON.stringify(request.body).includes('"resourceVersion"'));
    expect(pinned).toEqual([true, true, false]);
  });

  it("writes nothing at all for an hour once everything is at rest", async () => {
    await serving();
    const writes = world.api.requests.filter(
      (request) => !["get", "list", "watch", "raw"].includes(request.verb),
    ).length;
    await world.clock.advance(3_600_000);
    expect(world.api.requests.filter((request) => !["get", "list", "watch", "raw"].includes(request.verb)).length).toBe(
      writes,
    );
  });

  it("row 25: releases everything at once when all versions are deleted", async () => {
    await serving();
    for (const name of ["v1", "v2"]) for (const gvr of [gvrs.deploy, gvrs.svc]) world.delete(gvr, name);
    await world.clock.advance(100);
    expect([gvrs.deploy, gvrs.svc].flatMap((gvr) => ["v1", "v2"].filter((name) => world.exists(gvr, name)))).toEqual(
      [],
    );
  });

  it("takes traffic from what stops being ready, and lets it go, with a spec that it never saw decoded", async () => {
    await serving();
    world.restart();
    world.routemap("versions: [{resources: [{gvrShort: nonsense, name: x}]}]");
    world.start(true);
    await world.clock.advance(50);
    expect(world.shares()).toBe("v1=80 v2=20");
    world.version("v2", false);
    await world.clock.advance(0);
    expect(world.shares()).toBe("v1=80 v2=0");
    world.version("v2");
    await world.clock.advance(60_000);
    expect(world.shares()).toBe("v1=80 v2=0");
    world.delete(gvrs.deploy, "v2");
    world.confirm();
    await world.clock.advance(60_000);
    expect(world.exists(gvrs.deploy, "v2")).toBe(false);
    expect(world.exists(gvrs.route, "app")).toBe(true);
  });

  it("drains a deleted version also after a restart that finds its traffic on one that left the spec", async () => {
    await serving();
    world.delete(gvrs.deploy, "v1");
    await world.clock.advance(100);
    world.routemap(versionsOf(["v1", 80]) + routeTemplate("app", "v1"));
    await world.clock.advance(100);
    world.restart();
    world.start(true);
    world.confirm();
    await world.clock.advance(24_000);
    expect(world.exists(gvrs.deploy, "v1")).toBe(true);
    await world.clock.advance(10_000);
    expect(world.exists(gvrs.deploy, "v1")).toBe(false);
    expect(world.held(gvrs.deploy, "v2")).toBe(true);
  });

  it("drains what left the spec in full also where somebody takes our finalizer off its Service meanwhile", async () => {
    await serving();
    await world.clock.advance(60_000);
    world.routemap(versionsOf(["v2", 20]) + routeTemplate("app", "v2"));
    await world.clock.advance(100);
    world.confirm();
    const service = world.api.server.get(gvrs.svc, { namespace: "default", name: "v1" });
    if (service === undefined) throw new Error("there is no Service");
    world.api.server.store(gvrs.svc, { ...service, metadata: { ...service.metadata, finalizers: [] } });
    await world.clock.advance(24_000);
    expect(world.held(gvrs.deploy, "v1")).toBe(true);
    await world.clock.advance(2000);
    expect(world.held(gvrs.deploy, "v1")).toBe(false);
  });
});
