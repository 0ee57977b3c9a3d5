import type { Json, JsonObject } from "../../../../src/base/json.js";

/** Environments of Iter8's release chart whose versions get a route. */
export const routedEnvironments = [
  "deployment-istio",
  "deployment-gtw",
  "kserve",
  "kserve-0.11",
  "kserve-modelmesh-istio",
] as const;
export type RoutedEnvironment = (typeof routedEnvironments)[number];
export type Environment = "deployment" | RoutedEnvironment;
export type Strategy = "none" | "blue-green" | "canary" | "mirror";

/** One entry of `application.versions`. */
export interface VersionValues {
  /** Default: the app's name and the index. */
  readonly name?: string;
  readonly weight?: number;
  /** Istio's HTTPMatchRequest list; used by every environment but deployment-gtw. */
  readonly match?: readonly JsonObject[];
  /** Gateway API's HTTPRouteMatch list; used by deployment-gtw alone. */
  readonly matches?: readonly JsonObject[];
}

/** The values of a release, as far as its routemap depends on them. */
export interface ChartValues {
  readonly environment: Environment;
  readonly strategy: Strategy;
  readonly app: string;
  readonly namespace: string;
  readonly versions: readonly VersionValues[];
  /** Name of an Istio Gateway or a Gateway. */
  readonly gateway?: string;
  /** Whether resources and route name their namespace. */
  readonly namespaces: boolean;
  /** Whether versions list the ConfigMap that was meant to carry their weight. */
  readonly weightConfigs: boolean;
}

/** What the chart is given where a version says nothing. */
export const defaultWeight = 50;
export const defaultMatch: readonly JsonObject[] = [{ headers: { traffic: { exact: "test" } } }];

/** Name of a version. */
export function nameOf(values: ChartValues, index: number): string {
  return values.versions[index]?.name ?? `${values.app}-${index}`;
}

/** Weight of a version; 0 becomes 50, too, since the chart takes it for absent. */
export function weightOf(values: ChartValues, index: number): number {
  return values.versions[index]?.weight || defaultWeight;
}

/** Indexes of the candidates. */
export function candidatesOf(values: ChartValues): readonly number[] {
  return [...values.versions.keys()].slice(1);
}

/** JSON on one line, which is YAML, too. */
export function flow(value: Json): string {
  return JSON.stringify(value);
}

/** Lines moved to the right. */
export function indent(columns: number, lines: readonly string[]): readonly string[] {
  return lines.map((line) => " ".repeat(columns) + line);
}

/** Lines that a routing template gives only while a version has weight. */
export function whileWeighted(index: number, lines: readonly string[]): readonly string[] {
  return [`{{- if gt (index .Weights ${index}) 0 }}`, ...lines, "{{- end }}"];
}

/** The primary's weight: written only while the second version has one, whatever the others have. */
export function primaryWeight(values: ChartValues): readonly string[] {
  return values.versions.length > 1 ? whileWeighted(1, ["weight: {{ index .Weights 0 }}"]) : [];
}
