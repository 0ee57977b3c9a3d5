import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import type { Json } from "../../src/base/json.js";
import { at, isArray, isObject, objectAt, stringAt } from "../../src/base/json.js";
import { formatProblem } from "../../src/base/problem.js";
import { builtInKinds } from "../../src/config/defaults.js";
import type { GroupVersionResource } from "../../src/kube/resource.js";
import { apiVersionOf } from "../../src/kube/resource.js";
import { decodeRoutemap } from "../../src/routing/decode/decodeRoutemap.js";
import type { RoutedBackend } from "../../src/routing/generate/facts.js";
import type { GeneratedManifest } from "../../src/routing/generate/generateRoute.js";
import { generateRoute } from "../../src/routing/generate/generateRoute.js";
import { Scene } from "../support/scene.js";

const kinds = new Map(builtInKinds.map((kind) => [kind.shorthand, kind]));
const services = ["v1", "v2", "v3"].map((name) => `- {name: ${name}, resources: [{gvrShort: svc, name: ${name}}]}`);
const models = ["v1", "v2", "v3"].map((name) => `- {name: ${name}, resources: [{gvrShort: isvc, name: ${name}}]}`);

const gateway = "hostnames: [app.example.com], parentRefs: [{name: gw, sectionName: web}]";
const rule =
  "rule: {timeouts: {request: 5s}, filters: [{type: RequestHeaderModifier, requestHeaderModifier: {remove: [a]}}]}";
const istio = "hostnames: [app, app.example.com], gateways: [mesh, edge/gw]";
const sticky = "sticky: {cookie: 'app-version', maxAge: 1h}";
const mirror = "strategy: mirror, mirror: {v2: 20, v3: 100}";
const canary = (match: string): string => `strategy: canary, match: {v2: [${match}], v3: [${match}]}`;
const header = "{path: {type: PathPrefix, value: /a}, headers: [{name: x, value: '1'}]}";
const istioHeader = "{uri: {prefix: /a}, headers: {x: {exact: '1'}}}";

/** One route of every kind, strategy and backend: what it is, its entry, and the versions it is for. */
const cases: readonly (readonly [string, string, readonly string[]])[] = [
  ["an HTTPRoute that is blue-green", `kind: HTTPRoute, ${gateway}, ${rule}`, services],
  ["an HTTPRoute that is sticky", `kind: HTTPRoute, ${gateway}, ${sticky}`, services],
  ["an HTTPRoute that is a canary", `kind: HTTPRoute, ${gateway}, ${rule}, ${canary(header)}`, services],
  ["an HTTPRoute that mirrors", `kind: HTTPRoute, ${gateway}, ${rule}, ${mirror}`, services],
  ["an HTTPRoute to raw models", `kind: HTTPRoute, ${gateway}, deploymentMode: Standard`, models],
  ["a GRPCRoute that is blue-green", `kind: GRPCRoute, ${gateway}`, services],
  [
    "a GRPCRoute that is a canary",
    `kind: GRPCRoute, ${gateway}, ${canary("{method: {service: shop.Cart}}")}`,
    services,
  ],
  ["a GRPCRoute that mirrors", `kind: GRPCRoute, ${gateway}, ${mirror}`, services],
  ["a VirtualService that is blue-green", `kind: VirtualService, ${istio}, rule: {timeout: 5s}`, services],
  ["a VirtualService that is sticky", `kind: VirtualService, ${istio}, ${sticky}`, services],
  ["a VirtualService that is a canary", `kind: VirtualService, ${istio}, ${canary(istioHeader)}`, services],
  ["a VirtualService that mirrors", `kind: VirtualService, ${istio}, ${mirror}`, services],
  [
    "a VirtualService of subsets",
    `kind: VirtualService, ${istio}, service: app, subsets: {v1: {v: a}, v2: {v: b}, v3: {v: c}}`,
    services,
  ],
  ["a VirtualService to raw models", `kind: VirtualService, ${istio}, deploymentMode: RawDeployment`, models],
  ["a VirtualService to serverless models", `kind: VirtualService, ${istio}, deploymentMode: Serverless`, models],
  [
    "a canary of serverless models",
    `kind: VirtualService, ${istio}, deploymentMode: Serverless, ${canary(istioHeader)}`,
    models,
  ],
  ["a VirtualService to ModelMesh", `kind: VirtualService, ${istio}, deploymentMode: ModelMesh`, models],
];

