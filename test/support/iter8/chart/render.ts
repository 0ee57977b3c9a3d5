import type { JsonObject } from "../../../../src/base/json.js";
import { deploymentGateway } from "./deploymentGateway.js";
import { deploymentIstio } from "./deploymentIstio.js";
import { kserve } from "./kserve.js";
import { modelMesh } from "./modelMesh.js";
import type { ChartValues } from "./values.js";
import { indent, nameOf, weightOf } from "./values.js";

/** True where a version is an InferenceService, false where it is a Deployment and a Service. */
export function servesModels(values: ChartValues): boolean {
  return values.environment.startsWith("kserve");
}

/** Versions whose weight ConfigMap the chart creates: with a mirror it forgets that of the primary. */
export function weightConfigsOf(values: ChartValues): readonly number[] {
  if (!values.weightConfigs) return [];
  const all = [...values.versions.keys()];
  return values.strategy === "mirror" ? all.slice(1) : all;
}

/**
 * The `strSpec` of the routemap that Iter8's release chart makes of these values, with the chart's own defects;
 * undefined where it makes no routemap. Rebuilt from what the chart is known to do.
 */
export function chartSpec(values: ChartValues): string | undefined {
  const template = templateOf(values);
  if (template === undefined && values.environment !== "deployment") return undefined;
  const versions = values.versions.flatMap((_, index) => versionLines(values, index));
  const routing =
    template === undefined
      ? []
      : [
          "routingTemplates:",
          `  ${values.strategy}:`,
          `    gvrShort: ${values.environment === "deployment-gtw" ? "httproute" : "vs"}`,
          "    template: |",
          ...indent(6, template),
        ];
  return ["versions:", ...versions, ...routing, ""].join("\n");
}

/** The routemap's ConfigMap, called as the chart calls it. */
export function chartRoutemap(values: ChartValues): (JsonObject & { readonly metadata: JsonObject }) | undefined {
  const strSpec = chartSpec(values);
  if (strSpec === undefined) return undefined;
  const labels = {
    "app.kubernetes.io/managed-by": "iter8",
    "iter8.tools/kind": "routemap",
    "iter8.tools/version": "v1.1",
  };
  const metadata = { name: `${values.app}-routemap`, namespace: values.namespace, labels };
  return { apiVersion: "v1", kind: "ConfigMap", metadata, data: { strSpec } };
}

function templateOf(values: ChartValues): readonly string[] | undefined {
  switch (values.environment) {
    case "deployment":
      return undefined;
    case "deployment-istio":
      return deploymentIstio(values);
    case "deployment-gtw":
      return deploymentGateway(values);
    case "kserve":
    case "kserve-0.11":
      return kserve(values);
    case "kserve-modelmesh-istio":
      return modelMesh(values);
  }
}

function versionLines(values: ChartValues, index: number): readonly string[] {
  const name = nameOf(values, index);
  const kinds = servesModels(values) ? ["isvc"] : ["svc", "deploy"];
  const resources = [
    ...kinds.map((kind) => ({ kind, name })),
    ...(values.weightConfigs ? [{ kind: "cm", name: `${name}-weight-config` }] : []),
  ];
  const weighted = values.strategy === "blue-green" || values.strategy === "mirror";
  return [
    "- resources:",
    ...resources.flatMap((resource) => [
      `  - gvrShort: ${resource.kind}`,
      `    name: ${resource.name}`,
      ...(values.namespaces ? [`    namespace: ${values.namespace}`] : []),
    ]),
    ...(weighted ? [`  weight: ${weightOf(values, index)}`] : []),
  ];
}
