import { objectAt } from "../base/json.js";
import type { KindSettings } from "../config/kind.js";
import type { KubeObject } from "../kube/object.js";
import { groupResourceOf } from "../kube/resource.js";
import { endpointsOf } from "./endpoints.js";
import type { Verdict } from "./gates/verdict.js";
import { ready } from "./gates/verdict.js";
import { judgeResource, judgeVersion } from "./gates/chain.js";
import { names } from "./names.js";
import type { Claim, Observed, Seen } from "./observed.js";
import { resourceKey } from "./observed.js";
import type { ListedResource, VersionIdentity } from "./reader/identify.js";
import type { ResourceRef, Routemap, VersionSpec } from "./routemap.js";

/** One object of a version, as observed. */
export interface ResourceFacts {
  readonly ref: ResourceRef;
  readonly kind: KindSettings;
  readonly seen: Seen;
  readonly object: KubeObject | undefined;
  readonly deleting: boolean;
  /** Whether it carries our finalizer. */
  readonly held: boolean;
  readonly verdicts: readonly Verdict[];
}

/** One version with everything that decisions about it need. Versions that left the spec are not `listed`. */
export interface VersionFacts {
  readonly index: number;
  readonly name: string;
  readonly listed: boolean;
  readonly spec: VersionSpec | undefined;
  readonly resources: readonly ResourceFacts[];
  readonly answer: Verdict["answer"];
  readonly decisive: Verdict;
  readonly verdicts: readonly Verdict[];
  /** Every object that can be held is there and none is deleting. */
  readonly standing: boolean;
  /** Some object that can be held is deleting, known to be absent, or of a kind the cluster does not have. */
  readonly goneOrDeleting: boolean;
  /** It is being deleted, is gone or left the spec, and would be ready were it not for that. */
  readonly stillServing: boolean;
}

/** A version before its gates are judged: what it is called and which objects it has. */
export interface VersionOutline {
  readonly name: string;
  readonly listed: boolean;
  readonly spec: VersionSpec | undefined;
  readonly refs: readonly ResourceRef[];
}

/** The versions of the spec, then every version that left it but still has a claimed object. */
export function outlineVersions(
  routemap: Routemap,
  claims: readonly Claim[],
  kinds: Observed["kinds"],
): VersionOutline[] {
  const outlines: VersionOutline[] = routemap.versions.map((spec) => ({
    name: spec.name,
    listed: true,
    spec,
    refs: spec.resources,
  }));
  const listed = new Set(outlines.flatMap((outline) => outline.refs.map((ref) => refKey(ref, kinds))));
  const dropped = new Map<string, ResourceRef[]>();
  for (const claim of claims) {
    if (listed.has(refKey(claim.ref, kinds))) continue;
    const refs = dropped.get(claim.version) ?? [];
    if (!refs.some((ref) => refKey(ref, kinds) === refKey(claim.ref, kinds))) refs.push(claim.ref);
    dropped.set(claim.version, refs);
  }
  const taken = new Set(outlines.map((outline) => outline.name));
  for (const [version, refs] of dropped) {
    const name = taken.has(version) ? `${version} (left the spec)` : version;
    outlines.push({ name, listed: false, spec: undefined, refs });
  }
  return outlines;
}

/** Text key of a ref that does not depend on which shorthand of a kind was used. */
export function refKey(ref: ResourceRef, kinds: Observed["kinds"]): string {
  const kind = kinds.get(ref.kind);
  return `${kind === undefined ? ref.kind : groupResourceOf(kind)}/${ref.namespace}/${ref.name}`;
}

/**
 * Who each version is to a reader of routes: its Services, InferenceServices and the labels of its Pods. Where no
 * workload tells these, because it is gone or cannot be seen, those count by which a route of the spec asks for them.
 */
export function identifyVersions(
  outlines: readonly VersionOutline[],
  observed: Observed,
  routes: Routemap["routes"],
): VersionIdentity[] {
  return outlines.map((outline, index) => {
    const resources = outline.refs.flatMap((ref): ListedResource[] => {
      const kind = observed.kinds.get(ref.kind);
      if (kind === undefined) return [];
      const seen = observed.resource(ref);
      const labels = seen.state === "seen" ? podLabels(seen.object) : undefined;
      const identity = { groupResource: groupResourceOf(kind), namespace: ref.namespace, name: ref.name };
      return [labels === undefined ? identity : { ...identity, labels }];
    });
    const asked = resources.some(({ labels }) => labels !== undefined) ? undefined : askedLabels(outline, routes);
    const told = asked === undefined ? resources : resources.map((resource) => ({ ...resource, labels: asked }));
    return { index, name: outline.name, resources: told };
  });
}

