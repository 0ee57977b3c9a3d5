import { isObject, at } from "../../base/json.js";
import type { Dialect } from "../reader/dialect.js";
import { isAbsent, Shape } from "../reader/shape.js";
import type { Draft } from "./draft.js";
import { correctionOf, sharesOf } from "./draft.js";
import type { Permit } from "./permit.js";
import { isForbidden, versionOf } from "./permit.js";

/**
 * Fills in weights that a template left out although it writes those of other versions: what an absent weight means
 * instead (1, or in a VirtualService 0) has nothing to do with the weights that were asked for.
 *
 * This is done only where the rule shares out between several versions that may carry, leads to versions alone, writes
 * the asked weight wherever it writes one, and either writes some or had one taken away.
 */
export function fillWeights(draft: Draft, dialect: Dialect, permit: Permit): Draft {
  const { weights } = permit;
  if (weights === undefined || draft.state !== "live") return draft;
  const shares = sharesOf(draft, dialect).map(({ json, share }) => {
    const index = versionOf(share.backend, permit)?.index;
    const asked = index === undefined ? undefined : (weights[index] ?? 0);
    return {
      json,
      share,
      index,
      asked,
      barred: isForbidden(share.backend, permit),
      absent: isAbsent(at(json, "weight")),
    };
  });
  const open = shares.filter(({ barred }) => !barred);
  const stated = open.filter(({ absent }) => !absent);
  const speaks = stated.length > 0 || open.length < shares.length;
  const agrees = stated.every(({ share, asked }) => share.weight === asked);
  const several = new Set(open.map(({ index }) => index)).size > 1;
  const anybody = open.some(({ asked }) => (asked ?? 0) > 0);
  const gaps = open.filter(({ absent, asked, share }) => absent && share.weight !== asked);
  if (!speaks || !agrees || !several || !anybody || gaps.length === 0) return draft;
  if (shares.some(({ index }) => index === undefined)) return draft;
  const rule = {
    ...draft.rule,
    [dialect.shares]: shares.map(({ json, absent, barred, asked }) =>
      absent && !barred && isObject(json) ? { ...json, weight: asked } : json,
    ),
  };
  const corrections = gaps.map(({ share }) => correctionOf("weightFilled", draft.before, share, permit));
  return {
    ...draft,
    rule,
    reading: dialect.readRule(rule, draft.place, new Shape()),
    corrections: [...draft.corrections, ...corrections],
  };
}
