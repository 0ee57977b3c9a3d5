import type { ChartValues, Strategy } from "./values.js";
import { candidatesOf, flow, indent, nameOf, primaryWeight, whileWeighted } from "./values.js";
import { matchLines, tag, virtualService } from "./virtualService.js";

/** The routing template of the environment deployment-istio; undefined for strategies it does not have. */
export function deploymentIstio(values: ChartValues): readonly string[] | undefined {
  const gateways = [...(values.gateway === undefined ? [] : [values.gateway]), "mesh"];
  const http = rulesOf(values, values.strategy);
  return http === undefined ? undefined : virtualService(values, gateways, http);
}

function rulesOf(values: ChartValues, strategy: Strategy): readonly string[] | undefined {
  switch (strategy) {
    case "none":
      return undefined;
    case "blue-green":
      return [
        `- name: ${nameOf(values, 0)}`,
        "  route:",
        ...indent(2, share(values, 0, primaryWeight(values))),
        ...candidatesOf(values).flatMap((index) =>
          whileWeighted(index, indent(2, share(values, index, [`weight: {{ index .Weights ${index} }}`]))),
        ),
      ];
    case "canary":
      return [
        ...candidatesOf(values).flatMap((index) => whileWeighted(index, matched(values, index))),
        `- name: ${nameOf(values, 0)}`,
        "  route:",
        ...indent(2, share(values, 0)),
      ];
    case "mirror":
      return [
        `- name: ${values.app}`,
        "  route:",
        ...indent(2, share(values, 0, primaryWeight(values))),
        ...candidatesOf(values).flatMap((index) => whileWeighted(index, indent(2, mirror(values, index)))),
      ];
  }
}

function share(values: ChartValues, index: number, weight: readonly string[] = []): readonly string[] {
  return [
    `- destination: ${flow(destination(values, index))}`,
    ...indent(2, weight),
    `  headers: ${flow(tag(values, index))}`,
  ];
}

function destination(values: ChartValues, index: number): { host: string; port: { number: number } } {
  return { host: `${nameOf(values, index)}.${values.namespace}.svc.cluster.local`, port: { number: 80 } };
}

function matched(values: ChartValues, index: number): readonly string[] {
  return [
    `- name: ${nameOf(values, index)}`,
    ...indent(2, matchLines(values, index)),
    "  route:",
    ...indent(2, share(values, index)),
  ];
}

/** With several candidates these keys come several times. */
function mirror(values: ChartValues, index: number): readonly string[] {
  return [`mirror: ${flow(destination(values, index))}`, "mirrorPercentage:", `  value: {{ index .Weights ${index} }}`];
}