let scene: Scene;
beforeAll(async () => {
  scene = await Scene.open("generated");
}, 60_000);
afterAll(async () => scene.close(), 60_000);

/** Decodes the entry and generates its manifests, all versions with weight. */
function manifestsOf(name: string, entry: string, versions: readonly string[]): readonly GeneratedManifest[] {
  const text = `versions:\n${versions.join("\n")}\nroutes:\n- {name: ${name}, ${entry}}\n`;
  const decoded = decodeRoutemap(text, {
    namespace: scene.namespace,
    kinds,
    outputs: ["httproute", "grpcroute", "vs", "dr"],
    templateNamespaces: [],
    limits: { crossNamespace: false, maxVersions: 20, maxDeadline: 1, maxSettle: 1 },
    scope: "cluster",
  });
  if (!decoded.ok) throw new Error(decoded.error.map(formatProblem).join("\n"));
  const { routes, versions: specs } = decoded.value.routemap;
  return routes.flatMap((route) => {
    const backendOf = (version: string, isModel: boolean): RoutedBackend => {
      const labels = route.shared?.subsets.get(version);
      if (labels !== undefined) return { type: "subset", labels };
      const place = { namespace: scene.namespace, name: version };
      return isModel
        ? { type: "inferenceService", ...place, mode: undefined, predictor: `${version}-predictor` }
        : { type: "service", ...place, ports: [80] };
    };
    const made = generateRoute(route, {
      namespace: scene.namespace,
      path: "routes[0]",
      apiVersions: (shorthand) => apiVersionOf(gvrOf(shorthand)),
      versions: specs.map(({ name: version, resources }) => {
        const backend = backendOf(
          version,
          resources.some(({ kind }) => kind === "isvc"),
        );
        return { name: version, backend, named: true };
      }),
      weights: [80, 15, 5],
      fallback: [1, 0, 0],
    });
    if (!made.ok) throw new Error(made.error.map(formatProblem).join("\n"));
    return made.value;
  });
}

function gvrOf(shorthand: string): GroupVersionResource {
  const kind = kinds.get(shorthand);
  if (kind === undefined) throw new Error(`no kind ${shorthand}`);
  return kind;
}

/** Paths of what was sent and is not stored as it was; what a server adds is no difference. */
function lost(sent: Json | undefined, stored: Json | undefined, path: string): readonly string[] {
  if (isArray(sent)) {
    if (!isArray(stored) || stored.length !== sent.length) return [path];
    return sent.flatMap((item, index) => lost(item, stored[index], `${path}[${index}]`));
  }
  if (isObject(sent)) return Object.keys(sent).flatMap((key) => lost(sent[key], at(stored, key), `${path}.${key}`));
  return sent === stored ? [] : [path];
}

describe("the API server", () => {
  it.each(cases.map(([what, entry, versions], index) => ({ what, entry, versions, name: `route-${index}` })))(
    "stores $what as it was generated",
    async ({ entry, versions, name }) => {
      const manifests = manifestsOf(name, entry, versions);
      expect(manifests.map(({ body }) => stringAt(body, "kind"))).toContain(/kind: (\w+)/.exec(entry)?.[1]);
      for (const { shorthand, body } of manifests) {
        const stored = await scene.apply(gvrOf(shorthand), { ...body, metadata: objectAt(body, "metadata") });
        expect(lost(body["spec"], at(stored, "spec"), "spec")).toEqual([]);
      }
    },
  );
});
