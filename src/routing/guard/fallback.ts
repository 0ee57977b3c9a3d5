import type { Json, JsonObject } from "../../base/json.js";
import { canonicalJson, isObject } from "../../base/json.js";
import type { Problem } from "../../base/problem.js";
import type { Result } from "../../base/result.js";
import { fail, ok } from "../../base/result.js";
import { predictorName } from "../reader/backend.js";
import type { Dialect } from "../reader/dialect.js";
import type { VersionIdentity } from "../reader/identify.js";
import { inferenceServicesOf, isNamedByHeader, servicesOf } from "../reader/identify.js";
import { Shape } from "../reader/shape.js";
import type { Destination, RouteRule, ServiceName } from "../route.js";
import type { Correction } from "./correction.js";
import type { Draft } from "./draft.js";
import { correctionOf, ruleCorrection, sharesOf } from "./draft.js";
import { contextOf, withContext, withoutMirrors, withService, withTexts } from "./editor.js";
import type { FallbackShare, Permit } from "./permit.js";
import { fallbackShares, isForbidden, versionOf } from "./permit.js";

/** A destination for a version of the fallback, and what its rule must do to requests for it (undefined: no matter). */
interface Source {
  readonly json: JsonObject;
  readonly context: JsonObject | undefined;
}

/** Everything that pointing a rule to the fallback looks at. `siblings` are the rules of the same list. */
export interface Scene {
  readonly draft: Draft;
  readonly siblings: readonly Draft[];
  readonly dialect: Dialect;
  readonly permit: Permit;
}

/**
 * Points a rule without a live destination to the fallback.
 *
 * Versions of the fallback that the rule already names get their weight in place. The others are copied from another
 * rule of the list, with their own filters or headers, or made from the rule's Service destination by putting in their
 * Service. A version that is told apart by a header (KServe, ModelMesh, Iter8's two-pass split) also brings its rule's
 * rewrites and headers, which replace this rule's; where the versions of the fallback need different ones, only those
 * that agree with the heaviest are taken. Old destinations stay with weight 0 unless rewrites were replaced or the rule
 * would have too many.
 *
 * Fails, with the path of the rule, if no version of the fallback can be written into it.
 */
export function pointToFallback(scene: Scene): Result<Draft, Problem> {
  const wanted = fallbackShares(scene.permit);
  if (wanted.length === 0) {
    return fail(problemOf(scene, "has no live destination, and no version of the fallback may carry traffic"));
  }
  const attempt = raiseInPlace(scene, wanted) ?? replaceAll(scene, wanted);
  if (attempt === undefined || !isSafe(attempt, scene.permit)) {
    const names = wanted.map(({ version }) => version.name).join(", ");
    return fail(problemOf(scene, `has no live destination and cannot be pointed to ${names}`));
  }
  return ok(attempt);
}

function problemOf({ draft }: Scene, message: string): Problem {
  const fix = "let the template always write a destination for the fallback, with weight 0 where it gets nothing";
  return { path: draft.place.path, message, fix };
}

function raiseInPlace(scene: Scene, wanted: readonly FallbackShare[]): Draft | undefined {
  const { draft, dialect, permit } = scene;
  const shares = sharesOf(draft, dialect);
  const places = new Map<number, number>();
  for (const [place, { share }] of shares.entries()) {
    const index = versionOf(share.backend, permit)?.index;
    if (index !== undefined && ![...places.values()].includes(index)) places.set(place, index);
  }
  const present = new Set(places.values());
  if (!wanted.some(({ version }) => present.has(version.index))) return undefined;
  const own = canonicalJson(contextOf(draft.rule, dialect));
  const missing = wanted.filter(({ version }) => !present.has(version.index));
  const fitting = findSources(scene, missing).filter(
    ({ source }) => source.context === undefined || canonicalJson(source.context) === own,
  );
  const raised = shares.map(({ json }, place) => {
    const weight = wanted.find(({ version }) => version.index === places.get(place))?.weight;
    return weight === undefined || !isObject(json) ? json : { ...json, weight };
  });
  return finish(scene, draft.rule, [...raised, ...fitting.map(weighted)].slice(0, dialect.maxShares), []);
}

function replaceAll(scene: Scene, wanted: readonly FallbackShare[]): Draft | undefined {
  const { draft, dialect } = scene;
  const sources = findSources(scene, wanted);
  const context = sources[0]?.source.context;
  if (sources.length === 0) return undefined;
  const key = context === undefined ? "" : canonicalJson(context);
  const taken = sources
    .filter(({ source }) => (source.context === undefined ? "" : canonicalJson(source.context)) === key)
    .slice(0, dialect.maxShares);
  const old = sharesOf(draft, dialect);
  const stay = context === undefined && old.length + taken.length <= dialect.maxShares;
  const rule = context === undefined ? draft.rule : withContext(draft.rule, context, dialect);
  const shares = [...(stay ? old.map(({ json }) => json) : []), ...taken.map(weighted)];
  return finish(scene, rule, shares, stay ? [] : old.map(({ share }) => share));
}

