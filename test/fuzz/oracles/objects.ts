import assert from "node:assert/strict";

import type { Json } from "../../../src/base/json.js";
import { isArray, isObject } from "../../../src/base/json.js";
import type { KubeObject } from "../../../src/kube/object.js";
import { reportStatus } from "../../../src/routing/report.js";
import { PlanWorld } from "../../support/planWorld.js";

/** A change somewhere inside a value: a member or item becomes something else. */
export type Change = readonly [path: number, value: Json];

const versions = `versions:
- {name: v1, weight: 80, resources: [{gvrShort: deploy, name: v1}, {gvrShort: svc, name: v1}]}
- {name: v2, weight: 20, resources: [{gvrShort: deploy, name: v2, ready: "object.status.availableReplicas > 0"}, {gvrShort: svc, name: v2}]}
`;

/** Routemaps whose routes and workloads others change. */
export const specs: readonly string[] = [
  `routes: [{kind: HTTPRoute, name: app, hostnames: [a.example.com], parentRefs: [{name: gw}]}]`,
  `routes: [{kind: VirtualService, name: app, hostnames: [a.example.com], gateways: [gw]}]`,
  `routes: [{kind: VirtualService, name: app, strategy: mirror, mirror: {v2: 10}, hostnames: [a.example.com], gateways: [gw]}]`,
].map((routes) => versions + routes);

/** A world at rest, in which routes are written and everything is held. */
export function atRest(spec: string): PlanWorld {
  const world = new PlanWorld(spec);
  for (const name of ["v1", "v2"]) world.up(name);
  world.pass(20_000);
  world.confirm();
  world.pass(20_000);
  return world;
}

/** Spoils every route of a world, and looks at it: throws unless it is told the same each time. */
export function judgeRoutesOf(world: PlanWorld, made: readonly Change[]): void {
  for (const [key, route] of world.outputs) world.outputs.set(key, hostile(route, made));
  const first = reportStatus(world.look(), undefined);
  assert.deepEqual(reportStatus(world.look(), undefined), first);
  world.pass(1000);
}

/** Spoils the workload and Service of version v2, and looks. */
export function judgeWorkloadsOf(world: PlanWorld, made: readonly Change[]): void {
  for (const [key, object] of world.objects) if (key.endsWith("/v2")) world.objects.set(key, hostile(object, made));
  world.look();
  world.pass(1000);
}

/** Puts annotations on the routemap, and on every route and workload. */
export function annotate(world: PlanWorld, annotations: Readonly<Record<string, string>>): void {
  for (const map of [world.outputs, world.objects])
    for (const [name, object] of map)
      map.set(name, {
        ...object,
        metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, ...annotations } },
      });
  world.annotations = annotations;
}

/** The object with its identity as it was, which the API server looks after, and anything in the rest. */
function hostile(object: KubeObject, made: readonly Change[]): KubeObject {
  const { metadata, apiVersion, kind, ...rest } = object;
  const spoilt = made.reduce<Json>((value, change) => changed(value, change), rest);
  return { ...(isObject(spoilt) ? spoilt : {}), apiVersion, kind, metadata };
}

function changed(value: Json, [path, fresh]: Change): Json {
  if (path % 5 === 0) return fresh;
  const next = Math.floor(path / 5);
  if (isArray(value) && value.length > 0)
    return value.map((item, index) => (index === next % value.length ? changed(item, [next, fresh]) : item));
  if (!isObject(value)) return fresh;
  const keys = Object.keys(value);
  const key = keys[next % Math.max(keys.length, 1)];
  return key === undefined ? fresh : { ...value, [key]: changed(value[key] ?? null, [next, fresh]) };
}
