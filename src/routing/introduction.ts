import type { JsonObject } from "../base/json.js";
import type { KubeObject } from "../kube/object.js";
import type { OutputId } from "./observed.js";
import { identifyVersion } from "./reader/identify.js";
import { readRoute } from "./reader/read.js";
import { releasePolicy } from "./releasePolicy.js";
import type { StoredWeights } from "./stored.js";
import type { Survey } from "./survey.js";
import { backendKey, confirmedAt, namedSince, storedAt } from "./track.js";

/** A route that is there. */
interface StoredRoute {
  readonly id: OutputId;
  readonly object: KubeObject;
  readonly stored: StoredWeights;
}

/**
 * The survey with the times from which a stored route of the Gateway API may give versions their first traffic.
 *
 * A proxy learns of routes and of backends by separate streams, and answers with 503 what a route sends to a backend that
 * it has not heard of yet. So a backend is named with weight 0 first, and gets requests once every parent has accepted
 * that generation, or `confirmTimeout` later (docs/rules.md, "Introduction"). `unraised` renders the route with today's
 * weights: a version that it does not name is not introduced. Nor is one that is needed, as nobody else serves.
 */
export function withIntroductions(
  s: Survey,
  route: StoredRoute,
  unraised: (weights: readonly number[]) => JsonObject | undefined,
): Survey {
  const { object, stored } = route;
  const isConcerned = object.apiVersion.startsWith("gateway.networking.k8s.io/") && s.desire.rule === "weights";
  if (!isConcerned || !servesAnybody(s, stored)) return s;
  const isNew = (index: number): boolean => (s.desire.weights[index] ?? 0) > 0 && stored.carries[index] !== true;
  if (!s.raiseAt.some((at, index) => at !== undefined && isNew(index))) return s;
  const named = backendsNamed(s, unraised(stored.raw));
  const raiseAt = s.raiseAt.map((at, index) => {
    const backends = named.get(index);
    if (at === undefined || backends === undefined || !isNew(index)) return at;
    const known = knownAt(s, route, backends);
    return known === undefined ? undefined : Math.max(at, known);
  });
  return { ...s, raiseAt };
}

function servesAnybody(s: Survey, { carries }: StoredWeights): boolean {
  return s.facts.some(
    ({ index, answer, stillServing }) => carries[index] === true && (answer === "ready" || stillServing),
  );
}

/** Keys of the backends that a body names, by the version that they mean. */
function backendsNamed(s: Survey, body: JsonObject | undefined): ReadonlyMap<number, ReadonlySet<string>> {
  const found = new Map<number, Set<string>>();
  const reading = body === undefined ? undefined : readRoute(body);
  if (reading?.readable !== true) return found;
  for (const { backend } of reading.rules.flatMap((rule) => rule.destinations)) {
    const index = identifyVersion(backend, s.versions, s.observed.subsetLabels);
    if (index !== undefined) found.set(index, (found.get(index) ?? new Set()).add(backendKey(backend)));
  }
  return found;
}

/** When the gateway may be taken to know of the backends; undefined while the stored route does not name them all. */
function knownAt(s: Survey, { id, object }: StoredRoute, backends: ReadonlySet<string>): number | undefined {
  const track = s.observed.track(id);
  if (track === undefined) return undefined;
  const since = [...backends].map((key) => namedSince(track, key));
  if (!since.every((generation) => generation !== undefined)) return undefined;
  const generation = Math.max(...since);
  const policy = releasePolicy(object, s.spec.release, s.observed.config, (namespace, name) =>
    s.observed.gatewayClass(namespace, name),
  );
  const stored = storedAt(track, generation) ?? s.now.monotonic;
  if (!policy.confirms) return stored;
  const patience = stored + policy.confirmTimeout;
  return Math.min(confirmedAt(track, generation) ?? patience, patience);
}
