import type { ChartValues } from "./values.js";
import { candidatesOf, flow, indent, nameOf, primaryWeight, whileWeighted } from "./values.js";
import { matchLines, tag, virtualService } from "./virtualService.js";

/** The one Service of ModelMesh; a header says which model. */
export const modelMeshService = "modelmesh-serving.modelmesh-serving.svc.cluster.local";

/** The routing template of the environment kserve-modelmesh-istio; undefined for strategies it does not have. */
export function modelMesh(values: ChartValues): readonly string[] | undefined {
  const gateways = [...(values.gateway === undefined ? [] : [values.gateway]), "mesh"];
  switch (values.strategy) {
    case "none":
    case "mirror":
      return undefined;
    case "blue-green":
      return virtualService(values, gateways, [
        "- route:",
        ...indent(2, share(values, 0, primaryWeight(values))),
        ...candidatesOf(values).flatMap((index) =>
          indent(2, share(values, index, [`weight: {{ index .Weights ${index} }}`])),
        ),
      ]);
    case "canary":
      return virtualService(values, gateways, [
        ...candidatesOf(values).flatMap((index) => whileWeighted(index, matched(values, index))),
        `- name: ${nameOf(values, 0)}`,
        "  route:",
        ...indent(2, share(values, 0)),
      ]);
  }
}

function share(values: ChartValues, index: number, weight: readonly string[] = []): readonly string[] {
  const headers = { request: { set: { "mm-vmodel-id": nameOf(values, index) } }, ...tag(values, index) };
  return [
    `- destination: ${flow({ host: modelMeshService, port: { number: 8033 } })}`,
    ...indent(2, weight),
    `  headers: ${flow(headers)}`,
  ];
}

function matched(values: ChartValues, index: number): readonly string[] {
  return [...startOf(matchLines(values, index)), "  route:", ...indent(2, share(values, index))];
}

function startOf([first = "", ...more]: readonly string[]): readonly string[] {
  return [`- ${first}`, ...indent(2, more)];
}
