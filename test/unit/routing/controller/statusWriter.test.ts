import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { names } from "../../../../src/routing/names.js";
import { apiError } from "../../../support/fakeApi.js";
import { routeTemplate, versionsOf } from "../../../support/routemaps.js";
import { gvrs, ShellWorld } from "../../../support/shellWorld.js";

const spec = versionsOf(["v1", 1]) + routeTemplate("app", "v1");

/** Counts writes of statuses from now on, and holds the second one until it is told how that ends. */
class HeldWrite {
  writes = 0;
  end: (how: "stored" | "refused") => void = () => undefined;

  constructor(world: ShellWorld) {
    const apply = world.api.apply.bind(world.api);
    world.api.apply = async (gvr, ref, body, options) => {
      if (gvr.resource !== "configmaps") return apply(gvr, ref, body, options);
      this.writes += 1;
      const how = this.writes === 2 ? await new Promise((resolve) => (this.end = resolve)) : "stored";
      return how === "stored" ? apply(gvr, ref, body, options) : { ok: false, error: apiError(503, "Refused") };
    };
  }
}

describe("the status of a routemap", () => {
  let world: ShellWorld;
  beforeEach(() => {
    world = new ShellWorld();
    world.version("v1");
    world.routemap(spec);
  });
  afterEach(() => world.close());

  const ready = (): string | undefined =>
    world.api.server.get(gvrs.cm, { namespace: "default", name: "app" })?.metadata.annotations?.[names.ready];

  it.each([409, 500, 503])("is written again a second after the API server answered with %i", async (code) => {
    world.start();
    await world.clock.advance(10_000);
    expect(ready()).toBe("True");
    const apply = world.api.apply.bind(world.api);
    let refused = 0;
    world.api.apply = (gvr, ref, body, options) => {
      if (gvr.resource !== "configmaps" || refused > 0) return apply(gvr, ref, body, options);
      refused += 1;
      return Promise.resolve({ ok: false, error: apiError(code, "Refused") });
    };
    world.api.server.put(gvrs.cm, {
      namespace: "default",
      name: "app",
      kind: "ConfigMap",
      metadata: { labels: { [names.kindLabel]: names.routemapKind }, annotations: { [names.ready]: "overwritten" } },
      data: { strSpec: spec },
    });
    await world.clock.advance(100);
    expect([refused, ready()]).toEqual([1, "overwritten"]);
    await world.clock.advance(3000);
    expect(ready()).toBe("True");
  });

  it("is not written anew before the answer to the last write has come, and no more than once then", async () => {
    world.start();
    await world.clock.advance(10_000);
    const held = new HeldWrite(world);
    world.version("v1", false);
    await world.clock.advance(100);
    world.version("v1");
    await world.clock.advance(5000);
    expect(held.writes).toBe(2);
    const looks = world.looks;
    world.api.server.put(gvrs.svc, {
      namespace: "default",
      name: "v1",
      kind: "Service",
      metadata: { labels: { [names.watchLabel]: "true", unread: "yes" }, finalizers: [names.finalizer] },
      spec: { selector: { app: "v1" } },
    });
    await world.clock.advance(10);
    expect(world.looks).toBeGreaterThan(looks);
    await world.clock.advance(2000);
    expect(held.writes).toBe(2);
    held.end("stored");
    await world.clock.advance(10_000);
    expect(held.writes).toBe(3);
  });

  it("that failed does not take the place of a newer one", async () => {
    world.start();
    await world.clock.advance(10_000);
    const held = new HeldWrite(world);
    world.version("v1", false);
    await world.clock.advance(100);
    world.version("v1");
    await world.clock.advance(5000);
    expect([held.writes, ready()]).toEqual([2, "False"]);
    world.version("v1", false);
    await world.clock.advance(10);
    held.end("refused");
    await world.clock.advance(10_000);
    expect(ready()).toBe("False");
    world.version("v1");
    await world.clock.advance(10_000);
    expect(ready()).toBe("True");
  });

  it("comes to rest although two controllers whose clocks differ are at work", async () => {
    world.start();
    world.serverAhead = 1500;
    world.start();
    await world.clock.advance(10_000);
    world.version("v1", false);
    await world.clock.advance(5000);
    world.version("v1");
    await world.clock.advance(5000);
    const before = world.api.requests.length;
    await world.clock.advance(20_000);
    expect(world.api.requests.slice(before).filter(({ verb }) => verb === "apply")).toEqual([]);
  });
});
