import { beforeAll, describe, expect, it } from "@jest/globals";

import { objectAt } from "../../../../src/base/json.js";
import type { Action, WriteAction } from "../../../../src/routing/actions.js";
import { ReverseIndex } from "../../../../src/routing/controller/reverseIndex.js";
import { blankMemory } from "../../../../src/routing/memory.js";
import type { Observed } from "../../../../src/routing/observed.js";
import type { Plan } from "../../../../src/routing/plan.js";
import { plan } from "../../../../src/routing/plan.js";
import { reportStatus } from "../../../../src/routing/report.js";
import type { Condition } from "../../../../src/routing/status.js";
import { iter8Spec, leadsTo } from "../../../support/iter8/fixtures.js";
import { PlanWorld } from "../../../support/planWorld.js";

// Each test is named after the behaviour that stands where Iter8 1.1 has a defect.

const route = (name: string, spec: string): string => `
  ${name}:
    gvrShort: httproute
    template: |
      apiVersion: gateway.networking.k8s.io/v1
      kind: HTTPRoute
      metadata: {name: ${name}}
      spec: ${spec}
`;
const one = (name = "v1"): string =>
  `versions: [{name: ${name}, resources: [{gvrShort: deploy, name: ${name}}, {gvrShort: svc, name: ${name}}]}]`;
const toFirst =
  "{parentRefs: [{name: gw}], rules: [{backendRefs: [{name: v1, port: 80, weight: {{ index .Weights 0 }}}]}]}";

let blueGreen: string;
beforeAll(async () => {
  blueGreen = await iter8Spec("gateway-blue-green", "default");
});

function running(spec = blueGreen): PlanWorld {
  const world = new PlanWorld(spec);
  world.up("httpbin-0");
  world.up("httpbin-1");
  world.pass(10_000);
  world.log.length = 0;
  return world;
}

function single(templates: string): PlanWorld {
  const world = new PlanWorld(`${one()}\nroutingTemplates:${templates}`);
  world.up("v1");
  world.pass(5000);
  return world;
}

const now = (world: PlanWorld): { monotonic: number; server: number } => ({
  monotonic: world.time,
  server: world.epoch,
});

function seenAs(world: PlanWorld, change: Partial<Observed>): Plan {
  return plan({ ...world.observe(), ...change }, now(world));
}

function conditions(result: Plan, invalid?: string): readonly Condition[] {
  return reportStatus(result, invalid).conditions.filter(({ type }) => type !== "Ready");
}

function writes(actions: readonly Action[]): readonly WriteAction[] {
  return actions.filter((action) => action.type === "write");
}

const leads = (world: PlanWorld): readonly string[] => [...world.outputs.values()].map(leadsTo);

describe("a resource of a version", () => {
  it("without a namespace is looked for in the routemap's own, and there alone", () => {
    const world = running();
    const asked = new Set<string>();
    const elsewhere = seenAs(world, {
      resource: (ref) => {
        asked.add(`${ref.namespace}/${ref.name}`);
        return world.observe().resource(ref);
      },
    });
    expect(asked).toEqual(new Set(["default/httpbin-0", "default/httpbin-1"]));
    expect(elsewhere.survey?.desire.weights).toEqual([80, 20]);
  });

  it("wakes every routemap that lists it, and no other", () => {
    const index = new ReverseIndex();
    index.set("first", ["services/shop/httpbin", "deployments.apps/shop/httpbin"]);
    index.set("second", ["services/shop/httpbin"]);
    index.set("third", ["services/other/httpbin"]);
    expect([...index.owners("services/shop/httpbin")]).toEqual(["first", "second"]);
    index.set("first", ["deployments.apps/shop/httpbin"]);
    expect([...index.owners("services/shop/httpbin")]).toEqual(["second"]);
    index.set("second", []);
    expect([...index.owners("services/shop/httpbin")]).toEqual([]);
  });

  it("that is labelled but listed by nobody is not held, nor is that of an app of one version", () => {
    const world = single(route("app", toFirst));
    world.up("bystander");
    world.pass(60_000);
    expect(world.log).toEqual(["create app 1"]);
  });

  it("may scale without its traffic moving", () => {
    const world = running();
    const before = world.objects.get("deploy/httpbin-1");
    world.put("deploy", "httpbin-1", {
      metadata: { generation: 2 },
      spec: { ...objectAt(before, "spec"), replicas: 5 },
    });
    world.pass(10_000);
    expect(world.log).toEqual([]);
    expect(leads(world)).toEqual(["httpbin-0=80 httpbin-1=20"]);
  });
});

