import type { ConditionType } from "../conditionTypes.js";
import { conditionTypes } from "../conditionTypes.js";
import type { Condition } from "../status.js";
import { cause, distinct } from "./cause.js";
import type { Cause, RouteExplanation, VersionExplanation } from "./explanation.js";

/** Conditions that tell of something without holding anything up are the last causes. */
const remarks = conditionTypes.filter(({ severity }) => severity === "remark");
const decisive = conditionTypes.filter(({ severity }) => severity !== "remark");

/** What the routemap as a whole is explained by. */
export interface RoutemapScene {
  readonly life: "present" | "unlabelled" | "gone";
  readonly terminating: boolean;
  readonly conditions: readonly Condition[];
  readonly versions: readonly VersionExplanation[];
  readonly routes: readonly RouteExplanation[];
}

/** Why a routemap is as it is, most decisive first; never empty. */
export function routemapCauses(scene: RoutemapScene): readonly Cause[] {
  const { conditions, versions } = scene;
  const told = decisive.flatMap((type) => fromCondition(conditions, type));
  const byVersion = versions.flatMap(({ causes }) => causes.filter(({ severity }) => severity !== "info"));
  const isTold = (candidate: Cause): boolean => told.some(({ reason }) => reason === candidate.reason);
  const found = [
    ...lifeCauses(scene),
    ...told,
    ...byVersion.filter((candidate) => !isTold(candidate)),
    ...remarks.flatMap((type) => fromCondition(conditions, type)),
  ];
  return found.length > 0 ? distinct(found) : [atRest(scene)];
}

function fromCondition(conditions: readonly Condition[], { type, severity }: ConditionType): readonly Cause[] {
  const condition = conditions.find((candidate) => candidate.type === type);
  if (condition === undefined) return [];
  const since = condition.lastTransitionTime;
  const evidence = { object: `condition ${type}`, value: condition.reason, ...(since === undefined ? {} : { since }) };
  const told = severity === "remark" ? "waiting" : severity;
  return [cause(told, type, condition.message, { type: "routemap" }, { evidence })];
}

function lifeCauses({ life, terminating }: RoutemapScene): readonly Cause[] {
  const about = { type: "routemap" } as const;
  if (life === "gone")
    return [cause("waiting", "RoutemapDeleted", "the routemap was deleted; its holds go once its routes have", about)];
  if (life === "unlabelled")
    return [
      cause("waiting", "HandedOver", "the routemap lost its label; its routes stay and are no longer ours", about),
    ];
  if (terminating)
    return [cause("waiting", "NamespaceTerminating", "the namespace is being deleted, so nothing is written", about)];
  return [];
}

function atRest({ versions, routes }: RoutemapScene): Cause {
  const about = { type: "routemap" } as const;
  if (routes.length === 0) return cause("info", "NoRoutes", "the spec names no route", about);
  const shares = versions
    .filter(({ weight }) => weight.stored > 0)
    .map(({ name, weight }) => `${name} ${weight.percent.stored} %`);
  return cause("info", "AsWanted", `every route is as the spec and the gates ask: ${shares.join(", ")}`, about);
}
