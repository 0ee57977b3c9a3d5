import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import { arrayAt, numberAt, stringAt } from "../../../src/base/json.js";
import type { Action } from "../../../src/routing/actions.js";
import { names } from "../../../src/routing/names.js";
import { PlanWorld } from "../../support/planWorld.js";

const all = ["v1", "v2", "v3"] as const;
type Name = (typeof all)[number];

function spec(listed: readonly Name[], weights: Readonly<Record<Name, number>>): string {
  const versions = listed.map(
    (name) =>
      `- {name: ${name}, weight: ${weights[name]}, resources: [{gvrShort: deploy, name: ${name}}, {gvrShort: svc, name: ${name}}]}`,
  );
  const refs = listed.map(
    (name, index) => `          - {name: ${name}, port: 80, weight: {{ index .Weights ${index} }}}`,
  );
  return `versions:\n${versions.join("\n")}\nroutingTemplates:\n  http:\n    gvrShort: httproute\n    template: |\n      apiVersion: gateway.networking.k8s.io/v1\n      kind: HTTPRoute\n      metadata: {name: app}\n      spec:\n        parentRefs: [{name: gw}]\n        rules:\n        - backendRefs:\n${refs.join("\n")}\n`;
}

/** A made-up cluster that checks every write of the plan against the safety rules as it is made. */
class CheckedWorld extends PlanWorld {
  readonly broken: string[] = [];
  listed: Name[] = ["v1", "v2"];
  weights: Record<Name, number> = { v1: 1, v2: 1, v3: 1 };

  constructor() {
    super(spec(["v1", "v2"], { v1: 1, v2: 1, v3: 1 }));
  }

  /** Whether the plan has a ready version for everybody's traffic; if not, the last resorts of the fallback apply. */
  hasReadyTarget(): boolean {
    const rule = this.look().survey?.desire.rule ?? "";
    return ["weights", "force-primary", "fallback-primary", "fallback-carrying", "fallback-any-ready"].includes(rule);
  }

  respec(): void {
    this.setSpec(spec(this.listed, this.weights));
  }

  carried(): Record<string, number> {
    const route = this.outputs.get("httproutes.gateway.networking.k8s.io/app");
    const refs = arrayAt(route, "spec", "rules", 0, "backendRefs");
    return Object.fromEntries(refs.map((ref) => [stringAt(ref, "name") ?? "", numberAt(ref, "weight") ?? 1]));
  }

  ready(name: Name): boolean {
    const deploy = this.objects.get(`deploy/${name}`);
    const svc = this.objects.get(`svc/${name}`);
    if (!this.listed.includes(name) || deploy === undefined || svc === undefined) return false;
    const usable = [deploy, svc].every(
      (o) => o.metadata.deletionTimestamp === undefined && o.metadata.labels?.[names.watchLabel] === "true",
    );
    return usable && this.endpoints.get(name) === 1;
  }

  isHeld(name: Name): boolean {
    return ["deploy", "svc"].every(
      (kind) => this.objects.get(`${kind}/${name}`)?.metadata.finalizers?.includes(names.finalizer) === true,
    );
  }

  override carryOut(action: Action): void {
    const before = this.carried();
    if (action.type === "release" && action.ground === "proof") {
      const name = action.ref.name;
      if ((before[name] ?? 0) > 0) this.broken.push(`released ${name} while the route gives it weight`);
    }
    super.carryOut(action);
    if (action.type !== "write") return;
    const after = this.carried();
    if (Object.values(after).every((weight) => weight === 0)) this.broken.push("all weights are zero");
    const anyReady = this.hasReadyTarget();
    for (const name of all) {
      if ((after[name] ?? 0) === 0 || (before[name] ?? 0) > 0) continue;
      if (!anyReady) continue;
      if (!this.ready(name)) this.broken.push(`gave weight to ${name}, which is not ready, while another is`);
      if (!this.isHeld(name) && this.listed.length > 1) this.broken.push(`gave weight to ${name} without a finalizer`);
    }
  }
}

