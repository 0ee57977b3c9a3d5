import type { JsonObject } from "../../../src/base/json.js";

/** Names that versions, and their Deployments and Services, may have. */
export const services = ["v1", "v2", "v3", "v2-new"] as const;
export type ServiceName = (typeof services)[number];

/** One version: a Deployment and a Service of one name. */
export interface AppVersion {
  readonly name: string;
  readonly service: ServiceName;
  readonly weight?: number;
}

/** What is wrong with a spec. All but `template` keep it from being decoded. */
export type Mistake = "none" | "yaml" | "unknownKey" | "noVersions" | "weight" | "template";

/** A routemap of one route, as its user thinks of it. */
export interface AppSpec {
  readonly versions: readonly AppVersion[];
  readonly kind: "HTTPRoute" | "VirtualService";
  /** `hard` is a template that gives everybody weight, whatever the plan says. */
  readonly by: "routes" | "template" | "hard";
  readonly strategy: "blue-green" | "canary" | "mirror";
  readonly mistake: Mistake;
}

/** Two versions that share requests by weight. */
export const plainApp: AppSpec = {
  versions: [
    { name: "v1", service: "v1" },
    { name: "v2", service: "v2" },
  ],
  kind: "HTTPRoute",
  by: "template",
  strategy: "blue-green",
  mistake: "none",
};

/** Whether the spec can be decoded. */
export function isDecodable({ mistake }: AppSpec): boolean {
  return mistake === "none" || mistake === "template";
}

/** The strategy that the text asks for: the others need a route without a template and a candidate. */
export function strategyOf({ strategy, by, versions }: AppSpec): AppSpec["strategy"] {
  return by === "routes" && versions.length > 1 ? strategy : "blue-green";
}

/** `strSpec` of the routemap. */
export function specText(app: AppSpec): string {
  if (app.mistake === "yaml") return "versions: [{name: v1";
  const versions = app.versions.map(({ name, service, weight }) => ({
    name,
    ...(weight === undefined ? {} : { weight: app.mistake === "weight" ? -1 : weight }),
    ...(weight === undefined && app.mistake === "weight" ? { weight: "much" } : {}),
    resources: ["deploy", "svc"].map((gvrShort) => ({ gvrShort, name: service })),
  }));
  return JSON.stringify({
    versions: app.mistake === "noVersions" ? [] : versions,
    ...(app.mistake === "unknownKey" ? { verisons: [] } : {}),
    ...(app.by === "routes" && app.mistake !== "template" ? { routes: [routeOf(app)] } : templatesOf(app)),
  });
}

function routeOf(app: AppSpec): JsonObject {
  const strategy = strategyOf(app);
  const mesh = app.kind === "VirtualService";
  const candidates = app.versions.slice(1).map(({ name }) => name);
  const match = (name: string): JsonObject =>
    mesh ? { headers: { "x-canary": { exact: name } } } : { headers: [{ name: "x-canary", value: name }] };
  return {
    kind: app.kind,
    name: "app",
    strategy,
    hostnames: ["app.example.com"],
    ...(mesh ? { gateways: ["gw"] } : { parentRefs: [{ name: "gw" }] }),
    ...(strategy === "canary" ? { match: Object.fromEntries(candidates.map((name) => [name, [match(name)]])) } : {}),
    ...(strategy === "mirror" ? { mirror: Object.fromEntries(candidates.map((name) => [name, 20])) } : {}),
  };
}

function templatesOf(app: AppSpec): JsonObject {
  const weight = (index: number): string => (app.by === "hard" ? "1" : `{{ index .Weights ${index} }}`);
  const lines =
    app.kind === "HTTPRoute"
      ? app.versions.map(({ service }, index) => `    - {name: ${service}, port: 80, weight: ${weight(index)}}`)
      : app.versions.map(({ service }, index) => `    - {destination: {host: ${service}}, weight: ${weight(index)}}`);
  const head =
    app.kind === "HTTPRoute"
      ? ["apiVersion: gateway.networking.k8s.io/v1", "kind: HTTPRoute", "metadata: {name: app}", "spec:"]
      : ["apiVersion: networking.istio.io/v1beta1", "kind: VirtualService", "metadata: {name: app}", "spec:"];
  const middle =
    app.kind === "HTTPRoute"
      ? ["  parentRefs: [{name: gw}]", "  rules:", "  - backendRefs:"]
      : ["  hosts: [app.example.com]", "  http:", "  - route:"];
  const bad = app.mistake === "template" ? ["# {{ index .Weights 99 }}"] : [];
  const template = [...head, ...middle, ...lines, ...bad, ""].join("\n");
  return { routingTemplates: { http: { gvrShort: app.kind === "HTTPRoute" ? "httproute" : "vs", template } } };
}
