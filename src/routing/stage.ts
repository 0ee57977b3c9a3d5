import type { Action, ClaimAction, PruneAction, ReleaseAction, StripAction, WriteAction } from "./actions.js";
import type { Decision } from "./decide.js";
import { isDeletedInForeground } from "./foreground.js";
import type { Holding } from "./holding.js";
import { outputKey } from "./observed.js";
import type { Survey } from "./survey.js";

/** What there is to choose from. */
export interface Choices {
  readonly decisions: readonly Decision[];
  readonly claims: readonly ClaimAction[];
  readonly prunes: readonly PruneAction[];
  readonly holdings: readonly Holding[];
  /** See `overdueReleases`. */
  readonly overdue: readonly ReleaseAction[];
}

/**
 * The actions that may be carried out now: all of one kind, except that deletions in the foreground are turned along
 * with the returns, which come first and wait for nothing but the claims of the versions they lead to. Then claims,
 * raises and plain writes, pruning, and last releases. After them the world is looked at again.
 */
export function chooseStage(s: Survey, choices: Choices): readonly Action[] {
  const strips = stripsOf(s, choices.holdings);
  const next = choices.overdue.length > 0 ? choices.overdue : inOrder(choices, s.observed.memory.unholdable);
  return strips.length === 0 || next.some(isReturn) ? [...strips, ...next] : strips;
}

/**
 * Held objects that are deleted in the foreground while they may not go yet. The garbage collector is on its way, so
 * this waits for nothing and goes along with the returns (docs/rules.md, "Deletion in the foreground").
 */
function stripsOf(s: Survey, holdings: readonly Holding[]): readonly StripAction[] {
  const { unstrippable } = s.observed.memory;
  return holdings.flatMap(({ version, uid, vote, action }): StripAction[] => {
    const seen = s.observed.resource(action.ref);
    const isLate = seen.state === "seen" && seen.object !== undefined && isDeletedInForeground(seen.object);
    return vote.release || !isLate || unstrippable.has(uid) ? [] : [{ type: "strip", version, ref: action.ref, uid }];
  });
}

/**
 * What is to go at its deadline while its return has failed and waits to be tried again: a return that never succeeds
 * must not keep it for ever (docs/rules.md, "Never stuck").
 */
export function overdueReleases(
  s: Survey,
  decisions: readonly Decision[],
  holdings: readonly Holding[],
): readonly ReleaseAction[] {
  const { troubles } = s.observed.memory;
  const returns = decisions.filter((decision) => decision.kind === "write" && isReturn(decision.action));
  const areWaiting = returns.every(
    ({ rendered }) => (troubles.get(outputKey(rendered.id))?.retryAt ?? 0) > s.now.monotonic,
  );
  if (returns.length === 0 || !areWaiting) return [];
  return holdings.flatMap(({ vote, action }) => (vote.release && vote.ground === "deadline" ? [action] : []));
}

function isReturn(action: Action): boolean {
  return action.type === "write" && action.mode === "return";
}

/**
 * The next actions. Claims of versions that refused our finalizer before are tried last, so that they keep no release
 * waiting; only a return to such a version goes ahead without, since it is the last resort of the fallback.
 */
function inOrder({ decisions, claims, prunes, holdings }: Choices, unholdable: ReadonlySet<string>): readonly Action[] {
  const writes = decisions.flatMap((decision) => (decision.kind === "write" ? [decision] : []));
  const isHopeful = (claim: ClaimAction): boolean => !unholdable.has(claim.version);
  const returns = writes.filter(
    ({ action, claims }) => action.mode === "return" && !blockedByClaims(action, claims.filter(isHopeful)),
  );
  if (returns.length > 0) return returns.map((decision) => decision.action);
  const hopeful = claims.filter(isHopeful);
  if (hopeful.length > 0) return hopeful;
  const others = writes.filter(({ action, claims: own }) => action.mode !== "return" && !blockedByClaims(action, own));
  if (others.length > 0) return others.map((decision): WriteAction => decision.action);
  if (prunes.length > 0) return prunes;
  const releases = holdings.flatMap((holding) => (holding.vote.release ? [holding.action] : []));
  return releases.length > 0 ? releases : claims;
}

function blockedByClaims(action: WriteAction, claims: readonly ClaimAction[]): boolean {
  return claims.some((claim) => action.gains.some((gain) => gain.version === claim.version));
}
