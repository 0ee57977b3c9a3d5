import type { ReleaseGround } from "./actions.js";
import type { ResourceFacts, VersionFacts } from "./facts.js";
import type { OutputId } from "./observed.js";
import { outputKey } from "./observed.js";
import type { Proof } from "./proof.js";
import { proveZero } from "./proof.js";
import { releasePolicy } from "./releasePolicy.js";
import { storedWeights } from "./stored.js";
import type { Survey } from "./survey.js";

/** A routemap's word on whether the finalizer of one object may go. */
export type Vote =
  | { readonly release: true; readonly ground: ReleaseGround }
  | { readonly release: false; readonly stage: string; readonly message: string; readonly until?: number };

/** A version that is held but not raised within this time is let go (docs/rules.md, "Who is held"). */
export const guardPatience = 30_000;

/** Whether this output has no traffic to prove anything about, or is one the reader can be trusted with. */
export type Recognises = (output: OutputId, version: number) => boolean;

/**
 * Votes on one object of one version (docs/rules.md, "A release is a vote" and "Never stuck"). `outputs` are all
 * outputs of the routemap that carry traffic.
 */
export function releaseVote(
  s: Survey,
  version: VersionFacts,
  resource: ResourceFacts,
  outputs: readonly OutputId[],
  recognises: Recognises,
): Vote {
  if (!resource.kind.hold) return { release: true, ground: "never-claimed" };
  const exception = releaseWithoutProof(s, version, resource);
  if (exception !== undefined) return exception;
  const later = laterThanSiblings(version, resource);
  const wanted = stillWanted(s, version) ?? later;
  if (wanted !== undefined) return withDeadline(s, resource, wanted);
  for (const output of outputs) {
    const proof = prove(s, output, version, recognises);
    if (!proof.proven) return withDeadline(s, resource, refuse(proof));
  }
  return { release: true, ground: "proof" };
}

function refuse(proof: Extract<Proof, { proven: false }>): Vote {
  const until = proof.until === undefined ? {} : { until: proof.until };
  return { release: false, stage: proof.stage, message: proof.message, ...until };
}

function releaseWithoutProof(s: Survey, version: VersionFacts, resource: ResourceFacts): Vote | undefined {
  if (s.facts.every((other) => other.goneOrDeleting)) return { release: true, ground: "nothing-left" };
  if (s.observed.terminating(resource.ref.namespace)) return { release: true, ground: "namespace-terminating" };
  const present = s.observed.routemap.life === "present";
  if (present && !s.multi && version.listed && !resource.deleting) return { release: true, ground: "single-version" };
  if (pastDeadline(s, resource) <= 0) return { release: true, ground: "deadline" };
  return undefined;
}

function stillWanted(s: Survey, version: VersionFacts): Vote | undefined {
  if (s.fenced)
    return {
      release: false,
      stage: "fenced",
      message: "the outcome of the last write is not known yet",
      until: s.observed.memory.fencedUntil,
    };
  if (s.observed.routemap.life !== "present") return undefined;
  if (!isWanted(s, version.index)) return undefined;
  const guarded = s.observed.memory.guardedSince.get(version.name);
  if (guarded === undefined) return { release: false, stage: "wanted", message: "it is to carry traffic" };
  // Let go while its raise is only put off, it would be held again for the next try, and so on for ever.
  const retries = [...s.observed.memory.troubles.values()].map(({ retryAt }) => retryAt);
  if (retries.some((retryAt) => retryAt >= s.now.monotonic))
    return { release: false, stage: "guarded", message: "the write that raises it is tried again" };
  if (s.now.monotonic - guarded >= guardPatience) return undefined;
  return {
    release: false,
    stage: "guarded",
    message: "it is held and about to be raised",
    until: guarded + guardPatience,
  };
}

/** By its weight, or as the fallback, to which the rules of a canary, a mirror or a template may lead whatever its weight. */
function isWanted(s: Survey, index: number): boolean {
  const leadsBack = s.spec.templates.length > 0 || s.spec.routes.some((route) => route.strategy.type !== "blue-green");
  return (s.desire.weights[index] ?? 0) > 0 || (leadsBack && (s.fallback.weights[index] ?? 0) > 0);
}

function laterThanSiblings(version: VersionFacts, resource: ResourceFacts): Vote | undefined {
  if (resource.kind.resource !== "services" || resource.kind.group !== "") return undefined;
  const waiting = version.resources.some(
    (other) => other !== resource && other.held && other.kind.resource !== "services",
  );
  return waiting
    ? { release: false, stage: "service-last", message: "the Service goes after its workload" }
    : undefined;
}

/** Proves one output for one version. */
export function prove(s: Survey, output: OutputId, version: VersionFacts, recognises: Recognises): Proof {
  const seen = s.observed.output(output);
  const object = seen.state === "seen" ? seen.object : undefined;
  if (s.observed.routemap.life === "gone" && object !== undefined && orphaned(s, object.metadata.ownerReferences))
    return { proven: true };
  if (s.unprovable.has(version.index) && object !== undefined) {
    const message = `${outputKey(output)} names it whether it has weight or not`;
    return { proven: false, stage: "unprovable", message };
  }
  const policy = releasePolicy(object, s.spec.release, s.observed.config, (namespace, name) =>
    s.observed.gatewayClass(namespace, name),
  );
  const stored = s.stored.get(outputKey(output)) ?? storedWeights(object, s.versions, s.observed.subsetLabels);
  const input = {
    id: output,
    stored,
    version: version.index,
    versions: s.versions,
    policy,
    recognised: recognises(output, version.index),
  };
  return proveZero(s.observed, input, s.now.monotonic);
}

function orphaned(s: Survey, owners: readonly { readonly uid: string }[] | undefined): boolean {
  return !(owners ?? []).some((owner) => owner.uid === s.observed.routemap.uid);
}

/** Milliseconds until a deleted object is let go without proof; Infinity while it is not being deleted. */
export function pastDeadline(s: Survey, resource: ResourceFacts): number {
  const deletion = resource.object?.metadata.deletionTimestamp;
  if (deletion === undefined) return Infinity;
  const { release, limits } = s.observed.config;
  const allowed = Math.min(s.spec.release.deadline ?? release.deadline, limits.maxDeadline);
  return Date.parse(deletion) + allowed - s.now.server;
}

function withDeadline(s: Survey, resource: ResourceFacts, vote: Vote): Vote {
  if (vote.release) return vote;
  const left = pastDeadline(s, resource);
  if (!Number.isFinite(left)) return vote;
  const deadline = s.now.monotonic + Math.max(0, left);
  return { ...vote, until: Math.min(vote.until ?? Infinity, deadline) };
}
