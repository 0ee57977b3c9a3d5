import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import type { JsonObject } from "../../../src/base/json.js";
import { arrayAt, numberAt, stringAt } from "../../../src/base/json.js";
import type { Plan } from "../../../src/routing/plan.js";
import { PlanWorld } from "../../support/planWorld.js";
import type { Arrivals, SampleRequest } from "../../support/requests/request.js";
import { send } from "../../support/requests/send.js";
import type { Shares, Strategy, VersionState } from "../../support/routeOracle.js";
import { everybody, isReady, sharesText, takesItsOwn } from "../../support/routeOracle.js";

const names = ["v1", "v2", "v3", "v4"] as const;
type Name = (typeof names)[number];

interface Setup {
  readonly strategy: Strategy;
  readonly count: number;
  readonly weights: readonly number[];
  readonly sticky: boolean;
  readonly subsets: boolean;
  readonly percents: readonly number[];
}

type Change =
  | { readonly do: "ready" | "down" | "delete" | "deleteService" | "unlist"; readonly version: Name }
  | { readonly do: "port"; readonly version: Name; readonly port: number }
  | { readonly do: "weight"; readonly version: Name; readonly weight: number }
  | { readonly do: "strategy"; readonly strategy: Strategy };

const strategies = fc.constantFrom<Strategy>("blue-green", "canary", "mirror");
const weight = fc.constantFrom(0, 0, 1, 2, 1000);
const version = fc.constantFrom(...names);

const setups: fc.Arbitrary<Setup> = fc.record({
  strategy: strategies,
  count: fc.integer({ min: 1, max: 4 }),
  weights: fc.array(weight, { minLength: 4, maxLength: 4 }),
  sticky: fc.boolean(),
  subsets: fc.boolean(),
  percents: fc.array(fc.constantFrom(0, 20, 100), { minLength: 4, maxLength: 4 }),
});

const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("ready"), version }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constantFrom("down", "delete", "deleteService", "unlist"), version }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("port"), version, port: fc.constantFrom(80, 8080) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("weight"), version, weight }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("strategy"), strategy: strategies }) },
);

/** What happens at once before the world comes to rest again. */
const moments = fc.array(fc.array(change, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 6 });

const http = "httproutes.gateway.networking.k8s.io/app";
const grpc = "grpcroutes.gateway.networking.k8s.io/app";
const mesh = "virtualservices.networking.istio.io/app";

/** Long enough for a version to be proven idle, confirmed, settled and drained. */
const rest = 45_000;

/** A routemap whose routes of all kinds are to do the same, and the cluster around it. */
class RoutesWorld extends PlanWorld {
  readonly corrections: string[] = [];
  private readonly weights: number[];
  private readonly ports = new Map<Name, number>();
  private readonly unlisted = new Set<Name>();
  private strategy: Strategy;

  constructor(private readonly setup: Setup) {
    super("versions: [{name: v1}]");
    this.weights = [...setup.weights];
    this.strategy = setup.strategy;
    this.respec();
  }

  get now(): Strategy {
    return this.strategy;
  }

  /** Names of all versions that ever were in the spec, in its order. */
  get everyone(): readonly Name[] {
    return names.slice(0, this.setup.count);
  }

  /** Name → percentage of the copies. */
  percent(name: Name): number {
    return this.setup.percents[names.indexOf(name)] ?? 0;
  }

  /** The cluster as it is, told without the product. */
  states(): readonly VersionState[] {
    return this.everyone.map((name, index) => {
      const objects = [this.objects.get(`deploy/${name}`), this.objects.get(`svc/${name}`)];
      return {
        name,
        listed: !this.unlisted.has(name),
        weight: this.weights[index] ?? 0,
        there: objects.every((object) => object !== undefined),
        deleting: objects.some((object) => object?.metadata.deletionTimestamp !== undefined),
        serving: this.endpoints.get(name) === 1,
      };
    });
  }

  portOf(name: string): number {
    const service = this.objects.get(`svc/${name}`);
    return numberAt(arrayAt(service, "spec", "ports")[0], "port") ?? 0;
  }

