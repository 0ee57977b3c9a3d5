import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import type { KubeObject } from "../../../../src/kube/object.js";
import { names } from "../../../../src/routing/names.js";
import { apiError } from "../../../support/fakeApi.js";
import { routeTemplate, versionsOf } from "../../../support/routemaps.js";
import { gvrs, ShellWorld } from "../../../support/shellWorld.js";

const spec = versionsOf(["v1", 80], ["v2", 20]) + routeTemplate("app", "v1", "v2");
const candidate = { namespace: "default", name: "v2" };

describe("a held candidate that is deleted in the foreground", () => {
  let world: ShellWorld;
  beforeEach(async () => {
    world = new ShellWorld();
    world.version("v1");
    world.version("v2");
    world.routemap(spec);
    world.start();
    await world.clock.advance(5500);
    world.confirm();
    await world.clock.advance(1000);
    expect(world.held(gvrs.deploy, "v2")).toBe(true);
  });
  afterEach(() => world.close());

  function stored(): KubeObject {
    const object = world.api.server.get(gvrs.deploy, candidate);
    if (object === undefined) throw new Error("v2 is gone");
    return object;
  }

  function deleteInForeground(): void {
    const { metadata } = stored();
    const finalizers = [...(metadata.finalizers ?? []), names.foreground];
    const deletionTimestamp = "2030-01-01T00:00:00Z";
    world.api.server.store(gvrs.deploy, { ...stored(), metadata: { ...metadata, finalizers, deletionTimestamp } });
  }

  /** The garbage collector is done with what belongs to the object. */
  function collect(): void {
    const { metadata } = stored();
    const finalizers = (metadata.finalizers ?? []).filter((finalizer) => finalizer !== names.foreground);
    world.api.server.store(gvrs.deploy, { ...stored(), metadata: { ...metadata, finalizers } });
  }

  const told = (): readonly string[] => world.events.filter((event) => event.startsWith("DeletedInForeground"));
  const note = (): string => world.notes.get("DeletedInForeground") ?? "";

  it("is told about once when it was turned into a deletion in the background", async () => {
    deleteInForeground();
    await world.clock.advance(1000);
    expect(stored().metadata.finalizers).not.toContain(names.foreground);
    expect([told(), world.inForeground]).toEqual([["DeletedInForeground v2"], 1]);
    expect(note()).toContain("it goes on in the background");
    expect(note()).toContain("PrunePropagationPolicy=background");
  });

  it("is told about once when the garbage collector was quicker", async () => {
    deleteInForeground();
    collect();
    await world.clock.advance(1000);
    expect([told(), world.inForeground]).toEqual([["DeletedInForeground v2"], 1]);
    expect(note()).toContain("they went before it could be turned");
    expect(note()).toContain("PrunePropagationPolicy=background");
  });

  it("is told about once when the patch is refused, also after the garbage collector is done", async () => {
    const error = apiError(403, "Forbidden", { message: "a policy forbids it" });
    world.api.jsonPatch = () => Promise.resolve({ ok: false, error });
    deleteInForeground();
    await world.clock.advance(1000);
    collect();
    await world.clock.advance(1000);
    expect([told(), world.inForeground]).toEqual([["DeletedInForeground v2"], 1]);
    expect(note()).toContain("a policy forbids it");
  });

  it("is not told about when it was deleted in the background", async () => {
    world.delete(gvrs.deploy, "v2");
    await world.clock.advance(1000);
    expect([told(), world.inForeground]).toEqual([[], 0]);
  });
});