type Step =
  | {
      readonly do: "ready" | "delete" | "recreate" | "label" | "clobber" | "tamper" | "drop" | "weight";
      readonly version: Name;
    }
  | { readonly do: "force" }
  | { readonly do: "pass"; readonly ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constantFrom("ready", "delete", "recreate", "label", "clobber", "tamper", "drop", "weight"),
    version: fc.constantFrom(...all),
  }),
  fc.constant<Step>({ do: "force" }),
  fc.record({ do: fc.constant("pass"), ms: fc.constantFrom(100, 1000, 4000, 30_000) }),
);

function act(world: CheckedWorld, taken: Step): void {
  switch (taken.do) {
    case "pass":
      world.pass(taken.ms);
      return;
    case "force":
      world.annotations = world.annotations[names.forcePrimary] === "true" ? {} : { [names.forcePrimary]: "true" };
      break;
    case "ready":
      if (world.objects.has(`deploy/${taken.version}`))
        world.up(taken.version, world.endpoints.get(taken.version) !== 1);
      break;
    case "delete":
      for (const kind of ["svc", "deploy"]) world.delete(kind, taken.version);
      break;
    case "recreate":
      if (!world.objects.has(`deploy/${taken.version}`) && !world.objects.has(`svc/${taken.version}`))
        world.up(taken.version);
      break;
    case "label":
      relabel(world, taken.version);
      break;
    case "clobber":
      for (const kind of ["svc", "deploy"]) clobber(world, kind, taken.version);
      break;
    case "tamper":
      world.tamper("app", (old) => ({
        ...old,
        rules: [{ backendRefs: [{ name: taken.version, port: 80, weight: 1 }] }],
      }));
      break;
    case "drop":
      if (world.listed.includes(taken.version) && world.listed.length > 1)
        world.listed = world.listed.filter((name) => name !== taken.version);
      else if (!world.listed.includes(taken.version)) world.listed.push(taken.version);
      world.respec();
      break;
    case "weight":
      world.weights = { ...world.weights, [taken.version]: 3 - world.weights[taken.version] };
      world.respec();
  }
  world.settle();
}

function relabel(world: CheckedWorld, version: Name): void {
  const object = world.objects.get(`deploy/${version}`);
  if (object === undefined) return;
  const labels = object.metadata.labels?.[names.watchLabel] === "true" ? {} : { [names.watchLabel]: "true" };
  world.put("deploy", version, { metadata: { labels } });
}

/** Somebody removes every finalizer; an object that was being deleted goes with them. */
function clobber(world: CheckedWorld, kind: string, version: Name): void {
  const object = world.objects.get(`${kind}/${version}`);
  if (object === undefined) return;
  if (object.metadata.deletionTimestamp !== undefined) world.objects.delete(`${kind}/${version}`);
  else world.put(kind, version, { metadata: { finalizers: [] } });
}

/** What must hold once nothing happens any more. */
function atRest(world: CheckedWorld): string[] {
  const found: string[] = [];
  const carried = world.carried();
  const anyReady = world.hasReadyTarget();
  for (const name of all) {
    const weight = carried[name] ?? 0;
    if (weight > 0 && anyReady && !world.ready(name))
      found.push(`${name} keeps weight though it is not ready and another is`);
    if (weight > 0 && anyReady && world.listed.length > 1 && !world.isHeld(name))
      found.push(`${name} carries without a finalizer`);
    for (const kind of ["deploy", "svc"]) {
      const object = world.objects.get(`${kind}/${name}`);
      const held = object?.metadata.finalizers?.includes(names.finalizer) === true;
      if (held && weight === 0) found.push(`${kind}/${name} is held though it carries nothing`);
      if (held && object.metadata.deletionTimestamp !== undefined && anyReady)
        found.push(`${kind}/${name} is deleting and held for ever`);
    }
  }
  return found;
}

describe("for any sequence of events", () => {
  it("no write breaks a safety rule, and what comes to rest is right", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 14 }), (steps) => {
        const world = new CheckedWorld();
        world.up("v1");
        world.up("v2");
        world.pass(6000);
        for (const taken of steps) act(world, taken);
        world.pass(900_000, 15_000);
        const writes = world.log.length;
        world.pass(120_000, 30_000);
        expect(world.broken).toEqual([]);
        expect(atRest(world)).toEqual([]);
        expect(world.log.slice(writes)).toEqual([]);
      }),
      { numRuns: 200, endOnFailure: true },
    );
  }, 120_000);
});
