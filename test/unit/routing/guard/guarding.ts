import type { Json, JsonObject } from "../../../../src/base/json.js";
import { arrayAt, at } from "../../../../src/base/json.js";
import type { Correction, Guarded } from "../../../../src/routing/guard/correction.js";
import { guardRoute } from "../../../../src/routing/guard/guard.js";
import type { SubsetLabels, VersionIdentity } from "../../../../src/routing/reader/identify.js";
import * as iter8 from "../reader/iter8Routes.js";

export const two = iter8.deployments(2);
export const isvcs = iter8.models(2);
export const primary: readonly [readonly boolean[], readonly number[]] = [
  [true, false],
  [1, 0],
];
export const candidate: readonly [readonly boolean[], readonly number[]] = [
  [false, true],
  [0, 1],
];

export function guarded(
  body: JsonObject,
  [allowed, fallback]: readonly [readonly boolean[], readonly number[]],
  versions: readonly VersionIdentity[],
  subsetLabels?: SubsetLabels,
): Guarded {
  const result = guardRoute(body, allowed, fallback, versions, subsetLabels);
  if (!result.ok) throw new Error(`${result.error.path}: ${result.error.message}`);
  return result.value;
}

export const brief = (corrections: readonly Correction[]): readonly string[] =>
  corrections.map(({ path, what, version }) => `${what} ${path} ${version ?? "?"}`);
export const httpOf = (value: Guarded): readonly Json[] => arrayAt(value.body, "spec", "http");
export const rulesOf = (value: Guarded): readonly Json[] => arrayAt(value.body, "spec", "rules");
export const weights = (rule: Json | undefined, shares: string): readonly (Json | undefined)[] =>
  arrayAt(rule, shares).map((share) => at(share, "weight"));
export const ref = (name: string, more: JsonObject = {}): JsonObject => ({ name, port: 80, ...more });
export const to = (host: string, more: JsonObject = {}): JsonObject => ({
  destination: { host, port: { number: 80 } },
  ...more,
});
export const mirrorTo = (name: string, more: JsonObject = {}): JsonObject => ({
  type: "RequestMirror",
  requestMirror: { backendRef: ref(name), ...more },
});
export const match = { matches: iter8.candidateMatches };
