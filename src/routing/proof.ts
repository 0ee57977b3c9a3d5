import { formatDuration } from "../base/duration.js";
import type { Observed, OutputId } from "./observed.js";
import { outputKey } from "./observed.js";
import { names } from "./names.js";
import { identifyVersion } from "./reader/identify.js";
import type { VersionIdentity } from "./reader/identify.js";
import type { ReleasePolicy } from "./releasePolicy.js";
import type { StoredWeights } from "./stored.js";
import type { OutputTrack } from "./track.js";
import { confirmedAt, storedAt, zeroSince } from "./track.js";

/** Whether an output is proven to send a version nothing any more, and if not yet, when to look again. */
export type Proof =
  | { readonly proven: true }
  | {
      readonly proven: false;
      readonly stage: "carrying" | "unseen" | "confirming" | "settling" | "draining" | "unprovable";
      readonly message: string;
      /** Monotonic time at which the stage may end; absent where only an event can end it. */
      readonly until?: number;
    };

const proven: Proof = { proven: true };

/** What the proof of one output needs. */
export interface ProofInput {
  readonly id: OutputId;
  readonly stored: StoredWeights;
  readonly version: number;
  readonly versions: readonly VersionIdentity[];
  readonly policy: ReleasePolicy;
  /** Whether the reader recognises this version in what its template renders; otherwise proof is by our own note. */
  readonly recognised: boolean;
}

/**
 * Proves on a stored output that a version carries nothing: weight 0 stored, confirmed, settled, drained, one after
 * the other (docs/rules.md, "Proof"). All times are monotonic milliseconds.
 */
export function proveZero(observed: Observed, input: ProofInput, now: number): Proof {
  const seen = observed.output(input.id);
  if (seen.state === "kindAbsent") return proven;
  if (seen.state === "unseen") return { proven: false, stage: "unseen", message: seen.message };
  const track = observed.track(input.id);
  if (track === undefined)
    return { proven: false, stage: "unseen", message: `${outputKey(input.id)} was not seen yet` };
  if (seen.object === undefined) return after(track.goneAt ?? now, input.policy, input.policy.settle, now);
  if (seen.object.metadata.labels?.[names.owner] !== observed.routemap.uid) return proven;
  if (!input.stored.readable || !input.recognised) return proveByNote(input, track, now);
  if (input.stored.carries[input.version] === true)
    return { proven: false, stage: "carrying", message: `${outputKey(input.id)} still gives it traffic` };
  const since = zeroSince(
    track,
    (backend) => identifyVersion(backend, input.versions, observed.subsetLabels) === input.version,
  );
  if (since === undefined)
    return { proven: false, stage: "carrying", message: `${outputKey(input.id)} still gives it traffic` };
  return settleAndDrain(track, since, input.policy, now);
}

function settleAndDrain(track: OutputTrack, since: number, policy: ReleasePolicy, now: number): Proof {
  const stored = storedAt(track, since) ?? now;
  const confirmed = confirmedAt(track, since);
  if (!policy.confirms) return after(stored, policy, policy.settle, now);
  const patience = stored + policy.confirmTimeout;
  if (confirmed === undefined && now < patience)
    return {
      proven: false,
      stage: "confirming",
      message: `no gateway has confirmed generation ${since} yet`,
      until: patience,
    };
  return after(Math.min(confirmed ?? patience, patience), policy, policy.settle, now);
}

function after(from: number, policy: ReleasePolicy, settle: number, now: number): Proof {
  const settled = from + settle;
  if (now < settled)
    return {
      proven: false,
      stage: "settling",
      message: `weight 0 settles for ${formatDuration(settle)}`,
      until: settled,
    };
  const drained = settled + policy.drain;
  if (now < drained)
    return {
      proven: false,
      stage: "draining",
      message: `requests drain for ${formatDuration(policy.drain)}`,
      until: drained,
    };
  return proven;
}

/** Time that stands in for reading where an output cannot be read. */
export const unreadableSettle = 30_000;

function proveByNote(input: ProofInput, track: OutputTrack, now: number): Proof {
  const noted = input.stored.raw[input.version];
  if (input.stored.applied === undefined || noted === undefined)
    return {
      proven: false,
      stage: "unprovable",
      message: `${outputKey(input.id)} cannot be read and carries no note of ours`,
    };
  if (noted > 0)
    return {
      proven: false,
      stage: "carrying",
      message: `${outputKey(input.id)} was rendered with its weight ${noted}`,
    };
  const stored = storedAt(track, track.generation) ?? now;
  return after(stored, input.policy, Math.max(unreadableSettle, input.policy.settle), now);
}
