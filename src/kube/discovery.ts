import type { Clock } from "../base/clock.js";
import type { Json } from "../base/json.js";
import type { Result } from "../base/result.js";
import { fail, ok } from "../base/result.js";
import type { Api } from "./api.js";
import type { ApiError } from "./apiError.js";
import { isNotFound, kindAbsentReason } from "./apiError.js";
import type { GroupVersion } from "./discoveryDocuments.js";
import {
  aggregatedDiscovery,
  aggregatedResources,
  coreVersions,
  groupVersions,
  isAggregated,
  listedResources,
  staleVersions,
} from "./discoveryDocuments.js";
import { failureOf } from "./failures.js";
import type { Resource } from "./resource.js";

/** Names a resource by its plural name or its kind. `version`: the one to prefer. */
export type ResourceQuery =
  | { readonly group: string; readonly version?: string; readonly resource: string }
  | { readonly group: string; readonly version?: string; readonly kind: string };

const shortestRefresh = 3_000;
const longestRefresh = 30_000;

/**
 * What the API server serves. The answer is cached; a query that finds nothing asks the server again, 3 s after the last
 * time at the earliest and after 3, 6, 12, … 30 s when it keeps finding nothing, so that a CRD is found soon after it was
 * created and a missing one costs little.
 */
export class Discovery {
  private known: readonly Resource[] = [];
  /** Groups of which not everything could be read, with the reason: what is not found there is not "absent". */
  private incomplete: ReadonlyMap<string, ApiError> = new Map();
  private refreshedAt = Number.NEGATIVE_INFINITY;
  private pause = shortestRefresh;
  private running: Promise<ApiError | undefined> | undefined;

  constructor(
    private readonly api: Api,
    private readonly clock: Clock,
  ) {}

  /**
   * The resource in the version asked for if it is served, else in the version the server prefers. A resource that is not
   * served is an error for which `isKindAbsent` is true; any other error means that the server could not be asked.
   */
  async resolve(query: ResourceQuery, signal: AbortSignal): Promise<Result<Resource, ApiError>> {
    const cached = this.cached(query);
    if (cached !== undefined) return ok(cached);
    if (this.running === undefined && this.clock.monotonic() - this.refreshedAt < this.pause)
      return this.missing(query);
    const before = this.known;
    const error = await this.refresh(signal);
    const found = this.cached(query);
    if (found !== undefined) return ok(found);
    if (error !== undefined) return fail(error);
    // Only a refresh that brought nothing new makes the next one later.
    this.pause = sameResources(before, this.known) ? Math.min(this.pause * 2, longestRefresh) : shortestRefresh;
    return this.missing(query);
  }

  /** The same from the cache alone; undefined if it is not known. */
  cached(query: ResourceQuery): Resource | undefined {
    const served = this.known.filter((known) => matches(query, known));
    return served.find((known) => known.version === query.version) ?? served[0];
  }

  /** Every resource of the cached answer, each in every version that is served, the preferred one first. */
  all(): readonly Resource[] {
    return this.known;
  }

  /** Asks the server now, whatever the cache holds; shares a refresh that is under way. Call it when a CRD changed. */
  refresh(signal: AbortSignal): Promise<ApiError | undefined> {
    this.running ??= this.load(signal).finally(() => (this.running = undefined));
    return this.running;
  }

  private async load(signal: AbortSignal): Promise<ApiError | undefined> {
    const incomplete = new Map<string, ApiError>();
    const core = await this.loadRoot("/api", coreVersions, incomplete, signal);
    if (!core.ok) return core.error;
    const groups = await this.loadRoot("/apis", groupVersions, incomplete, signal);
    if (!groups.ok) return groups.error;
    this.incomplete = incomplete;
    this.refreshedAt = this.clock.monotonic();
    const known = [...core.value, ...groups.value];
    if (!sameResources(known, this.known)) this.pause = shortestRefresh;
    this.known = known;
    return undefined;
  }

  private async loadRoot(
    path: "/api" | "/apis",
    versionsOf: (document: Json) => readonly GroupVersion[],
    incomplete: Map<string, ApiError>,
    signal: AbortSignal,
  ): Promise<Result<readonly Resource[], ApiError>> {
    const document = await this.api.raw("GET", path, undefined, signal, aggregatedDiscovery);
    if (!document.ok) return document;
    if (isAggregated(document.value)) {
      for (const { group, version } of staleVersions(document.value)) incomplete.set(group, stale(group, version));
      return ok(aggregatedResources(document.value));
    }
    const versions = versionsOf(document.value);
    const lists = await Promise.all(versions.map((version) => this.loadVersion(version, incomplete, signal)));
    return ok(lists.flat());
  }

  private async loadVersion(
    groupVersion: GroupVersion,
    incomplete: Map<string, ApiError>,
    signal: AbortSignal,
  ): Promise<readonly Resource[]> {
    const { group, version } = groupVersion;
    const path = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
    const list = await this.api.raw("GET", path, undefined, signal);
    if (list.ok) return listedResources(groupVersion, list.value);
    // The version went between the two requests.
    if (isNotFound(list.error)) return [];
    incomplete.set(group, list.error);
    return this.known.filter((known) => known.group === group && known.version === version);
  }

  private missing(query: ResourceQuery): Result<never, ApiError> {
    const reason = this.incomplete.get(query.group);
    return reason === undefined ? absent(query) : fail(reason);
  }
}

function stale(group: string, version: string): ApiError {
  const asked = { verb: "get", path: `/apis/${group}/${version}` };
  return failureOf(asked, "status", "StaleDiscovery", `the server of ${group}/${version} does not answer`, 503);
}

function matches(query: ResourceQuery, known: Resource): boolean {
  if (query.group !== known.group) return false;
  return "resource" in query ? query.resource === known.resource : query.kind === known.kind;
}

function sameResources(a: readonly Resource[], b: readonly Resource[]): boolean {
  const key = ({ group, version, resource }: Resource): string => `${group}/${version}/${resource}`;
  const known = new Set(a.map(key));
  return a.length === b.length && b.every((resource) => known.has(key(resource)));
}

function absent(query: ResourceQuery): Result<never, ApiError> {
  const name = "resource" in query ? query.resource : query.kind;
  const group = query.group === "" ? "the core group" : `group ${query.group}`;
  const asked = { verb: "get", path: query.group === "" ? "/api" : `/apis/${query.group}` };
  return fail(failureOf(asked, "status", kindAbsentReason, `the API server does not serve ${name} of ${group}`, 404));
}
