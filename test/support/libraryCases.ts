import type { Json, JsonObject } from "../../src/base/json.js";
import { arrayAt, numberAt, objectAt, stringAt } from "../../src/base/json.js";
import type { Technology } from "./templateLibrary.js";

/** One key of the library, with the values it needs at least. */
export interface LibraryCase {
  readonly technology: Technology;
  readonly key: string;
  /** Shorthand of the kind that the template writes. */
  readonly gvrShort: string;
  /** How versions get traffic: by weight, by their own match, by copies, or not at all by this object. */
  readonly strategy: "weights" | "canary" | "mirror" | "auxiliary";
  /** Shorthand of the resource that each version lists and the route leads to. */
  readonly lists: "svc" | "ksvc" | "deploy";
  /** Values that cannot be left out. */
  readonly values: JsonObject;
  /** Every value that the template takes, with `values` in place of what they exclude. */
  readonly full: JsonObject;
  /** Part of the message where they are left out; absent: there are none. */
  readonly missing?: string;
  readonly mostVersions?: number;
}

const names = ["v2", "v3", "v4"];
const gatewayMatch = Object.fromEntries(names.map((name) => [name, [{ headers: [{ name: "x-app", value: name }] }]]));
const istioMatch = Object.fromEntries(names.map((name) => [name, [{ headers: { "x-app": { exact: name } } }]]));
const gatewayFull = {
  name: "app",
  parentRefs: [{ group: "gateway.networking.k8s.io", kind: "Gateway", name: "public", sectionName: "https" }],
  hostnames: ["app.example.com", "*.example.org"],
  port: 8080,
  rule: { timeouts: { request: "5s" } },
};
const istioFull = {
  name: "app",
  hosts: ["app.example.com", "app.shop.svc.example.internal"],
  gateways: ["mesh", "public"],
  port: 8080,
  clusterDomain: "example.internal",
  rule: { timeout: "5s", retries: { attempts: 2 } },
};
const parent = { values: { gateway: "gw" }, missing: "set values.gateway or values.parentRefs" } as const;
const hosts = { values: { hosts: ["app.example.com"] }, missing: "set values.hosts" } as const;
const common = { values: { service: "app" }, missing: "set values.service" } as const;

const gatewayApi = { technology: "gateway-api", gvrShort: "httproute", lists: "svc" } as const;
const istio = { technology: "istio", gvrShort: "vs", lists: "svc" } as const;

const builtIn: readonly LibraryCase[] = [
  { ...gatewayApi, ...parent, key: "blue-green", strategy: "weights", full: gatewayFull },
  {
    ...gatewayApi,
    ...parent,
    key: "canary",
    strategy: "canary",
    values: { ...parent.values, match: gatewayMatch },
    full: { ...gatewayFull, match: gatewayMatch },
  },
  { ...gatewayApi, ...parent, key: "mirror", strategy: "mirror", full: { ...gatewayFull, mirror: { v2: 20 } } },
  { ...istio, ...hosts, key: "blue-green", strategy: "weights", full: istioFull },
  {
    ...istio,
    ...hosts,
    key: "canary",
    strategy: "canary",
    values: { ...hosts.values, match: istioMatch },
    full: { ...istioFull, match: istioMatch },
  },
  { ...istio, ...hosts, key: "mirror", strategy: "mirror", full: { ...istioFull, mirror: { v2: 12.5 } } },
  {
    ...istio,
    ...common,
    key: "with-subsets",
    strategy: "weights",
    lists: "deploy",
    full: { ...istioFull, service: "app" },
  },
  {
    ...istio,
    ...common,
    key: "destination-rule",
    strategy: "auxiliary",
    gvrShort: "dr",
    lists: "deploy",
    full: {
      name: "app",
      service: "app",
      clusterDomain: "example.internal",
      labels: { v2: { track: "canary" } },
      trafficPolicy: { connectionPool: { tcp: { maxConnections: 100 } } },
    },
  },
  {
    ...istio,
    ...hosts,
    technology: "knative-istio",
    key: "blue-green",
    strategy: "weights",
    lists: "ksvc",
    full: {
      name: "app",
      hosts: ["app.example.com"],
      gateways: ["knative-serving/knative-ingress-gateway"],
      localGateway: "knative-local-gateway.gateways.svc.example.internal",
      clusterDomain: "example.internal",
      versionHeader: "app-version",
      rule: { timeout: "5s" },
    },
  },
];

