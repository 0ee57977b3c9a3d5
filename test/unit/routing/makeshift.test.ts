import { describe, expect, it } from "@jest/globals";

import { defaultConfig } from "../../../src/config/defaults.js";
import { makeshiftSpec } from "../../../src/routing/makeshift.js";
import { PlanWorld } from "../../support/planWorld.js";
import { routeTemplate, versionsOf } from "../../support/routemaps.js";

const kinds = new Map(defaultConfig().kinds.map((kind) => [kind.shorthand, kind]));

describe("what stored outputs tell of a spec", () => {
  it("is its versions with their resources and weights, and nothing to render", () => {
    const world = new PlanWorld(versionsOf(["v1", 80], ["v2", 20]) + routeTemplate("app", "v1", "v2"));
    world.up("v1");
    world.up("v2");
    world.pass(10_000);
    const resources = (name: string): object[] => [
      { kind: "deploy", namespace: "default", name },
      { kind: "svc", namespace: "default", name },
    ];
    expect(makeshiftSpec([...world.outputs.values()], kinds)).toEqual({
      versions: [
        { name: "v1", weight: 80, resources: resources("v1") },
        { name: "v2", weight: 20, resources: resources("v2") },
      ],
      templates: [],
      routes: [],
      release: {},
    });
  });

  it("is nothing where there is no note, or one that is not ours", () => {
    expect(makeshiftSpec([], kinds)).toBeUndefined();
    const metadata = { name: "x", uid: "u", resourceVersion: "1", annotations: { "iter8.tools/applied": "{}" } };
    expect(makeshiftSpec([{ apiVersion: "v1", kind: "X", metadata }], kinds)).toBeUndefined();
  });
});
