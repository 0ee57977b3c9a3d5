import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { objectAt } from "../../../../src/base/json.js";
import type { KubeObject } from "../../../../src/kube/object.js";
import type { GroupVersionResource } from "../../../../src/kube/resource.js";
import { apiError } from "../../../support/fakeApi.js";
import { routeTemplate, versionsOf } from "../../../support/routemaps.js";
import { gvrs, ShellWorld } from "../../../support/shellWorld.js";

const blueGreen = versionsOf(["v1", 80], ["v2", 20]) + routeTemplate("app", "v1", "v2");

describe("under a clock that stands still", () => {
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

  const routeWrites = (): readonly string[] => world.writes().filter((write) => write.includes("httproutes"));

  function stored(gvr: GroupVersionResource, name: string): KubeObject {
    const object = world.api.server.get(gvr, { namespace: "default", name });
    if (object === undefined) throw new Error(`there is no ${name}`);
    return object;
  }

  /** Takes every finalizer off an object, as somebody's PUT of an older copy does. */
  function clobber(gvr: GroupVersionResource, name: string): void {
    const { finalizers: _finalizers, ...metadata } = stored(gvr, name).metadata;
    world.api.server.store(gvr, { ...stored(gvr, name), metadata });
  }

  /** Deletes and creates both objects of a version; one MODIFIED each is all that is told of it. */
  function replaceUnseen(name: string, ready: boolean): void {
    const { deliver } = world.api;
    world.api.deliver = () => undefined;
    for (const gvr of [gvrs.deploy, gvrs.svc]) {
      clobber(gvr, name);
      world.delete(gvr, name);
    }
    world.version(name, ready);
    world.api.deliver = deliver;
    for (const gvr of [gvrs.deploy, gvrs.svc, gvrs.slice])
      deliver(world.api.watchOf(gvr), { type: "MODIFIED", object: stored(gvr, name) });
  }

  it("row 11: a Deployment that was replaced within one event is held anew before it may get traffic", async () => {
    const { uid } = stored(gvrs.deploy, "v2").metadata;
    replaceUnseen("v2", false);
    expect(stored(gvrs.deploy, "v2").metadata.uid).not.toBe(uid);
    await world.clock.advance(0);
    expect(world.shares()).toBe("v1=80 v2=0");
    expect(world.held(gvrs.deploy, "v2")).toBe(false);
    world.version("v2");
    await world.clock.advance(2999);
    expect(world.shares()).toBe("v1=80 v2=0");
    await world.clock.advance(2);
    expect(world.shares()).toBe("v1=80 v2=20");
    expect(world.held(gvrs.deploy, "v2")).toBe(true);
  });

  it("row 23: a version that is scaled to 0 loses its weight in no time, whatever its status says", async () => {
    const object = stored(gvrs.deploy, "v2");
    world.api.server.store(gvrs.deploy, { ...object, spec: { ...objectAt(object, "spec"), replicas: 0 } });
    await world.clock.advance(0);
    expect(world.shares()).toBe("v1=80 v2=0");
  });

  it("row 29: a route that may not be written any more is tried again, and the version goes at the deadline", async () => {
    world.api.denied = new Set(["patch httproutes.gateway.networking.k8s.io"]);
    const before = routeWrites().length;
    world.delete(gvrs.deploy, "v2");
    await world.clock.advance(593_000);
    expect(world.shares()).toBe("v1=80 v2=20");
    expect(world.exists(gvrs.deploy, "v2")).toBe(true);
    expect(world.condition("WriteFailed")).toContain("httproute/app: Forbidden");
    expect(routeWrites().length).toBeGreaterThan(before + 100);
    await world.clock.advance(6000);
    expect(world.exists(gvrs.deploy, "v2")).toBe(false);
    expect(world.events).toContain("ReleasedAtDeadline v2");
  }, 30_000);

  it("row 29: a route that the API server does not take as it is rendered returns as it is stored", async () => {
    const refuse = world.api.apply.bind(world.api);
    world.api.apply = (gvr, ref, body, options) =>
      JSON.stringify(body).includes("never")
        ? Promise.resolve({ ok: false, error: apiError(422, "Invalid") })
        : refuse(gvr, ref, body, options);
    world.routemap(blueGreen.replace("spec:\n", "spec:\n        hostnames: [never.example.com]\n"));
    await world.clock.advance(100);
    expect(world.condition("WriteFailed")).toBeDefined();
    world.version("v2", false);
    await world.clock.advance(1000);
    expect(world.shares()).toBe("v1=80 v2=0");
  });

  it("row 37: readiness that flaps at 20 Hz for a minute takes the weight once and gives it back once", async () => {
    const flaps = 20 * 60;
    const writes = routeWrites().length;
    const events = world.events.length;
    const [looks, requests] = [world.looks, world.api.requests.length];
    for (let flap = 1; flap <= flaps; flap += 1) {
      world.version("v2", flap % 2 === 0);
      await world.clock.advance(50);
    }
    expect(routeWrites().length - writes).toBe(1);
    expect(world.shares()).toBe("v1=80 v2=0");
    // Each flap is three events: one look at the first of them and one at all the others.
    expect(world.looks - looks).toBeLessThan(2.1 * flaps);
    // The status once a second, and what one return takes.
    expect(world.api.requests.length - requests).toBeLessThan(2 * 60);
    expect(world.events.slice(events)).toEqual([
      "TrafficReturned app",
      "Unconfirmed app",
      "Released v2",
      "Released v2",
    ]);
    await world.clock.advance(2949);
    expect(world.shares()).toBe("v1=80 v2=0");
    await world.clock.advance(2);
    expect(world.shares()).toBe("v1=80 v2=20");
    expect(routeWrites().length - writes).toBe(2);
  }, 120_000);

  it("row 30: a finalizer that somebody else takes away is back in the same instant, and traffic stays", async () => {
    const before = routeWrites().length;
    for (const gvr of [gvrs.deploy, gvrs.svc]) {
      clobber(gvr, "v2");
      expect(world.held(gvr, "v2")).toBe(false);
    }
    await world.clock.advance(1);
    for (const gvr of [gvrs.deploy, gvrs.svc]) expect(world.held(gvr, "v2")).toBe(true);
    expect(routeWrites().length).toBe(before);
    expect(world.shares()).toBe("v1=80 v2=20");
  });

  it("row 30: a version that cannot be held again has its traffic taken within two seconds", async () => {
    world.api.denied = new Set(["patch deployments.apps"]);
    clobber(gvrs.deploy, "v2");
    await world.clock.advance(999);
    expect(world.shares()).toBe("v1=80 v2=20");
    await world.clock.advance(1000);
    expect(world.shares()).toBe("v1=80 v2=0");
  });
});
