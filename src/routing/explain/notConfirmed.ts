import { cause } from "./cause.js";
import type { Cause, ParentExplanation, RouteExplanation } from "./explanation.js";
import type { VersionScene } from "./versionScene.js";

/** It is stored as it should be, and a gateway does not take it or has not said so yet. */
export function notConfirmed({ version, weight, routes }: VersionScene): readonly Cause[] {
  if (weight.wanted === 0 || weight.stored === 0) return [];
  const carrying = routes.filter(({ weights = [] }) =>
    weights.some((entry) => entry.version === version.name && entry.stored > 0),
  );
  const refused = carrying.flatMap((route) => route.parents.flatMap((parent) => refusal(route, parent)));
  if (refused.length > 0 || weight.confirmed !== undefined) return refused;
  return carrying.flatMap((route) =>
    route.confirmed ? [] : route.parents.flatMap((parent) => silence(route, parent)),
  );
}

function refusal({ kind, name }: RouteExplanation, parent: ParentExplanation): readonly Cause[] {
  if (parent.accepted !== "False") return [];
  const why = [parent.reason, parent.message].filter((text) => text !== undefined).join(": ");
  const message = `${parent.parent} does not accept the route: ${why}`;
  return [cause("error", "NotAccepted", message, { type: "route", kind, name })];
}

function silence({ kind, name, generation = 0 }: RouteExplanation, parent: ParentExplanation): readonly Cause[] {
  if (parent.accepted === "True" && (parent.observedGeneration ?? 0) >= generation) return [];
  const message = `${parent.parent} has not accepted generation ${generation} yet`;
  return [cause("waiting", "AwaitingGateway", message, { type: "route", kind, name })];
}
