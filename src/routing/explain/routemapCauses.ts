import type { Condition } from "../status.js";
import { cause, distinct } from "./cause.js";
import type { Cause, RouteExplanation, VersionExplanation } from "./explanation.js";

/** Conditions in the order in which they explain each other: what stands first may be what brought about the rest. */
const order: readonly (readonly [type: string, severity: Cause["severity"]])[] = [
  ["SpecInvalid", "error"],
  ["MissingPermission", "error"],
  ["KindAbsent", "error"],
  ["Paused", "waiting"],
  ["ForcePrimary", "waiting"],
  ["TemplateFailed", "error"],
  ["RouteFailed", "error"],
  ["NotOurs", "error"],
  ["OutputTaken", "error"],
  ["Iter8Running", "error"],
  ["Fighting", "error"],
  ["FieldConflict", "error"],
  ["WriteFailed", "error"],
  ["HoldFailed", "error"],
  ["Unprovable", "error"],
  ["InvalidWeight", "error"],
  ["Unseen", "waiting"],
  ["StatusBehind", "waiting"],
];

/** Conditions that tell of something without holding anything up. */
const remarks: readonly string[] = ["Unconfirmed", "GuardCorrected", "UnlistedBackend", "Clamped"];

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
  const told = order.flatMap(([type, severity]) => fromCondition(conditions, type, severity));
  const byVersion = versions.flatMap(({ causes }) => causes.filter(({ severity }) => severity !== "info"));
  const isTold = (candidate: Cause): boolean => told.some(({ reason }) => reason === candidate.reason);
  const found = [
    ...lifeCauses(scene),
    ...told,
    ...byVersion.filter((candidate) => !isTold(candidate)),
    ...remarks.flatMap((type) => fromCondition(conditions, type, "waiting")),
  ];
  return found.length > 0 ? distinct(found) : [atRest(scene)];
}

function fromCondition(conditions: readonly Condition[], type: string, severity: Cause["severity"]): readonly Cause[] {
  const condition = conditions.find((candidate) => candidate.type === type);
  if (condition === undefined) return [];
  const since = condition.lastTransitionTime;
  const evidence = { object: `condition ${type}`, value: condition.reason, ...(since === undefined ? {} : { since }) };
  return [cause(severity, type, condition.message, { type: "routemap" }, { evidence })];
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
