import type { JsonObject } from "../../../../src/base/json.js";
import type { ChartValues } from "./values.js";
import { defaultMatch, flow, indent, nameOf } from "./values.js";

/** Head and `http` of a VirtualService as every Istio environment has it. */
export function virtualService(
  values: ChartValues,
  gateways: readonly string[],
  http: readonly string[],
): readonly string[] {
  const { app, namespace } = values;
  const hosts = [`${app}.${namespace}`, `${app}.${namespace}.svc`, `${app}.${namespace}.svc.cluster.local`];
  return [
    "apiVersion: networking.istio.io/v1beta1",
    "kind: VirtualService",
    "metadata:",
    `  name: ${app}`,
    ...(values.namespaces ? [`  namespace: ${namespace}`] : []),
    "spec:",
    "  gateways:",
    ...gateways.map((gateway) => `  - ${gateway}`),
    "  hosts:",
    ...hosts.map((host) => `  - ${host}`),
    "  http:",
    ...indent(2, http),
  ];
}

/** `match` of a candidate: only entries that begin with headers get the dash of a list. */
export function matchLines(values: ChartValues, index: number): readonly string[] {
  const match = values.versions[index]?.match ?? defaultMatch;
  return ["match:", ...match.flatMap(matchEntry)];
}

function matchEntry(entry: JsonObject): readonly string[] {
  const { headers, ...others } = entry;
  const rest = Object.entries(others).map(([key, value]) => `  ${key}: ${flow(value ?? null)}`);
  return headers === undefined ? rest : [`- headers: ${flow(headers)}`, ...rest];
}

/** The response header by which one sees which version answered. */
export function tag(values: ChartValues, index: number): JsonObject {
  return { response: { add: { "app-version": nameOf(values, index) } } };
}
