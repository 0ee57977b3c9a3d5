import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { names } from "../../../../src/routing/names.js";
import { routeTemplate, versionsOf } from "../../../support/routemaps.js";
import { gvrs, ShellWorld } from "../../../support/shellWorld.js";

const count = 60;

describe("many routemaps at once", () => {
  let world: ShellWorld;
  beforeEach(() => {
    world = new ShellWorld();
    world.version("v1");
    for (let index = 0; index < count; index += 1) add(`app${index}`);
  });
  afterEach(() => world.close());

  function add(name: string): void {
    world.api.server.put(gvrs.cm, {
      namespace: "default",
      name,
      kind: "ConfigMap",
      metadata: { labels: { [names.kindLabel]: names.routemapKind } },
      data: { strSpec: versionsOf(["v1", 1]) + routeTemplate(name, "v1") },
    });
  }

  const applied = (resource: string): readonly string[] =>
    world.api.requests
      .filter(({ verb }) => verb === "apply")
      .flatMap(({ target }) => (target.startsWith(resource) ? [target] : []));

  it("get their routes before any of those that others wait behind gets its status", async () => {
    world.start();
    await world.clock.advance(25);
    expect(new Set(applied("httproutes")).size).toBe(count);
    const order = world.api.requests
      .filter(({ verb }) => verb === "apply")
      .map(({ target }) => target.split(/[./]/)[0]);
    expect(order.slice(0, count - 16)).toEqual(Array<string>(count - 16).fill("httproutes"));
  });

  it("have all their statuses a second later", async () => {
    world.start();
    await world.clock.advance(25);
    expect(new Set(applied("configmaps")).size).toBeLessThan(count);
    await world.clock.advance(2000);
    expect(new Set(applied("configmaps")).size).toBe(count);
  });
});