const configuredKinds: readonly LibraryCase[] = [
  {
    technology: "contour",
    key: "blue-green",
    gvrShort: "httpproxy",
    strategy: "weights",
    lists: "svc",
    values: {},
    full: {
      name: "app",
      hostname: "app.example.com",
      tls: { secretName: "app" },
      conditions: [{ prefix: "/api" }],
      port: 8080,
      rule: { timeoutPolicy: { response: "5s" } },
    },
  },
  {
    technology: "traefik",
    key: "blue-green",
    gvrShort: "traefikservice",
    strategy: "weights",
    lists: "svc",
    values: {},
    full: { name: "app", port: 8080, scheme: "h2c", sticky: { cookie: { name: "app", httpOnly: true } } },
  },
  {
    technology: "traefik",
    key: "ingress-route",
    gvrShort: "ingressroute",
    strategy: "auxiliary",
    lists: "svc",
    values: { match: "Host(`app.example.com`)" },
    full: {
      name: "app",
      match: "Host(`app.example.com`) && PathPrefix(`/api`)",
      entryPoints: ["web", "websecure"],
      middlewares: [{ name: "compress" }],
      tls: { secretName: "app" },
      service: "app",
    },
    missing: "set values.match",
  },
  {
    technology: "openshift",
    key: "blue-green",
    gvrShort: "route",
    strategy: "weights",
    lists: "svc",
    values: {},
    full: { name: "app", hostname: "app.example.com", path: "/api", port: "http", tls: { termination: "edge" } },
    mostVersions: 4,
  },
  {
    technology: "smi",
    key: "blue-green",
    gvrShort: "trafficsplit",
    strategy: "weights",
    lists: "svc",
    values: {},
    full: { name: "app", service: "app", matches: [{ kind: "HTTPRouteGroup", name: "app" }], apiVersion: "v1alpha4" },
  },
];

/** Every key of every template of the library. */
export const libraryCases: readonly LibraryCase[] = [...builtIn, ...configuredKinds];

/** Versions v1, v2 … whose resource is app-v1, app-v2 … */
export function libraryVersions(count: number, lists: LibraryCase["lists"]): readonly JsonObject[] {
  return Array.from({ length: count }, (_, index) => {
    const name = `v${index + 1}`;
    return { name, resources: [{ gvrShort: lists, name: `app-${name}` }] };
  });
}

/** Where a manifest sends requests that nothing else takes: version → weight, in the order of the manifest. */
export function sharesOf(manifest: JsonObject): readonly (readonly [version: string, weight: number])[] {
  const spec = manifest["spec"];
  switch (manifest["kind"]) {
    case "HTTPRoute":
      return pairs(arrayAt(arrayAt(spec, "rules").at(-1), "backendRefs"), "name", 1);
    case "VirtualService":
      return arrayAt(arrayAt(spec, "http").at(-1), "route").map((entry) => [
        destinationOf(entry),
        numberAt(entry, "weight") ?? 100,
      ]);
    case "HTTPProxy":
      return pairs(arrayAt(spec, "routes", 0, "services"), "name", 0);
    case "TraefikService":
      return pairs(arrayAt(spec, "weighted", "services"), "name", 1);
    case "Route":
      return [...pairs([objectAt(spec, "to")], "name", 100), ...pairs(arrayAt(spec, "alternateBackends"), "name", 100)];
    case "TrafficSplit":
      return pairs(arrayAt(spec, "backends"), "service", 0);
    default:
      return [];
  }
}

/** Which versions a manifest names anywhere in its spec. */
export function versionsNamedBy(manifest: JsonObject): readonly string[] {
  const words = JSON.stringify(manifest["spec"]).match(/[a-z0-9-]+/g) ?? [];
  return [...new Set(words.map(versionOf).filter((word) => /^v\d$/.test(word)))].sort();
}

function pairs(list: readonly Json[], key: string, absent: number): readonly (readonly [string, number])[] {
  return list.map((entry) => [versionOf(stringAt(entry, key) ?? ""), numberAt(entry, "weight") ?? absent]);
}

/** By the Host that the destination sets, by its subset, else by its own host. */
function destinationOf(entry: Json): string {
  const host = stringAt(entry, "headers", "request", "set", "Host") ?? stringAt(entry, "destination", "host") ?? "";
  return stringAt(entry, "destination", "subset") ?? versionOf(host.split(".")[0] ?? "");
}

function versionOf(name: string): string {
  return name.replace(/^[a-z]+-(?=v\d+$)/, "");
}
