import { describe, expect, it } from "@jest/globals";

import { defaultConfig, kind } from "../../../../src/config/defaults.js";
import { planSteps } from "../../../../src/routing/render/renderWork.js";
import { PlanWorld } from "../../../support/planWorld.js";

function versionsOf(count: number): string {
  const lines = Array.from(
    { length: count },
    (_, i) => `- {name: v${i}, weight: 1, resources: [{gvrShort: svc, name: v${i}}]}`,
  );
  return `versions:\n${lines.join("\n")}\n`;
}

/** A template that names every version that has weight; `before` is worked off first. */
function template(name: string, shorthand: string, head: string, before = ""): string {
  return `
  ${name}:
    gvrShort: ${shorthand}
    template: |
      ${before}
      ${head}
      metadata: {name: ${name}}
      spec:
        parentRefs: [{name: gw}]
        rules:
        - backendRefs:
      {{- range $i, $version := .Versions }}
      {{- if gt (index $.Weights $i) 0 }}
          - {name: {{ .Name }}, port: 80, weight: {{ index $.Weights $i }}}
      {{- end }}
      {{- end }}`;
}

const httpRoute = `apiVersion: gateway.networking.k8s.io/v1\n      kind: HTTPRoute`;
const busy = "{{ range until 20000 }}{{ end }}";

describe("what the templates of a routemap cost in one plan", () => {
  it("is bounded together: none of them is rendered where all of them take too long", () => {
    const all = Array.from({ length: 30 }, (_, i) => template(`r${i}`, "httproute", httpRoute, busy)).join("");
    const world = new PlanWorld(`${versionsOf(2)}routingTemplates:${all}\n`);
    for (const name of ["v0", "v1"]) world.up(name);
    world.pass(10_000);
    const found = world.look();
    expect(found.problems.map(({ problem }) => problem.message).join("\n")).toContain(
      "the templates together take more steps than they may",
    );
    expect(found.survey?.work.meter.left).toBeGreaterThan(-planSteps);
  });

  it("is counted once for the same weights", () => {
    const world = new PlanWorld(`${versionsOf(2)}routingTemplates:${template("r", "httproute", httpRoute, busy)}\n`);
    for (const name of ["v0", "v1"]) world.up(name);
    world.pass(10_000);
    const { problems, survey } = world.look();
    expect(problems).toEqual([]);
    expect(survey?.work.meter.left).toBeGreaterThan(planSteps / 2);
  });

  it("leaves room for twenty versions in a route that nobody can read back", () => {
    const widget = kind("widgets", "example.com", "v1", "widgets", {});
    const config = defaultConfig();
    const world = new PlanWorld(
      `${versionsOf(20)}routingTemplates:${template("r", "widgets", "apiVersion: example.com/v1\n      kind: Widget")}\n`,
      { kinds: [...config.kinds, widget], outputs: [...config.outputs, "widgets"] },
    );
    for (let i = 0; i < 20; i += 1) world.up(`v${i}`);
    world.pass(60_000);
    const { problems, survey } = world.look();
    expect(problems).toEqual([]);
    expect(survey?.work.meter.left).toBeGreaterThan(planSteps / 2);
  });
});
