import type { ChartValues } from "./values.js";
import { candidatesOf, flow, indent, nameOf, primaryWeight, whileWeighted } from "./values.js";
import { matchLines, tag, virtualService } from "./virtualService.js";

/** Where every request for a serverless InferenceService goes; its Host says which one. */
export const knativeGateway = "knative-local-gateway.istio-system.svc.cluster.local";

/** The routing template of the environments kserve and kserve-0.11; undefined for strategies they do not have. */
export function kserve(values: ChartValues): readonly string[] | undefined {
  const own = values.gateway === undefined ? [] : [values.gateway];
  const gateways = ["knative-serving/knative-local-gateway", "knative-serving/knative-ingress-gateway", ...own];
  switch (values.strategy) {
    case "none":
    case "mirror":
      return undefined;
    case "blue-green":
      return virtualService(values, gateways, twoPasses(values));
    case "canary":
      return virtualService(values, gateways, [
        ...candidatesOf(values).flatMap((index) =>
          whileWeighted(index, predictor(values, index, matchLines(values, index))),
        ),
        ...predictor(values, 0),
      ]);
  }
}

/** The last rule draws a version and sends the request back with the header `branch`; the others go by that. */
function twoPasses(values: ChartValues): readonly string[] {
  const second = (index: number): readonly string[] => {
    const match = ["match:", `- headers: ${flow({ branch: { exact: nameOf(values, index) } })}`];
    return predictor(values, index, match, ["branch"]);
  };
  return [
    ...second(0),
    ...candidatesOf(values).flatMap((index) => whileWeighted(index, second(index))),
    "- name: split",
    "  route:",
    ...indent(2, branch(values, 0, primaryWeight(values))),
    ...candidatesOf(values).flatMap((index) =>
      whileWeighted(index, indent(2, branch(values, index, [`weight: {{ index .Weights ${index} }}`]))),
    ),
  ];
}

function branch(values: ChartValues, index: number, weight: readonly string[]): readonly string[] {
  const set = { branch: nameOf(values, index), host: `${values.app}.${values.namespace}` };
  return [
    `- destination: ${flow({ host: knativeGateway })}`,
    ...indent(2, weight),
    `  headers: ${flow({ request: { set } })}`,
  ];
}

function predictor(
  values: ChartValues,
  index: number,
  match: readonly string[] = [],
  remove: readonly string[] = [],
): readonly string[] {
  const name = nameOf(values, index);
  const request = {
    set: { Host: `${name}-predictor.${values.namespace}.svc.cluster.local` },
    ...(remove.length === 0 ? {} : { remove }),
  };
  return [
    `- name: ${name}`,
    ...indent(2, match),
    `  rewrite: ${flow({ uri: `/v2/models/${name}/infer` })}`,
    "  route:",
    `  - destination: ${flow({ host: knativeGateway })}`,
    `    headers: ${flow({ request, ...tag(values, index) })}`,
  ];
}