describe("at the start", () => {
  it("nothing is written before the versions have been seen, whatever the live route says", () => {
    const world = running();
    world.memory = blankMemory;
    for (const kind of ["deploy", "svc"]) world.unseenKinds.add(kind);
    world.pass(60_000);
    expect(world.log).toEqual([]);
    const fresh = new PlanWorld(blueGreen);
    for (const kind of ["deploy", "svc"]) fresh.unseenKinds.add(kind);
    fresh.pass(60_000);
    expect(fresh.log).toEqual([]);
  });
});

describe("a finalizer", () => {
  it("stays while the route that leaves its version cannot be written", () => {
    const world = running();
    world.delete("deploy", "httpbin-1");
    for (let minute = 0; minute < 9; minute += 1) {
      world.time += 60_000;
      expect(world.look().stage).toMatchObject([{ type: "write", mode: "return" }]);
    }
    expect(world.objects.get("deploy/httpbin-1")?.metadata.finalizers).toEqual(["iter8.tools/finalizer"]);
  });
});

describe("an edit that cannot be decoded", () => {
  it("keeps the last good routes, and the status names path and fix", () => {
    const world = running();
    world.setSpec(blueGreen.replace("gvrShort: svc", "gvrShort: sv"));
    world.pass(5000);
    expect(world.log).toEqual([]);
    const { spec } = world.observe();
    const problem = spec.state === "invalid" ? spec.problems[0] : undefined;
    expect(problem).toMatchObject({ path: "versions[0].resources[0].gvrShort", fix: "did you mean svc?" });
    expect(conditions(world.look(), problem?.message)).toMatchObject([{ type: "SpecInvalid", status: "True" }]);
  });
});

describe("an output", () => {
  it("is owned by its routemap in the words that the garbage collector knows", () => {
    const world = running();
    const [output] = world.outputs.values();
    expect(output?.metadata.ownerReferences).toEqual([
      { apiVersion: "v1", kind: "ConfigMap", name: "app", uid: "map-1" },
    ]);
  });

  it("goes when its template yields nothing any more", () => {
    const optional = route("app", toFirst).replace(
      "      apiVersion",
      '      {{- if ne (index .Annotations "example.com/off") "yes" }}\n      apiVersion',
    );
    const world = single(`${optional}      {{- end }}\n${route("other", toFirst)}`);
    expect(world.outputs.size).toBe(2);
    world.annotations = { "example.com/off": "yes" };
    world.pass(60_000);
    expect([...world.outputs.values()].map(({ metadata }) => metadata.name)).toEqual(["other"]);
  });

  it("is never taken from others to give a version more", () => {
    const modes: string[] = [];
    const world = new PlanWorld(blueGreen);
    world.up("httpbin-0");
    world.up("httpbin-1");
    for (let round = 0; round < 40; round += 1) {
      world.time += 500;
      const { stage } = world.look();
      for (const { mode, force } of writes(stage)) modes.push(`${mode} ${force ? "by force" : "politely"}`);
      for (const action of stage) world.carryOut(action);
    }
    expect(modes.length).toBeGreaterThan(0);
    expect(modes.filter((mode) => !/^(create|raise) politely$/.test(mode))).toEqual([]);
  });

  it("of a kind that the cluster does not have is a condition, not a crash", () => {
    const world = running();
    const result = seenAs(world, { output: () => ({ state: "kindAbsent" }), ownOutputs: () => [] });
    expect(conditions(result)).toMatchObject([{ type: "KindAbsent" }]);
    expect(result.stage).toEqual([]);
  });

  it("whose write failed is tried again by itself, and the status says why it is late", () => {
    const world = running();
    world.setSpec(blueGreen.replace("httpbin-gateway", "another-gateway"));
    const retryAt = world.time + 5000;
    const trouble = { condition: "WriteFailed", reason: "WriteFailed", message: "no", tries: 1, retryAt } as const;
    world.memory = { ...world.memory, troubles: new Map([["httproutes.gateway.networking.k8s.io/httpbin", trouble]]) };
    const result = world.look();
    expect(conditions(result)).toMatchObject([{ type: "WriteFailed", message: "no" }]);
    expect(result).toMatchObject({ stage: [], again: retryAt });
    world.time = retryAt;
    expect(world.look().stage).toMatchObject([{ type: "write", mode: "reweight" }]);
  });
});

