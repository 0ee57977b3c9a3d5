import type { Json } from "../../base/json.js";
import { arrayAt, isObject, stringAt } from "../../base/json.js";
import { describeProblem } from "../../base/problem.js";
import type { KubeObject } from "../../kube/object.js";
import { names } from "../names.js";
import type { ClusterFacts, KnownRoutemap } from "./clusterFacts.js";
import type { Finding, Severity } from "./finding.js";
import { describeObject } from "./inventory.js";

/** How many problems of one text are worth telling. */
const mostProblems = 5;

/** What somebody asked for and is told for that reason only. */
const wished: ReadonlySet<string> = new Set(["Paused", "ForcePrimary"]);

/** Routemaps that cannot be decoded, that nobody looks after, or that say that something is wrong. */
export function checkRoutemaps({ routemaps }: ClusterFacts): readonly Finding[] {
  return routemaps.flatMap((routemap) => [...undecodable(routemap), ...reported(routemap.object)]);
}

function undecodable({ object, spec }: KnownRoutemap): readonly Finding[] {
  if (spec.ok) return [];
  const lint = `kubectl ${placeOf(object)} get configmap ${object.metadata.name} -o yaml | pointsman lint -f -`;
  return spec.error.slice(0, mostProblems).map(({ fix, ...problem }): Finding => {
    const message = `SpecInvalid: ${describeProblem(problem)}`;
    return { ...about(object), severity: "error", message, fix: `${fix} (${lint})` };
  });
}

function reported(object: KubeObject): readonly Finding[] {
  const text = object.metadata.annotations?.[names.status];
  if (text === undefined)
    return [
      {
        ...about(object),
        severity: "warning",
        message: "no controller has said anything about it yet",
        fix: "see whether a controller leads that watches this namespace (above)",
      },
    ];
  const conditions = conditionsIn(text);
  const ready = conditions.find(({ type }) => type === "Ready");
  const isTold = conditions.some(({ type }) => type === ready?.reason);
  return conditions.flatMap(({ type, status, reason, message }): Finding[] => {
    const isReady = type === "Ready";
    if (isReady ? status === "True" || isTold : status !== "True") return [];
    // What is told of the text is told above, with its place.
    if (type === "SpecInvalid") return [];
    const isBad = type === ready?.reason || (isReady && reason === "NothingReady");
    const severity: Severity = wished.has(type) ? "info" : isBad ? "error" : "warning";
    return [
      { ...about(object), severity, message: `${isReady ? reason : type}: ${message}`, fix: fixOf(type, object) },
    ];
  });
}

function fixOf(type: string, object: KubeObject): string {
  const annotate = `kubectl ${placeOf(object)} annotate configmap ${object.metadata.name}`;
  switch (type) {
    case "Paused":
      return `${annotate} ${names.paused}-`;
    case "ForcePrimary":
      return `${annotate} ${names.forcePrimary}-`;
    case "NotOurs":
    case "FieldConflict":
      return `${annotate} ${names.adopt}=true, if the route is to be Pointsman's`;
    default:
      return `pointsman why ${object.metadata.name} ${placeOf(object)}`;
  }
}

interface Told {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

function conditionsIn(text: string): readonly Told[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [];
  }
  if (!isObject(value)) return [];
  const member = (condition: Json, name: string): string => stringAt(condition, name) ?? "";
  return arrayAt(value, "conditions").map((condition) => ({
    type: member(condition, "type"),
    status: member(condition, "status"),
    reason: member(condition, "reason"),
    message: member(condition, "message"),
  }));
}

function about(object: KubeObject): Pick<Finding, "check" | "object"> {
  return { check: "routemaps", object: describeObject(object) };
}

function placeOf({ metadata }: KubeObject): string {
  return `-n ${metadata.namespace ?? ""}`;
}