  /** The guard has nothing to correct in what a route without a template gives. */
  override look(): Plan {
    const result = super.look();
    for (const { rendered } of result.decisions)
      if (rendered.source !== "")
        this.corrections.push(...rendered.corrections.map(({ path, what }) => `${what} ${path}`));
    return result;
  }

  happen(event: Change): void {
    if (event.do === "strategy") this.strategy = event.strategy;
    else if (this.everyone.includes(event.version)) this.happenTo(event);
    this.respec();
  }

  private happenTo(event: Exclude<Change, { do: "strategy" }>): void {
    const { version: name } = event;
    switch (event.do) {
      case "ready":
        this.become(name, true);
        break;
      case "down":
        if (this.objects.has(`deploy/${name}`)) this.become(name, false);
        break;
      case "delete":
        this.delete("deploy", name);
        this.delete("svc", name);
        break;
      case "deleteService":
        this.delete("svc", name);
        break;
      case "port":
        this.ports.set(name, event.port);
        if (this.objects.has(`svc/${name}`)) this.become(name, this.endpoints.get(name) === 1);
        break;
      case "weight":
        this.weights[names.indexOf(name)] = event.weight;
        break;
      case "unlist":
        if (!this.unlisted.delete(name) && this.everyone.length - this.unlisted.size > 1) this.unlisted.add(name);
        break;
    }
  }

  private become(name: Name, ready: boolean): void {
    this.up(name, ready);
    const ports = [{ port: this.ports.get(name) ?? 80 }];
    this.put("svc", name, { spec: { selector: { app: name }, type: "ClusterIP", ports } });
  }

  private respec(): void {
    const listed = this.everyone.filter((name) => !this.unlisted.has(name));
    const versions = listed.map((name) => ({
      name,
      weight: this.weights[names.indexOf(name)] ?? 0,
      resources: ["deploy", "svc"].map((gvrShort) => ({ gvrShort, name })),
    }));
    const kinds = ["HTTPRoute", "GRPCRoute", "VirtualService"] as const;
    const routes = kinds.map((kind) => this.route(kind, listed));
    this.setSpec(JSON.stringify({ versions, routes }));
    const { spec } = this.observe();
    if (spec.state === "invalid") throw new Error(JSON.stringify(spec.problems));
  }

  private route(kind: "HTTPRoute" | "GRPCRoute" | "VirtualService", listed: readonly Name[]): JsonObject {
    const { sticky, subsets } = this.setup;
    const { strategy } = this;
    const istio = kind === "VirtualService";
    const candidates = listed.slice(1);
    const perCandidate = (value: (name: Name) => JsonObject | number): JsonObject =>
      Object.fromEntries(candidates.map((name) => [name, value(name)]));
    const header = (name: Name): JsonObject =>
      istio ? { headers: { "x-canary": { exact: name } } } : { headers: [{ name: "x-canary", value: name }] };
    const match = Object.fromEntries(candidates.map((name) => [name, [header(name)]]));
    const labels = Object.fromEntries(listed.map((name) => [name, { app: name }]));
    return {
      ...{ kind, name: "app", strategy, hostnames: ["app.example.com"] },
      ...(istio ? { gateways: ["gw"] } : { parentRefs: [{ name: "gw" }] }),
      ...(istio && subsets ? { service: "app", subsets: labels } : {}),
      ...(strategy === "canary" ? { match } : {}),
      ...(strategy === "mirror" ? { mirror: perCandidate((name) => this.percent(name)) } : {}),
      ...(strategy === "blue-green" && sticky && kind !== "GRPCRoute" ? { sticky: { cookie: "app" } } : {}),
    };
  }
}

const plain: SampleRequest = { called: "anybody", path: "/", headers: {} };
const asking = (name: Name): SampleRequest => ({
  called: `x-canary ${name}`,
  path: "/",
  headers: { "x-canary": name },
});
const keeping = (name: Name): SampleRequest => ({
  called: `cookie ${name}`,
  path: "/",
  headers: { cookie: `app=${name}` },
});

/** A GRPCRoute matches by header and shares out as an HTTPRoute does. */
function sent(world: RoutesWorld, key: string, request: SampleRequest): Arrivals {
  return send({ ...world.outputs.get(key), kind: key === mesh ? "VirtualService" : "HTTPRoute" }, request);
}

