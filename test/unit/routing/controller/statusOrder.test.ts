import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { groupResourceOf } from "../../../../src/kube/resource.js";
import { names } from "../../../../src/routing/names.js";
import { routeTemplate, versionsOf } from "../../../support/routemaps.js";
import { gvrs, ShellWorld } from "../../../support/shellWorld.js";

const count = 60;
const httproutes = { group: "gateway.networking.k8s.io", version: "v1", resource: "httproutes" };

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

  it("are not looked at again for the answer to a write of their own, only for those of others", async () => {
    const controller = world.start();
    await world.clock.advance(10_000);
    const route = world.api.server.get(httproutes, { namespace: "default", name: "app7" });
    const owner = route?.metadata.labels?.[names.owner];
    if (route === undefined || owner === undefined) throw new Error("app7 has a route");
    const take = (revision: number): void => {
      const resourceVersion = String(Number(route.metadata.resourceVersion) + revision);
      controller.watches.put("output", groupResourceOf(httproutes), {
        ...route,
        metadata: { ...route.metadata, resourceVersion },
      });
    };
    const before = world.looks;
    controller.world.takeOwn(owner, () => take(1000));
    await world.clock.advance(100);
    expect(world.looks - before).toBe(0);
    take(1001);
    await world.clock.advance(100);
    expect(world.looks - before).toBe(1);
  });
});