function askedLabels(
  { name, listed }: VersionOutline,
  routes: Routemap["routes"],
): Readonly<Record<string, string>> | undefined {
  const asked = routes.flatMap(({ shared }) => Object.entries((listed ? shared?.subsets.get(name) : undefined) ?? {}));
  return asked.length === 0 ? undefined : Object.fromEntries(asked);
}

function podLabels(object: KubeObject | undefined): Readonly<Record<string, string>> | undefined {
  const labels = objectAt(object, "spec", "template", "metadata", "labels");
  const entries = Object.entries(labels).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** Judges every version. `carries[i]`: whether a stored output gives version i any traffic. */
export function gatherFacts(
  outlines: readonly VersionOutline[],
  observed: Observed,
  carries: readonly boolean[],
): readonly VersionFacts[] {
  return outlines.map((outline, index) => {
    const resources = outline.refs.flatMap((ref) => resourceFacts(ref, observed, carries[index] ?? false));
    const verdicts = resources.flatMap((resource) => resource.verdicts);
    const judged = judgeVersion(verdicts);
    const holdable = resources.filter((resource) => resource.kind.hold);
    const needed = holdable.length > 0 ? holdable : resources;
    const goneOrDeleting = needed.some((resource) => resource.deleting || knownAbsent(resource.seen));
    return {
      index,
      name: outline.name,
      listed: outline.listed,
      spec: outline.spec,
      resources,
      answer: judged.answer,
      decisive: judged.decisive,
      verdicts,
      standing:
        needed.length > 0 &&
        needed.every((resource) => resource.object !== undefined && isLabelled(resource.object) && !resource.deleting),
      goneOrDeleting,
      stillServing:
        (goneOrDeleting || !outline.listed) &&
        resources.length > 0 &&
        resources.every((resource) => servesButForDeletion(resource, observed)),
    };
  });
}

function isLabelled(object: KubeObject): boolean {
  return object.metadata.labels?.[names.watchLabel] === "true";
}

function isDeleting(object: KubeObject): boolean {
  return object.metadata.deletionTimestamp !== undefined;
}

function knownAbsent(seen: Seen): boolean {
  return seen.state === "kindAbsent" || (seen.state === "seen" && seen.object === undefined);
}

function resourceFacts(ref: ResourceRef, observed: Observed, carrying: boolean): ResourceFacts[] {
  const kind = observed.kinds.get(ref.kind);
  if (kind === undefined) return [];
  const seen = observed.resource(ref);
  const object = seen.state === "seen" ? seen.object : undefined;
  // An object that lost its label is ours to release, never to use.
  const judged: Seen = object !== undefined && !isLabelled(object) ? { state: "seen", object: undefined } : seen;
  return [
    {
      ref,
      kind,
      seen,
      object,
      deleting: object !== undefined && (isDeleting(object) || observed.terminating(ref.namespace)),
      held: object?.metadata.finalizers?.includes(names.finalizer) ?? false,
      verdicts: assumedReady(
        judgeResource({
          ref,
          kind,
          seen: judged,
          carrying,
          endpoints: endpointsOf(groupResourceOf(kind), ref, observed),
          doomed: observed.terminating(ref.namespace),
        }),
        observed.assumed?.has(resourceKey(groupResourceOf(kind), ref.namespace, ref.name)) ?? false,
      ),
    },
  ];
}

/** Existence and deletion are facts whatever is assumed; what the other gates say is not asked. */
function assumedReady(verdicts: readonly Verdict[], isAssumed: boolean): readonly Verdict[] {
  const [existence] = verdicts;
  if (!isAssumed || existence?.answer !== "ready") return verdicts;
  const facts = verdicts.filter(({ gate }) => factual.has(gate));
  const { resource } = existence;
  return [...facts, { ...ready("AssumedReady", "it is taken as ready"), gate: "assumption", resource }];
}

const factual: ReadonlySet<string> = new Set(["existence", "namespace", "deletion"]);

function servesButForDeletion(resource: ResourceFacts, observed: Observed): boolean {
  if (resource.object === undefined || !isLabelled(resource.object)) return false;
  const { deletionTimestamp: _gone, ...metadata } = resource.object.metadata;
  const spared: KubeObject = { ...resource.object, metadata };
  const verdicts = judgeResource({
    ref: resource.ref,
    kind: resource.kind,
    seen: { state: "seen", object: spared },
    carrying: true,
    endpoints: endpointsOf(groupResourceOf(resource.kind), resource.ref, observed),
  });
  return judgeVersion(verdicts).answer !== "notReady";
}
