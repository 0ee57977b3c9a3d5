import { describe, expect, it } from "@jest/globals";

import { defaultConfig, kind } from "../../../src/config/defaults.js";
import { reportStatus } from "../../../src/routing/report.js";
import { PlanWorld } from "../../support/planWorld.js";

const splitter = kind("ts", "traefik.io", "v1alpha1", "traefikservices", {});
const base = defaultConfig();
const config = { kinds: [...base.kinds, splitter], outputs: [...base.outputs, "ts"] };

const spec = (services: string): string => `
versions:
- {name: v1, resources: [{gvrShort: deploy, name: v1}, {gvrShort: svc, name: v1}]}
- {name: v2, resources: [{gvrShort: deploy, name: v2}, {gvrShort: svc, name: v2}]}
routingTemplates:
  split:
    gvrShort: ts
    template: |
      apiVersion: traefik.io/v1alpha1
      kind: TraefikService
      metadata: {name: app}
      spec:
        weighted:
          services:
${services}
`;
const weighted = spec(
  "          - {name: v1, weight: {{ index .Weights 0 }}}\n          - {name: v2, weight: {{ index .Weights 1 }}}",
);
const blind = spec("          - {name: v1}\n          - {name: v2}");

describe("a route that cannot be read", () => {
  it("carries a version by our own note, and lets it go 30 s after weight 0 was stored, and drain", () => {
    const world = new PlanWorld(weighted, config);
    world.up("v1");
    world.up("v2");
    world.pass(6000);
    expect(world.log.at(-1)).toBe("raise app 1/1");
    world.delete("deploy", "v2");
    world.pass(39_000, 500);
    expect(world.objects.has("deploy/v2")).toBe(true);
    world.pass(2000, 500);
    expect(world.objects.has("deploy/v2")).toBe(false);
  });

  it("never raises a version that it names whether it has weight or not, and says so", () => {
    const world = new PlanWorld(blind, config);
    world.up("v1");
    world.up("v2");
    world.pass(20_000);
    expect(world.log.filter((line) => line.startsWith("raise"))).toEqual([]);
    const conditions = reportStatus(world.look(), undefined).conditions.map((condition) => condition.type);
    expect(conditions).toContain("Unprovable");
  });
});