describe("a template", () => {
  it("gets text as it is: nothing is escaped as if it were HTML", () => {
    const text = `<a href="x">Tom & Jerry's</a><script>`;
    const world = single("");
    world.annotations = { "example.com/note": text };
    world.setSpec(
      `${one()}\nroutingTemplates:${route("app", toFirst).replace(
        "{name: app}",
        '\n        name: app\n        annotations: {note: {{ index .Annotations "example.com/note" | quote }}}',
      )}`,
    );
    world.pass(5000);
    expect([...world.outputs.values()][0]?.metadata.annotations?.["note"]).toBe(text);
  });

  it("that fails does not keep the others from being written", () => {
    const world = single(route("bad", "{rules: [{{ index .Weights 7 }}]}") + route("good", toFirst));
    expect([...world.outputs.values()].map(({ metadata }) => metadata.name)).toEqual(["good"]);
    expect(conditions(world.look())).toMatchObject([{ type: "TemplateFailed" }]);
  });

  it("that asks for a version that is not listed is told so, with template, line and column", () => {
    const world = single(route("app", "{rules: [{{ index .Weights 1 }}]}"));
    expect(world.outputs.size).toBe(0);
    expect(conditions(world.look())[0]?.message).toMatch(
      /^routingTemplates\.app\.template: .*\(template line 4, column \d+\); correct the template there$/,
    );
  });

  it("that yields blanks only is no error", () => {
    const blank =
      "\n  app:\n    gvrShort: httproute\n    template: |\n      {{- if false }}\n      x\n      {{- end }}\n\n";
    const world = single(blank);
    expect(world.outputs.size).toBe(0);
    expect(conditions(world.look())).toEqual([]);
  });

  it("may not write into another namespace, and says so", () => {
    const world = single(route("app", toFirst).replace("{name: app}", "{name: app, namespace: other}"));
    expect(world.outputs.size).toBe(0);
    expect(conditions(world.look())[0]?.message).toContain('"other" is not the routemap\'s namespace');
  });
});

describe("a weight", () => {
  it("that is no number keeps the stored one, and the status says so", () => {
    const world = running();
    world.put("svc", "httpbin-1", { metadata: { annotations: { "iter8.tools/weight": "a lot" } } });
    world.pass(5000);
    expect(leads(world)).toEqual(["httpbin-0=80 httpbin-1=20"]);
    expect(conditions(world.look())).toMatchObject([{ type: "InvalidWeight" }]);
  });

  it("of all versions together cannot overflow to nothing", () => {
    const world = running(blueGreen.replace("weight: 80", "weight: 1000000").replace("weight: 20", "weight: 1000000"));
    expect(leads(world)).toEqual(["httpbin-0=1000000 httpbin-1=1000000"]);
    world.setSpec(blueGreen.replace("weight: 80", "weight: 4294967295"));
    expect(world.observe().spec).toMatchObject({ state: "invalid", problems: [{ path: "versions[0].weight" }] });
  });

  it("is also there in percent, for fields that take nothing else", () => {
    const percent = toFirst.replace(".Weights", ".Percents");
    const world = new PlanWorld(
      `${one()}\nroutingTemplates:${route("app", percent)}`.replace("name: v1,", "name: v1, weight: 7,"),
    );
    world.up("v1");
    world.pass(5000);
    expect(leads(world)).toEqual(["v1=100"]);
  });
});

describe("several outputs", () => {
  const subsets = `
versions:
- {name: v1, resources: [{gvrShort: deploy, name: v1}, {gvrShort: svc, name: v1}]}
- {name: v2, resources: [{gvrShort: deploy, name: v2}, {gvrShort: svc, name: v2}]}
routingTemplates:
  a-route:
    gvrShort: vs
    template: |
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: app}
      spec:
        hosts: [app]
        http:
        - route:
          - {destination: {host: v1}, weight: {{ index .Weights 0 }}}
          - {destination: {host: v2}, weight: {{ index .Weights 1 }}}
  subsets:
    gvrShort: dr
    template: |
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: app}
      spec:
        host: app
        subsets:
        {{- range $i, $w := .Weights }}{{ if gt $w 0 }}
        - {name: v{{ $i }}}
        {{- end }}{{ end }}
`;

  it("are written in the order in which one needs the other: what is defined comes before what leads there", () => {
    const world = new PlanWorld(subsets);
    world.up("v1");
    world.up("v2");
    const order: string[] = [];
    for (let round = 0; round < 40; round += 1) {
      world.time += 500;
      const { stage } = world.look();
      for (const action of stage) {
        if (action.type === "write") order.push(`${action.output.kind} ${action.weights.join("/")}`);
        world.carryOut(action);
      }
    }
    expect(order.indexOf("dr 1/1")).toBeGreaterThanOrEqual(0);
    expect(order.indexOf("dr 1/1")).toBeLessThan(order.indexOf("vs 1/1"));
    world.up("v2", false);
    order.length = 0;
    for (let round = 0; round < 10; round += 1) {
      const { stage } = world.look();
      for (const action of stage) {
        if (action.type === "write") order.push(`${action.output.kind} ${action.weights.join("/")}`);
        world.carryOut(action);
      }
    }
    expect(order).toEqual(["vs 1/0", "dr 1/0"]);
  });
});
