import type { Json, JsonObject } from "../../base/json.js";
import { arrayAt, isObject } from "../../base/json.js";
import { describeBackend } from "../reader/backend.js";
import type { Dialect, RulePlace } from "../reader/dialect.js";
import { Shape } from "../reader/shape.js";
import type { Destination, RouteRule } from "../route.js";
import type { Correction, CorrectionKind } from "./correction.js";
import { withoutMirrors } from "./editor.js";
import type { Permit } from "./permit.js";
import { isForbidden, versionOf } from "./permit.js";

/**
 * A rule on its way through the guard. `live`: a share above 0 leads to somebody who may carry, or to a backend that is
 * not ours to judge. `dead`: it has backends and none of them is live. `plain`: it has no backends by nature.
 */
export interface Draft {
  readonly place: RulePlace;
  /** As it came in. */
  readonly before: RouteRule;
  readonly rule: JsonObject;
  readonly reading: RouteRule;
  readonly state: "live" | "dead" | "plain" | "dropped";
  readonly corrections: readonly Correction[];
}

/**
 * Takes every forbidden weight and mirror out of a rule, of a `barred` one every weight. Whether the rule can stay is not
 * yet decided.
 */
export function cleanRule(value: Json, place: RulePlace, dialect: Dialect, permit: Permit, barred: boolean): Draft {
  const rule = isObject(value) ? value : {};
  const before = dialect.readRule(rule, place, new Shape());
  const isRefused = ({ role, backend }: Destination): boolean =>
    (barred && role === "share") || isForbidden(backend, permit);
  const carrying = before.destinations.filter(({ weight }) => weight > 0);
  const forbidden = carrying.filter(isRefused);
  const shares = forbidden.filter(({ role }) => role === "share");
  const mirrors = forbidden.filter(({ role }) => role === "mirror");
  const alive = carrying.some((destination) => destination.role === "share" && !isRefused(destination));
  const zeroed = zeroShares(rule, new Set(shares.map(({ path }) => path)), place, dialect);
  const clean = withoutMirrors(zeroed, new Set(mirrors.map(({ path }) => path)), place.path, dialect);
  return {
    place,
    before,
    rule: clean,
    reading: clean === rule ? before : dialect.readRule(clean, place, new Shape()),
    state: !before.hasBackends ? "plain" : alive ? "live" : "dead",
    corrections: [
      ...shares.map((share) => correctionOf("weightZeroed", before, share, permit)),
      ...mirrors.map((mirror) => correctionOf("mirrorRemoved", before, mirror, permit)),
    ],
  };
}

/** The weighted destinations of a rule, as JSON and as they are read. */
export function sharesOf(
  draft: Draft,
  dialect: Dialect,
): readonly { readonly json: Json; readonly share: Destination }[] {
  const read = draft.reading.destinations.filter(({ role }) => role === "share");
  return arrayAt(draft.rule, dialect.shares).flatMap((json, index) => {
    const share = read[index];
    return share === undefined ? [] : [{ json, share }];
  });
}

/** A correction of a whole rule, told by the first destination that carried without the right, or else the first. */
export function ruleCorrection(what: CorrectionKind, draft: Draft, permit: Permit): Correction {
  const shares = draft.before.destinations.filter(({ role }) => role === "share");
  const culprit = shares.find(({ weight, backend }) => weight > 0 && isForbidden(backend, permit)) ?? shares[0];
  const about = correctionOf(what, draft.before, culprit, permit);
  return { ...about, path: draft.before.path };
}

/** A correction of one destination of a rule. */
export function correctionOf(
  what: CorrectionKind,
  rule: RouteRule,
  destination: Destination | undefined,
  permit: Permit,
): Correction {
  const version = destination === undefined ? undefined : versionOf(destination.backend, permit)?.name;
  return {
    path: destination?.path ?? rule.path,
    rule: rule.name ?? rule.path,
    destination: destination === undefined ? "" : describeBackend(destination.backend),
    ...(version === undefined ? {} : { version }),
    what,
  };
}

function zeroShares(rule: JsonObject, paths: ReadonlySet<string>, place: RulePlace, dialect: Dialect): JsonObject {
  if (paths.size === 0) return rule;
  const shares = arrayAt(rule, dialect.shares).map((share, index) =>
    paths.has(`${place.path}.${dialect.shares}[${index}]`) && isObject(share) ? { ...share, weight: 0 } : share,
  );
  return { ...rule, [dialect.shares]: shares };
}