function expectAll(world: RoutesWorld, request: SampleRequest, shares: Shares, keys: readonly string[]): void {
  for (const key of keys) {
    const { answered, misnamed } = sent(world, key, request);
    expect(`${key}, ${request.called}: ${sharesText(answered)}`).toBe(
      `${key}, ${request.called}: ${sharesText(shares)}`,
    );
    expect(misnamed).toEqual([]);
  }
}

const all = [http, grpc, mesh] as const;

/** Everybody's requests, those that a match, a cookie or a mirror is about, and the ports. */
function expectRoutes(world: RoutesWorld, shares: Shares, sticky: boolean): void {
  const states = world.states();
  const alone = (name: string): Shares => new Map([[name, 1]]);
  expectAll(world, plain, shares, all);
  const primary = states.find(({ listed }) => listed)?.name;
  for (const name of world.everyone) {
    const state = states.find((candidate) => candidate.name === name);
    if (state === undefined) continue;
    const candidate = state.listed && name !== primary;
    const asked = world.now === "canary" && candidate && takesItsOwn(state, shares);
    expectAll(world, asking(name), asked ? alone(name) : shares, all);
    const kept = world.now === "blue-green" && sticky && (shares.get(name) ?? 0) > 0;
    expectAll(world, keeping(name), kept ? alone(name) : shares, [http, mesh]);
    const copied = world.now === "mirror" && candidate && isReady(state) && state.weight > 0 && !shares.has(name);
    for (const key of all)
      expect((sent(world, key, plain).copied.get(name) ?? 0) * 100).toBe(copied ? world.percent(name) : 0);
    if (!isReady(state) || !shares.has(name)) continue;
    const refs = arrayAt(world.outputs.get(http), "spec", "rules").flatMap((rule) => arrayAt(rule, "backendRefs"));
    const ports = refs.filter((ref) => stringAt(ref, "name") === name).map((ref) => numberAt(ref, "port"));
    expect(new Set(ports)).toEqual(new Set([world.portOf(name)]));
  }
}

/** While the primary is ready nobody waits for anything: what is not ready gets nothing at once. */
function expectSafe(world: RoutesWorld): void {
  const states = world.states();
  const primary = states.find(({ listed }) => listed);
  if (primary === undefined || !isReady(primary)) return;
  for (const request of [plain, ...world.everyone.flatMap((name) => [asking(name), keeping(name)])])
    for (const key of all) {
      if (!world.outputs.has(key)) continue;
      const { answered, copied } = sent(world, key, request);
      const reached = states.filter(({ name }) => answered.has(name) || copied.has(name));
      expect(reached.filter((state) => !isReady(state)).map(({ name }) => name)).toEqual([]);
    }
}

/** Whether nobody that is known may have anything, so that everything stays as it is stored. */
function isStuck(states: readonly VersionState[]): boolean {
  const primary = states.find(({ listed }) => listed);
  const stands = primary?.there === true && !primary.deleting;
  const last = states.some((state) => state.there && state.serving && (state.deleting || !state.listed));
  return !stands && !states.some(isReady) && !last;
}

describe("routes of every kind, whatever happens to their versions", () => {
  test("give at rest exactly the planned shares, alike, and nothing to what is not ready", () => {
    fc.assert(
      fc.property(setups, moments, (setup, events) => {
        const world = new RoutesWorld(setup);
        let shares: Shares = new Map();
        for (const moment of events) {
          for (const event of moment) world.happen(event);
          shares = everybody(world.now, world.states(), shares);
          world.settle();
          expectSafe(world);
          world.pass(rest, 5000);
          shares = everybody(world.now, world.states(), shares);
          if (shares.size === 0) expect(all.filter((key) => world.outputs.has(key))).toEqual([]);
          else if (isStuck(world.states())) expectAll(world, plain, shares, all);
          else expectRoutes(world, shares, setup.sticky);
        }
        expect(world.corrections).toEqual([]);
        const written = world.log.length;
        world.pass(rest, 15_000);
        expect(world.log.slice(written)).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});
