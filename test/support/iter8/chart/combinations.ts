import type { JsonObject } from "../../../../src/base/json.js";
import type { SampleRequest } from "../../requests/request.js";
import type { ChartValues, Environment, Strategy, VersionValues } from "./values.js";

/** Strategies that give routes, by environment; kserve-0.11 is rendered as kserve is. */
export const offered: readonly (readonly [Environment, Strategy])[] = [
  ["deployment-istio", "blue-green"],
  ["deployment-istio", "canary"],
  ["deployment-istio", "mirror"],
  ["deployment-gtw", "blue-green"],
  ["deployment-gtw", "canary"],
  ["kserve", "blue-green"],
  ["kserve", "canary"],
  ["kserve-modelmesh-istio", "blue-green"],
  ["kserve-modelmesh-istio", "canary"],
];

const explicit = [70, 20, 10] as const;

/** Every way to fill in the chart that changes what it renders, for one to three versions. */
export function combinations(): readonly ChartValues[] {
  return offered.flatMap(([environment, strategy]) =>
    [1, 2, 3].flatMap((count) =>
      settingsOf(strategy, count).flatMap((set) =>
        [false, true].map((named) => combination(environment, strategy, count, set, named)),
      ),
    ),
  );
}

/** What a strategy depends on: canary on matches, the others on weights. */
interface Settings {
  readonly own: boolean;
  readonly weightConfigs: boolean;
}

function settingsOf(strategy: Strategy, count: number): readonly Settings[] {
  const own = strategy === "canary" && count === 1 ? [false] : [false, true];
  const weightConfigs = strategy === "canary" ? [false] : [false, true];
  return own.flatMap((isOwn) => weightConfigs.map((listed) => ({ own: isOwn, weightConfigs: listed })));
}

function combination(
  environment: Environment,
  strategy: Strategy,
  count: number,
  { own, weightConfigs }: Settings,
  named: boolean,
): ChartValues {
  const versions = Array.from({ length: count }, (_, index): VersionValues => {
    if (!own) return {};
    return strategy === "canary" ? matchOf(index) : { weight: explicit[index] ?? 1 };
  });
  const common = { environment, strategy, app: "httpbin", namespace: "default", versions, weightConfigs };
  return { ...common, namespaces: named, ...(named ? { gateway: "shop" } : {}) };
}

/** A candidate's own match, in both spellings: a header, and for the second candidate a path as well. */
function matchOf(index: number): VersionValues {
  if (index === 0) return {};
  const header = { name: "candidate", value: String(index) };
  const match: JsonObject = { headers: { candidate: { exact: header.value } } };
  if (index === 1) return { match: [match], matches: [{ headers: [header] }] };
  return {
    match: [match, { headers: { tester: { exact: "yes" } }, uri: { prefix: "/beta" } }],
    matches: [
      { headers: [header] },
      { headers: [{ name: "tester", value: "yes" }], path: { type: "PathPrefix", value: "/beta" } },
    ],
  };
}

/** One request for every rule that any combination has, and one for none. */
export const samples: readonly SampleRequest[] = [
  { called: "everybody's", path: "/", headers: {} },
  { called: "a tester's", path: "/", headers: { traffic: "test" } },
  { called: "the first candidate's", path: "/", headers: { candidate: "1" } },
  { called: "the second candidate's", path: "/", headers: { candidate: "2" } },
  { called: "a path's", path: "/beta/1", headers: { tester: "yes" } },
  { called: "a branch's", path: "/", headers: { branch: "httpbin-1" } },
];

/** One line that names a combination. */
export function titleOf(values: ChartValues): string {
  const first = values.versions.at(-1);
  const own = first?.weight === undefined && first?.match === undefined ? "defaults" : "own weights or matches";
  const more = [values.weightConfigs ? "weight configs" : "", values.namespaces ? "gateway and namespaces" : ""];
  const parts = [values.environment, values.strategy, `${values.versions.length} versions`, own, ...more];
  return parts.filter((part) => part !== "").join(", ");
}
