import type { JsonObject } from "../../../../../src/base/json.js";
import { defaultConfig, kind } from "../../../../../src/config/defaults.js";
import { names } from "../../../../../src/routing/names.js";
import { PlanWorld } from "../../../../support/planWorld.js";
import { routeTemplate, versionsOf } from "../../../../support/routemaps.js";

export const base = defaultConfig();
export const splitter = kind("ts", "traefik.io", "v1alpha1", "traefikservices", {});
export const withSplitter = { kinds: [...base.kinds, splitter], outputs: [...base.outputs, "ts"] };
export const blind = `routingTemplates:
  split:
    gvrShort: ts
    template: |
      apiVersion: traefik.io/v1alpha1
      kind: TraefikService
      metadata: {name: app}
      spec: {weighted: {services: [{name: v1}, {name: v2}]}}
`;

export const two = versionsOf(["v1", 80], ["v2", 20]);
export const route =
  "routes:\n- {kind: HTTPRoute, name: app, hostnames: [app.example.com], parentRefs: [{name: gw}]}\n";
export const generated = two + route;
export const templated = two + routeTemplate("app", "v1", "v2");

/** The primary serves everybody. */
export function primaryServes(spec = generated): PlanWorld {
  const world = new PlanWorld(spec);
  world.up("v1");
  world.pass(10_000);
  return world;
}

/** Both versions serve, and every gateway knows. */
export function bothServe(spec = generated): PlanWorld {
  const world = primaryServes(spec);
  world.up("v2");
  world.pass(20_000);
  return world;
}

/** The candidate is there, and `change` happened to it. */
export function candidate(change: (world: PlanWorld) => void, spec = generated): () => PlanWorld {
  return () => {
    const world = primaryServes(spec);
    world.up("v2");
    change(world);
    world.pass(5000);
    return world;
  };
}

/** Both versions serve, then `change` happened, and time went by. */
export function serving(change: (world: PlanWorld) => void, ms = 0, spec = generated): () => PlanWorld {
  return () => {
    const world = bothServe(spec);
    change(world);
    if (ms > 0) world.pass(ms);
    else world.settle();
    return world;
  };
}

export function annotate(world: PlanWorld, annotations: Readonly<Record<string, string>>): void {
  world.annotations = { ...world.annotations, ...annotations };
}

export function weigh(world: PlanWorld, name: string, weight: string): void {
  world.put("deploy", name, { metadata: { annotations: { [names.weight]: weight } } });
}

export function condition(type: string, status: string, more: JsonObject = {}): JsonObject {
  return { type, status, lastTransitionTime: "2029-01-01T00:00:00Z", ...more };
}

export function parents(world: PlanWorld, accepted: string, more: JsonObject): void {
  for (const [key, object] of world.outputs) {
    const conditions = [
      { type: "Accepted", status: accepted, observedGeneration: object.metadata.generation ?? 0, ...more },
    ];
    const status = { parents: [{ parentRef: { name: "gw" }, controllerName: "example.com/gateway", conditions }] };
    world.outputs.set(key, { ...object, status });
  }
  world.observe();
}
