import { formatProblem } from "../../../../src/base/problem.js";
import { parseYaml } from "../../../../src/base/yaml.js";
import { at } from "../../../../src/base/json.js";
import { builtInKinds } from "../../../../src/config/defaults.js";
import type { DecodeContext } from "../../../../src/routing/decode/context.js";
import { DecodeReader } from "../../../../src/routing/decode/reader.js";
import { decodeRoutes } from "../../../../src/routing/decode/routes.js";
import { decodeVersions } from "../../../../src/routing/decode/versions.js";
import type { RouteSpec } from "../../../../src/routing/routeSpec.js";

export const context: DecodeContext = {
  namespace: "shop",
  kinds: new Map(builtInKinds.map((kind) => [kind.shorthand, kind])),
  outputs: ["httproute", "grpcroute", "vs", "dr"],
  limits: { crossNamespace: true, maxVersions: 30, maxDeadline: 1_800_000, maxSettle: 300_000 },
  templateNamespaces: [],
  scope: "cluster",
};

export const services = `versions:
- {name: v1, resources: [{gvrShort: svc, name: app-v1}, {gvrShort: deploy, name: app-v1}]}
- {name: v2, resources: [{gvrShort: svc, name: app-v2}, {gvrShort: deploy, name: app-v2}]}
`;

export const models = `versions:
- {name: v1, resources: [{gvrShort: isvc, name: m1}]}
- {name: v2, resources: [{gvrShort: isvc, name: m2}]}
`;

/** A Service each, for this many versions. */
export function many(count: number): string {
  const items = Array.from({ length: count }, (_, index) => `- {resources: [{gvrShort: svc, name: app-${index}}]}`);
  return `versions:\n${items.join("\n")}\n`;
}

interface Outcome {
  readonly routes: readonly RouteSpec[];
  readonly problems: readonly string[];
}

/** Decodes `- {kind: …}` items together with versions. Positions in the text are left out of the problems. */
export function decode(routes: string, versions = services, over: Partial<DecodeContext> = {}): Outcome {
  const document = parseYaml(`${versions}routes:\n${routes}`);
  if (!document.ok) throw new Error(document.error.map(formatProblem).join("\n"));
  const reader = new DecodeReader(document.value);
  const inForce = { ...context, ...over };
  const decoded = decodeVersions(reader, at(document.value.value, "versions"), inForce);
  const found = decodeRoutes(reader, at(document.value.value, "routes"), decoded, inForce);
  const problems = reader.problems.map(({ path, message, fix }) => formatProblem({ path, message, fix }));
  return { routes: found, problems };
}

/** The problems of one HTTPRoute with these further members. */
export function http(members: string, versions = services, over: Partial<DecodeContext> = {}): readonly string[] {
  return decode(`- {kind: HTTPRoute, name: app, parentRefs: [{name: gw}], ${members}}`, versions, over).problems;
}

/** The problems of one VirtualService with these further members. */
export function istio(members: string, versions = services, over: Partial<DecodeContext> = {}): readonly string[] {
  return decode(`- {kind: VirtualService, name: app, hostnames: [app], ${members}}`, versions, over).problems;
}

/** The problems of one GRPCRoute with these further members. */
export function grpc(members: string, versions = services, over: Partial<DecodeContext> = {}): readonly string[] {
  return decode(`- {kind: GRPCRoute, name: app, parentRefs: [{name: gw}], ${members}}`, versions, over).problems;
}
