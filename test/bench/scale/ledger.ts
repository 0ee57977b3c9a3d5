import { sleep, systemClock } from "../../../src/base/clock.js";
import type { JsonObject } from "../../../src/base/json.js";
import { arrayAt, numberAt, stringAt } from "../../../src/base/json.js";
import type { AdminClient, OpenWatch } from "../../support/plane/adminClient.js";
import { routes } from "../app.js";

/** A route as it was last seen. */
export interface RouteSight {
  /** "namespace/name". */
  readonly key: string;
  readonly generation: number;
  readonly weights: readonly number[];
  /** Request timeout of its first rule. */
  readonly timeout: string | undefined;
  /** Monotonic milliseconds when this generation was seen first. */
  readonly at: number;
}

/** Pause before a watch that ended is opened again, milliseconds. */
const reopenPause = 100;

/** Every route of the cluster, followed independently of those who write them. */
export class RouteLedger {
  private readonly sights = new Map<string, RouteSight>();
  private readonly waiting = new Set<(sight: RouteSight) => void>();
  private readonly versions = new Map<string, string>();
  private watch: OpenWatch;
  private stopped = false;
  /** Revisions of any kind so far, and those of them that are new generations. */
  revisions = 0;
  generations = 0;

  constructor(private readonly admin: AdminClient) {
    this.watch = this.open();
  }

  /** An API server that is short of time ends watches; the next one begins with what is there. */
  private open(): OpenWatch {
    const watch = this.admin.watch(routes, {}, ({ type, object, at }) => this.take(type, object, at));
    const again = (): void => {
      if (!this.stopped) this.watch = this.open();
    };
    const soon = (): void => void systemClock.after(reopenPause, again);
    watch.done.then(soon, soon);
    return watch;
  }

  sight(key: string): RouteSight | undefined {
    return this.sights.get(key);
  }

  /**
   * Waits until each of these routes is as `matches` wants it; resolves with when the last one was seen so, monotonic
   * milliseconds. Throws after `ms`.
   */
  async untilEach(
    keys: Iterable<string>,
    matches: (sight: RouteSight) => boolean,
    ms: number,
    signal: AbortSignal,
  ): Promise<number> {
    const isRight = (sight: RouteSight | undefined): boolean => sight !== undefined && matches(sight);
    const pending = new Set([...keys].filter((key) => !isRight(this.sights.get(key))));
    const stop = new AbortController();
    let last = systemClock.monotonic();
    const look = (sight: RouteSight): void => {
      if (!pending.has(sight.key) || !matches(sight)) return;
      pending.delete(sight.key);
      last = sight.at;
      if (pending.size === 0) stop.abort();
    };
    this.waiting.add(look);
    if (pending.size > 0) await sleep(systemClock, ms, AbortSignal.any([signal, stop.signal]));
    this.waiting.delete(look);
    signal.throwIfAborted();
    const [first = ""] = pending;
    if (pending.size === 0) return last;
    throw new Error(`${pending.size} routes were not as wanted in ${ms} ms, ${first} for one: ${this.tell(first)}`);
  }

  /** Waits until the route has these weights, and tells when that was seen. */
  untilWeights(key: string, weights: readonly number[], ms: number, signal: AbortSignal): Promise<number> {
    return this.untilEach([key], (sight) => sameWeights(sight.weights, weights), ms, signal);
  }

  private tell(key: string): string {
    return JSON.stringify(this.sights.get(key) ?? "there is none");
  }

  /** Lists the routes anew, as the server has them, and compares; the keys of those that are not as seen. */
  async differing(): Promise<readonly string[]> {
    const live = await this.admin.list(routes);
    return live
      .map((route) => sightOf(route, 0))
      .flatMap(({ key, generation }) => (this.sights.get(key)?.generation === generation ? [] : [key]));
  }

  stop(): void {
    this.stopped = true;
    this.watch.stop();
  }

  private take(type: string, object: JsonObject, at: number): void {
    if (type === "BOOKMARK" || type === "ERROR") return;
    const sight = sightOf(object, at);
    const version = stringAt(object, "metadata", "resourceVersion") ?? "";
    if (this.versions.get(sight.key) === version) return;
    this.versions.set(sight.key, version);
    this.revisions += 1;
    if (type === "DELETED") this.sights.delete(sight.key);
    else if (this.sights.get(sight.key)?.generation !== sight.generation) {
      this.generations += 1;
      this.sights.set(sight.key, sight);
      for (const look of this.waiting) look(sight);
    }
  }
}

/** Whether a route has these weights, one by one. */
export function sameWeights(seen: readonly number[] | undefined, wanted: readonly number[]): boolean {
  return seen?.length === wanted.length && wanted.every((weight, index) => seen[index] === weight);
}

function sightOf(route: JsonObject, at: number): RouteSight {
  const refs = arrayAt(route, "spec", "rules", 0, "backendRefs");
  const { namespace, name } = {
    namespace: stringAt(route, "metadata", "namespace"),
    name: stringAt(route, "metadata", "name"),
  };
  return {
    key: `${namespace ?? ""}/${name ?? ""}`,
    generation: numberAt(route, "metadata", "generation") ?? 0,
    weights: refs.map((ref) => numberAt(ref, "weight") ?? 0),
    timeout: stringAt(route, "spec", "rules", 0, "timeouts", "request"),
    at,
  };
}
