import assert from "node:assert/strict";

import type { JsonObject } from "../../../src/base/json.js";
import { arrayAt, stringAt } from "../../../src/base/json.js";
import type { Problem } from "../../../src/base/problem.js";
import { defaultConfig } from "../../../src/config/defaults.js";
import type { DecodeContext } from "../../../src/routing/decode/context.js";
import { decodeRoutemap } from "../../../src/routing/decode/decodeRoutemap.js";
import { PlanWorld } from "../../support/planWorld.js";

const { kinds, limits, outputs, templateNamespaces } = defaultConfig();

/** What a routemap of the namespace "default" is decoded with. */
export const context: DecodeContext = {
  namespace: "default",
  kinds: new Map(kinds.map((kind) => [kind.shorthand, kind])),
  outputs,
  limits,
  templateNamespaces,
  scope: "cluster",
};

/** Decodes a text: throws unless it comes out the same twice, or is told with places. Whether it is a routemap. */
export function judgeRoutemap(text: string): boolean {
  const decoded = decodeRoutemap(text, context);
  if (!decoded.ok) judgeProblems(decoded.error);
  const again = decodeRoutemap(text, context);
  assert.equal(again.ok, decoded.ok);
  if (!again.ok) assert.deepEqual(again, decoded);
  return decoded.ok;
}

/**
 * Follows a routemap until its routes are written: throws unless they are of allowed kinds, in its own namespace and for
 * no host of another. How many there are.
 */
export function judgeRoutes(text: string): number {
  const world = new PlanWorld(text);
  for (const name of ["app", "v1", "v2", "httpbin-0", "httpbin-1"]) world.up(name);
  world.pass(20_000);
  for (const route of world.outputs.values()) {
    assert.ok(["HTTPRoute", "GRPCRoute", "VirtualService", "DestinationRule"].includes(route.kind), route.kind);
    assert.equal(stringAt(route, "metadata", "namespace"), "default");
    assert.deepEqual(hostsOf(route).filter(isForeign), []);
  }
  return world.outputs.size;
}

function judgeProblems(problems: readonly Problem[]): void {
  assert.ok(problems.length > 0 && problems.length <= 50, `${problems.length} problems`);
  for (const { path, line, message } of problems) {
    assert.notEqual(message, "");
    // A problem of the whole text has no path, and what is not there has no line.
    if (path === "" && line === undefined) assert.match(message, /empty|larger than|mapping/);
  }
}

/** Hosts that a route asks for: in a mesh also those of two words, which mean a Service there. */
function hostsOf(route: JsonObject): readonly string[] {
  const hosts = [...arrayAt(route, "spec", "hostnames"), ...arrayAt(route, "spec", "hosts")].map(String);
  const gateways = arrayAt(route, "spec", "gateways");
  const inMesh = stringAt(route, "kind") === "VirtualService" && (gateways.length === 0 || gateways.includes("mesh"));
  return inMesh ? hosts.map((host) => (/^[^.]+\.[^.]+$/.test(host) ? `${host}.svc` : host)) : hosts;
}

/** Whether a host is a Service of the namespace that the generator uses as somebody else's. */
function isForeign(host: string): boolean {
  return /\.payments\.svc(\.cluster\.local)?\.?$/i.test(host);
}
