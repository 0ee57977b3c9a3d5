import type { JsonObject } from "../../base/json.js";
import type { KubeObject } from "../../kube/object.js";
import type { Decision } from "../decide.js";
import type { OutputId } from "../observed.js";
import { outputKey } from "../observed.js";
import type { Plan } from "../plan.js";
import { storedWeights } from "../stored.js";
import type { Survey } from "../survey.js";
import type { RouteExplanation } from "./explanation.js";
import { explainParents } from "./parents.js";
import { writersOf } from "./writers.js";

/** Every route of a routemap: those that are rendered, and those that are stored although nothing renders them. */
export function explainRoutes(s: Survey, plan: Plan): readonly RouteExplanation[] {
  const decided = new Set(plan.decisions.map((decision) => outputKey(decision.rendered.id)));
  const left = s.own.filter((id) => !decided.has(outputKey(id)));
  return [
    ...plan.decisions.map((decision) => ({
      ...describeRoute(s, decision.rendered.id),
      ...standing(decision),
      corrections: decision.rendered.corrections.map(
        ({ path, destination, what }) => `${path} would lead to ${destination} (${what})`,
      ),
      desired: decision.rendered.body,
    })),
    ...left.map((id) => ({
      ...describeRoute(s, id),
      state: "left" as const,
      reason: "NotRendered",
      message: "nothing in the spec renders it now",
      corrections: [],
    })),
  ];
}

function standing(decision: Decision): Pick<RouteExplanation, "state" | "reason" | "message"> {
  switch (decision.kind) {
    case "current":
      return { state: "current", reason: "Current", message: "it is stored as it should be" };
    case "write":
      return {
        state: "write",
        reason: writeReasons[decision.action.mode],
        message: describeWrite(decision.action.weights),
      };
    case "wait":
      return { state: "wait", reason: decision.reason, message: decision.message };
    case "blocked":
      return { state: "blocked", reason: decision.condition, message: decision.message };
  }
}

const writeReasons = { create: "Creating", return: "Returning", raise: "Raising", reweight: "Reweighting" } as const;

function describeWrite(weights: readonly number[]): string {
  return `it is about to be written with the weights ${weights.join("/")}`;
}

type Standing = "state" | "reason" | "message" | "corrections" | "desired";

function describeRoute(s: Survey, id: OutputId): Omit<RouteExplanation, Standing> {
  const seen = s.observed.output(id);
  const object = seen.state === "seen" ? seen.object : undefined;
  const track = s.observed.track(id);
  const generation = object?.metadata.generation;
  const confirmed = track?.confirmed.at(-1)?.generation;
  const weights = object === undefined ? undefined : weightsOf(s, object);
  return {
    ...id,
    ...(generation === undefined ? {} : { generation }),
    ...(confirmed === undefined ? {} : { confirmedGeneration: confirmed }),
    confirmed: generation !== undefined && confirmed !== undefined && confirmed >= generation,
    parents: object === undefined ? [] : explainParents(object),
    ...(weights === undefined ? {} : { weights }),
    writers: object === undefined ? [] : writersOf(object),
    ...(object === undefined ? {} : { stored: withoutServerFields(object) }),
  };
}

function weightsOf(s: Survey, object: KubeObject): RouteExplanation["weights"] {
  const stored = storedWeights(object, s.versions, s.observed.subsetLabels);
  if (!stored.readable) return undefined;
  return s.facts.map(({ name, index }) => ({
    version: name,
    wanted: s.desire.weights[index] ?? 0,
    stored: stored.raw[index] ?? 0,
  }));
}

function withoutServerFields(object: KubeObject): JsonObject {
  const { status: _status, metadata, ...rest } = object;
  const { name, namespace, labels, annotations, ownerReferences } = metadata;
  return {
    ...rest,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
      ...(ownerReferences === undefined ? {} : { ownerReferences }),
    },
  };
}
