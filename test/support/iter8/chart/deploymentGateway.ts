import type { JsonObject } from "../../../../src/base/json.js";
import type { ChartValues } from "./values.js";
import { candidatesOf, flow, indent, nameOf, whileWeighted } from "./values.js";

/** The routing template of the environment deployment-gtw; undefined for strategies it does not have. */
export function deploymentGateway(values: ChartValues): readonly string[] | undefined {
  switch (values.strategy) {
    case "none":
    case "mirror":
      return undefined;
    case "blue-green":
      return httpRoute(values, ["- backendRefs:", ...indent(2, [...values.versions.keys()].flatMap(weighted(values)))]);
    case "canary":
      return httpRoute(values, [
        ...candidatesOf(values).flatMap((index) => matched(values, index)),
        "- backendRefs:",
        ...indent(2, backend(values, 0)),
      ]);
  }
}

function httpRoute(values: ChartValues, rules: readonly string[]): readonly string[] {
  const gateway = values.gateway === undefined ? [] : [{ name: values.gateway }];
  const parents: readonly JsonObject[] = [{ group: "", kind: "Service", name: values.app, port: 80 }, ...gateway];
  return [
    "apiVersion: gateway.networking.k8s.io/v1beta1",
    "kind: HTTPRoute",
    "metadata:",
    `  name: ${values.app}`,
    ...(values.namespaces ? [`  namespace: ${values.namespace}`] : []),
    "spec:",
    "  parentRefs:",
    ...parents.map((parent) => `  - ${flow(parent)}`),
    "  rules:",
    ...indent(2, rules),
  ];
}

/** Every version is always there; weights are written only while the second version has one. */
function weighted(values: ChartValues): (index: number) => readonly string[] {
  return (index) =>
    backend(
      values,
      index,
      values.versions.length > 1 ? whileWeighted(1, [`weight: {{ index .Weights ${index} }}`]) : [],
    );
}

function backend(values: ChartValues, index: number, weight: readonly string[] = []): readonly string[] {
  const name = nameOf(values, index);
  const filter = {
    type: "ResponseHeaderModifier",
    responseHeaderModifier: { add: [{ name: "app-version", value: name }] },
  };
  return [
    '- group: ""',
    "  kind: Service",
    `  name: ${name}`,
    "  port: 80",
    ...indent(2, weight),
    `  filters: ${flow([filter])}`,
  ];
}

/** Readiness is not asked. Without matches the key comes alone, and the rule takes everything. */
function matched(values: ChartValues, index: number): readonly string[] {
  const matches = values.versions[index]?.matches;
  return [
    "- matches:",
    ...(matches ?? []).map((match) => `  - ${flow(match)}`),
    "  backendRefs:",
    ...indent(2, backend(values, index)),
  ];
}
