import type { Json, JsonObject } from "../../../../src/base/json.js";
import { arrayAt, objectAt, stringAt } from "../../../../src/base/json.js";
import { formatProblem } from "../../../../src/base/problem.js";
import { parseYamlStream } from "../../../../src/base/yaml.js";
import type { RoutedBackend, RoutedVersion } from "../../../../src/routing/generate/facts.js";
import type { GeneratedManifest, RouteInput } from "../../../../src/routing/generate/generateRoute.js";
import { generateRoute } from "../../../../src/routing/generate/generateRoute.js";
import type { SubsetLabels, VersionIdentity } from "../../../../src/routing/reader/identify.js";
import type { RouteKind, RouteSpec } from "../../../../src/routing/routeSpec.js";

export const namespace = "shop";

const apiVersions: Readonly<Record<string, string>> = {
  httproute: "gateway.networking.k8s.io/v1",
  grpcroute: "gateway.networking.k8s.io/v1",
  vs: "networking.istio.io/v1beta1",
  dr: "networking.istio.io/v1beta1",
};

const shorthands: Readonly<Record<RouteKind, string>> = {
  HTTPRoute: "httproute",
  GRPCRoute: "grpcroute",
  VirtualService: "vs",
};

/** A route called app, blue-green and without a version header unless told otherwise. */
export function routeOf(kind: RouteKind, over: Partial<RouteSpec> = {}): RouteSpec {
  const gateway = kind !== "VirtualService";
  return {
    kind,
    shorthand: shorthands[kind],
    name: "app",
    hostnames: ["app.example.com"],
    parentRefs: gateway ? [{ name: "gw" }] : [],
    gateways: gateway ? [] : ["gw"],
    strategy: { type: "blue-green" },
    rule: {},
    ...over,
  };
}

export function service(name: string, ports: readonly number[] = [80], where = namespace): RoutedBackend {
  return { type: "service", namespace: where, name, ports };
}

/** A Service that nobody has seen. */
export function unseen(name: string): RoutedBackend {
  return { type: "service", namespace, name, ports: undefined };
}

export function model(
  name: string,
  mode?: "Serverless" | "RawDeployment" | "ModelMesh",
  over: Partial<Extract<RoutedBackend, { type: "inferenceService" }>> = {},
): RoutedBackend {
  return { type: "inferenceService", namespace, name, mode, predictor: `${name}-predictor`, ...over };
}

export function version(name: string, backend: RoutedBackend | undefined, named = true): RoutedVersion {
  return { name, backend, named };
}

/** Two versions v1 and v2 with the Services app-v1 and app-v2. */
export const twoServices = [version("v1", service("app-v1")), version("v2", service("app-v2"))];

export function inputOf(over: Partial<RouteInput>): RouteInput {
  const versions = over.versions ?? twoServices;
  return {
    namespace,
    path: "routes[0]",
    apiVersions: (shorthand) => apiVersions[shorthand] ?? "",
    weights: versions.map(() => 1),
    fallback: versions.map((_, index) => (index === 0 ? 1 : 0)),
    ...over,
    versions,
  };
}

/** The manifests; throws where there are problems. */
export function generated(route: RouteSpec, over: Partial<RouteInput> = {}): readonly GeneratedManifest[] {
  const result = generateRoute(route, inputOf(over));
  if (!result.ok) throw new Error(result.error.map(formatProblem).join("\n"));
  return result.value;
}

/** The problems as one line each. */
export function problemsOf(route: RouteSpec, over: Partial<RouteInput> = {}): readonly string[] {
  const result = generateRoute(route, inputOf(over));
  return result.ok ? [] : result.error.map(formatProblem);
}

/** The route itself, with the namespace that it is stamped with later. */
export function routeBody(manifests: readonly GeneratedManifest[]): JsonObject {
  const body = manifests.at(-1)?.body ?? {};
  return { ...body, metadata: { ...objectAt(body, "metadata"), namespace } };
}

/** Labels of the subsets that the manifests define. */
export function subsetLabelsOf(manifests: readonly GeneratedManifest[]): SubsetLabels {
  const subsets = manifests.flatMap(({ body }) => arrayAt(body, "spec", "subsets"));
  return (_, name) => {
    const labels = objectAt(
      subsets.find((subset) => stringAt(subset, "name") === name),
      "labels",
    );
    const entries = Object.entries(labels).filter((entry): entry is [string, string] => typeof entry[1] === "string");
    return entries.length === 0 ? undefined : Object.fromEntries(entries);
  };
}

/** Who each version is to the reader: its Service or InferenceService, or a Deployment whose Pods have its labels. */
export function identitiesOf(versions: readonly RoutedVersion[]): readonly VersionIdentity[] {
  return versions.map(({ name, backend }, index) => {
    switch (backend?.type) {
      case "service":
        return { index, name, resources: [{ groupResource: "services", ...placeOf(backend) }] };
      case "inferenceService":
        return {
          index,
          name,
          resources: [{ groupResource: "inferenceservices.serving.kserve.io", ...placeOf(backend) }],
        };
      case "subset":
        return {
          index,
          name,
          resources: [
            { groupResource: "deployments.apps", namespace, name, labels: { app: "app", ...backend.labels } },
          ],
        };
      case undefined:
        return { index, name, resources: [] };
    }
  });
}

function placeOf(backend: { readonly namespace: string; readonly name: string }): { namespace: string; name: string } {
  return { namespace: backend.namespace, name: backend.name };
}

/** The manifests' bodies. */
export function bodies(manifests: readonly GeneratedManifest[]): readonly Json[] {
  return manifests.map(({ body }) => body);
}

/** The documents of a YAML text. */
export function yaml(text: string): readonly Json[] {
  const parsed = parseYamlStream(text);
  if (!parsed.ok) throw new Error(parsed.error.map(({ message }) => message).join("\n"));
  return parsed.value.map(({ value }) => value);
}