function finish(scene: Scene, rule: JsonObject, shares: readonly Json[], removed: readonly Destination[]): Draft {
  const { draft, dialect, permit } = scene;
  const whole: JsonObject = { ...rule, [dialect.shares]: shares };
  const copies = ownCopies(dialect.readRule(whole, draft.place, new Shape()), permit);
  const next = withoutMirrors(whole, new Set(copies.map(({ path }) => path)), draft.place.path, dialect);
  const gone = new Set(removed.map(({ path }) => path));
  const corrections: readonly Correction[] = [
    ...copies.map((copy) => correctionOf("mirrorRemoved", draft.before, copy, permit)),
    ...draft.corrections.filter(({ path, what }) => what !== "weightZeroed" || !gone.has(path)),
    ...removed.map((share) => correctionOf("destinationRemoved", draft.before, share, permit)),
    ruleCorrection("ruleToFallback", draft, permit),
  ];
  const reading = dialect.readRule(next, draft.place, new Shape());
  return { ...draft, rule: next, reading, state: "live", corrections };
}

/** Mirrors to a version that the rule gives a share: it would get the same request twice. */
function ownCopies(reading: RouteRule, permit: Permit): readonly Destination[] {
  const live = reading.destinations.filter(({ weight }) => weight > 0);
  const indexOf = ({ backend }: Destination): number | undefined => versionOf(backend, permit)?.index;
  const sharing = new Set(live.filter(({ role }) => role === "share").map(indexOf));
  return live.filter((copy) => copy.role === "mirror" && indexOf(copy) !== undefined && sharing.has(indexOf(copy)));
}

/** Reads the result back: a rule's own headers could give a copied destination another meaning. */
function isSafe({ reading }: Draft, permit: Permit): boolean {
  const live = reading.destinations.filter(({ weight }) => weight > 0);
  const reached = live.some(({ role, backend }) => role === "share" && versionOf(backend, permit) !== undefined);
  return reached && live.every(({ backend }) => !isForbidden(backend, permit));
}

function weighted({ share, source }: { readonly share: FallbackShare; readonly source: Source }): JsonObject {
  return { ...source.json, weight: share.weight };
}

function findSources(
  scene: Scene,
  wanted: readonly FallbackShare[],
): readonly { readonly share: FallbackShare; readonly source: Source }[] {
  return wanted.flatMap((share) => {
    const source = copied(scene, share.version) ?? synthesised(scene, share.version);
    return source === undefined ? [] : [{ share, source }];
  });
}

/** A destination of another rule: of the same kind of backend if possible, from a live rule if possible. */
function copied({ draft, siblings, dialect, permit }: Scene, version: VersionIdentity): Source | undefined {
  const own = sharesOf(draft, dialect);
  const kind = own[0]?.share.backend.kind;
  const byHeader = own.some(({ share }) => isNamedByHeader(share.backend, permit.versions));
  const found = siblings
    .filter((sibling) => sibling.place.path !== draft.place.path)
    .flatMap((sibling) => sharesOf(sibling, dialect).map((entry) => ({ ...entry, sibling })))
    .filter(({ share }) => versionOf(share.backend, permit)?.index === version.index)
    .map((entry) => ({
      ...entry,
      rank: (entry.share.backend.kind === kind ? 0 : 2) + (entry.sibling.state === "live" ? 0 : 1),
    }))
    .sort((a, b) => a.rank - b.rank);
  const [best] = found;
  if (best === undefined || !isObject(best.json)) return undefined;
  const needsContext = byHeader || isNamedByHeader(best.share.backend, permit.versions);
  return { json: best.json, context: needsContext ? contextOf(best.sibling.rule, dialect) : undefined };
}

/** The rule's own Service destination with the version's Service put in, also where headers name it as a whole. */
function synthesised({ draft, dialect }: Scene, version: VersionIdentity): Source | undefined {
  for (const { json, share } of sharesOf(draft, dialect)) {
    if (share.backend.kind !== "service" || !isObject(json)) continue;
    const service = entranceOf(version, share.backend);
    if (service === undefined) continue;
    const renamed = withTexts(json, share.backend.name, service.name);
    return { json: withService(renamed, service, draft.place.namespace, dialect), context: undefined };
  }
  return undefined;
}

/** The version's only Service, or that of its predictor where `like` is a predictor's Service. */
function entranceOf(version: VersionIdentity, like: ServiceName): ServiceName | undefined {
  const [service, ...more] = servicesOf(version);
  if (service !== undefined) return more.length === 0 ? service : undefined;
  const [isvc, ...others] = inferenceServicesOf(version);
  const ending = predictorName(like.name)?.ending;
  if (isvc === undefined || others.length > 0 || ending === undefined) return undefined;
  return { namespace: isvc.namespace, name: isvc.name + ending };
}
