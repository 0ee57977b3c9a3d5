import { formatProblem } from "../../base/problem.js";
import type { KubeObject } from "../../kube/object.js";
import type { JsonObject } from "../../base/json.js";
import type { WriteAction } from "../actions.js";
import type { Decision } from "../decide.js";
import type { Now, OutputId } from "../observed.js";
import type { Plan } from "../plan.js";
import { readRoute } from "../reader/read.js";
import { describeRef } from "../routemap.js";
import { backendKey } from "../track.js";
import type { RehearsedStep } from "./rehearse.js";
import { rehearse } from "./rehearse.js";
import type { RouteChange } from "./routeChange.js";
import { routeChange } from "./routeChange.js";
import type { Snapshot, SnapshotRoutemap } from "./snapshot.js";

/** What a step does. `introduce`: a version is named with weight 0 first; `rewrite`: all but weights may change. */
export type StepKind =
  | "hold"
  | "create"
  | "introduce"
  | "raise"
  | "return"
  | "reweight"
  | "rewrite"
  | "delete"
  | "release"
  | "strip"
  | "give up";

/** One thing that the controller would do, as plain data. */
export interface ForecastStep {
  /** Milliseconds from now. */
  readonly afterMs: number;
  readonly step: StepKind;
  /** The object or route, for example "deploy shop/app-v2". */
  readonly object: string;
  readonly version?: string;
  /** Relative weights by version, for what writes a route; `before` is absent where nothing is stored or readable. */
  readonly weights?: readonly { readonly version: string; readonly before?: number; readonly after: number }[];
  /** Why it may be released: "proof", or a recorded exception. */
  readonly ground?: string;
}

/** Something that keeps a version from its traffic, or a route from being written, until somebody acts. */
export interface Obstacle {
  readonly about: string;
  readonly reason: string;
  readonly message: string;
}

/** What would become of one routemap. */
export interface Forecast {
  readonly namespace: string;
  readonly name: string;
  /** Whether anything would be written. */
  readonly changes: boolean;
  readonly steps: readonly ForecastStep[];
  readonly routes: readonly RouteChange[];
  /** What stands in the way now, and in the end still does. */
  readonly obstacles: readonly Obstacle[];
  /** Milliseconds after which all is done; absent where it is not within an hour. */
  readonly restMs?: number;
}

/** Rehearses one routemap of a snapshot; `isNew`: it is no object of the cluster yet, and its uid is made up. */
export function forecast(shot: Snapshot, routemap: SnapshotRoutemap, now: Now, isNew: boolean): Forecast {
  const { namespace, name, uid } = routemap.observed.routemap;
  const { steps, outputs, last, rest } = rehearse(shot, routemap, now);
  return {
    namespace,
    name,
    changes: steps.length > 0,
    steps: steps.map((step) => toForecast(step, namespace)),
    routes: outputs
      .filter(({ before, after }) => before !== undefined || after !== undefined)
      .map((output) => routeChange(output, isNew ? uid : undefined)),
    obstacles: obstaclesOf(routemap, last),
    ...(rest === undefined ? {} : { restMs: rest }),
  };
}

function toForecast({ after, action, before, versions, stored }: RehearsedStep, namespace: string): ForecastStep {
  const afterMs = Math.round(after);
  switch (action.type) {
    case "claim":
      return { afterMs, step: "hold", object: describeRef(action.ref), version: action.version };
    case "strip":
      return { afterMs, step: "strip", object: describeRef(action.ref), version: action.version };
    case "release": {
      const { ref, version, ground } = action;
      return { afterMs, step: "release", object: describeRef(ref), version, ground };
    }
    case "prune":
      return { afterMs, step: "delete", object: describeOutput(action.output, namespace) };
    case "handOver":
      return { afterMs, step: "give up", object: describeOutput(action.output, namespace) };
    case "write": {
      const weights = weightsOf(action, versions, stored);
      return {
        afterMs,
        step: stepOf(action, before, stored),
        object: describeOutput(action.output, namespace),
        weights,
      };
    }
  }
}

function weightsOf(
  { weights }: WriteAction,
  versions: readonly string[],
  stored: readonly number[] | undefined,
): NonNullable<ForecastStep["weights"]> {
  return versions.map((version, index) => {
    const before = stored?.[index];
    return { version, ...(before === undefined ? {} : { before }), after: weights[index] ?? 0 };
  });
}

function stepOf(
  { mode, weights, body }: WriteAction,
  before: KubeObject | undefined,
  stored: readonly number[] | undefined,
): StepKind {
  if (mode === "create" || mode === "return") return mode;
  const isSame = stored !== undefined && weights.every((weight, index) => weight === (stored[index] ?? 0));
  if (!isSame) return mode;
  const known = before === undefined ? new Set<string>() : backendsOf(before);
  return [...backendsOf(body)].some((backend) => !known.has(backend)) ? "introduce" : "rewrite";
}

function backendsOf(route: JsonObject): ReadonlySet<string> {
  const reading = readRoute(route);
  const rules = reading.readable ? reading.rules : [];
  return new Set(rules.flatMap(({ destinations }) => destinations.map(({ backend }) => backendKey(backend))));
}

/** What the plan at rest still waits for: only somebody else can change that. */
function obstaclesOf({ observed }: SnapshotRoutemap, { survey, decisions, problems }: Plan): readonly Obstacle[] {
  const { spec } = observed;
  const invalid = spec.state === "invalid" ? spec.problems : [];
  const versions = (survey?.facts ?? []).filter(({ listed, answer }) => listed && answer !== "ready");
  return [
    ...invalid.map((problem) => ({ about: "spec", reason: "SpecInvalid", message: formatProblem(problem) })),
    ...problems.map(({ condition, problem }) => {
      return { about: "spec", reason: condition, message: formatProblem(problem) };
    }),
    ...versions.map(({ name, decisive }) => {
      const { reason, message, resource } = decisive;
      return { about: `version ${name}`, reason, message: `${resource}: ${message}` };
    }),
    ...decisions.flatMap((decision) => blockOf(decision, observed.routemap.namespace)),
  ];
}

function blockOf(decision: Decision, namespace: string): readonly Obstacle[] {
  const about = describeOutput(decision.rendered.id, namespace);
  switch (decision.kind) {
    case "current":
    case "write":
      return [];
    case "wait":
      return [{ about, reason: decision.reason, message: decision.message }];
    case "blocked":
      return [{ about, reason: decision.condition, message: decision.message }];
  }
}

function describeOutput({ kind, name }: OutputId, namespace: string): string {
  return describeRef({ kind, namespace, name });
}
