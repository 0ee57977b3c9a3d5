import { describe, expect, it } from "@jest/globals";

import { arrayAt, stringAt } from "../../../src/base/json.js";
import { PlanWorld } from "../../support/planWorld.js";

const spec = `
versions:
- {name: v1, resources: [{gvrShort: deploy, name: v1}, {gvrShort: svc, name: v1}]}
- {name: v2, resources: [{gvrShort: deploy, name: v2}, {gvrShort: svc, name: v2}]}
routingTemplates:
  mesh:
    gvrShort: vs
    template: |
      apiVersion: networking.istio.io/v1beta1
      kind: VirtualService
      metadata: {name: app}
      spec:
        hosts: [app]
        http:
        - route:
          - {destination: {host: v1}, weight: {{ index .Percents 0 }}}
          - {destination: {host: v2}, weight: {{ index .Percents 1 }}}
  rules:
    gvrShort: dr
    template: |
      apiVersion: networking.istio.io/v1beta1
      kind: DestinationRule
      metadata: {name: app}
      spec:
        host: app
        subsets:
        - {name: v1, labels: {app: v1}}
        {{- if gt (index .Weights 1) 0 }}
        - {name: v2, labels: {app: v2}}
        {{- end }}
`;

function subsets(world: PlanWorld): string[] {
  const rule = [...world.outputs.values()].find((output) => output.kind === "DestinationRule");
  return arrayAt(rule, "spec", "subsets").map((subset) => stringAt(subset, "name") ?? "");
}

describe("a DestinationRule beside a VirtualService", () => {
  it("is written before the route when a version comes, and after it when one goes", () => {
    const world = new PlanWorld(spec);
    world.up("v1");
    world.pass(5000);
    world.log.length = 0;
    world.up("v2");
    world.pass(5000);
    const writes = world.log.filter((line) => !line.startsWith("claim"));
    expect(writes).toEqual(["reweight app 1/1", "raise app 1/1"]);
    expect(subsets(world)).toEqual(["v1", "v2"]);
    world.log.length = 0;
    world.up("v2", false);
    world.settle();
    expect(world.log[0]).toBe("return app 1/0");
    expect(subsets(world)).toEqual(["v1"]);
  });

  it("carries no traffic itself, so nothing waits for it", () => {
    const world = new PlanWorld(spec);
    world.up("v1");
    world.up("v2");
    world.pass(5000);
    world.delete("deploy", "v2");
    world.delete("svc", "v2");
    world.pass(30_000);
    expect(world.objects.has("deploy/v2")).toBe(false);
  });
});
