import type { KubeObject } from "../../../src/kube/object.js";
import { carriedBy } from "./carried.js";

interface Stored {
  readonly uid: string;
  readonly generation: number;
  readonly at: number;
  readonly mesh: boolean;
  confirmedAt: number | undefined;
  readonly carried: ReadonlyMap<string, number>;
}

/** When a route last gave a Service anything. */
export interface LastWeight {
  /** Key of the route. */
  readonly route: string;
  /** When the weight ended, fake milliseconds. */
  readonly endedAt: number;
  /** When the gateway said that it follows, if it did. */
  readonly confirmedAt: number | undefined;
  readonly mesh: boolean;
  /** The route itself went. */
  readonly gone: boolean;
}

interface End {
  readonly uid: string;
  readonly endedAt: number;
  /** The generation without weight; none where the route went. */
  readonly generation: number | undefined;
  readonly mesh: boolean;
}

/** Every stored revision of every route, for the proof that a release came late enough. */
export class RouteHistory {
  private readonly live = new Map<string, Stored>();
  private readonly past = new Map<string, Map<string, End>>();
  private readonly confirmations = new Map<string, { uid: string; generation: number; at: number }[]>();

  /** Takes the routes as they are stored now. */
  take(routes: ReadonlyMap<string, KubeObject>, at: number): void {
    for (const [key, stored] of this.live) {
      const route = routes.get(key);
      const same = route?.metadata.uid === stored.uid && route.metadata.generation === stored.generation;
      if (!same) this.end(key, stored, route, at);
    }
    for (const [key, route] of routes) if (!this.live.has(key)) this.live.set(key, storedOf(route, at));
  }

  private end(key: string, stored: Stored, route: KubeObject | undefined, at: number): void {
    const now = route === undefined ? new Map<string, number>() : carriedBy(route);
    const ends = this.past.get(key) ?? new Map<string, End>();
    for (const service of stored.carried.keys())
      if (!now.has(service))
        ends.set(service, {
          uid: route?.metadata.uid ?? "",
          endedAt: at,
          generation: route?.metadata.generation,
          mesh: stored.mesh,
        });
    this.past.set(key, ends);
    this.live.delete(key);
  }

  /** Notes that the gateway follows the live generation, if `lag` has passed and it is the first to be told. */
  confirm(key: string, at: number, lag: number): boolean {
    const stored = this.live.get(key);
    if (stored === undefined || stored.mesh || stored.confirmedAt !== undefined || at - stored.at < lag) return false;
    stored.confirmedAt = at;
    const known = this.confirmations.get(key) ?? [];
    this.confirmations.set(key, [...known, { uid: stored.uid, generation: stored.generation, at }]);
    return true;
  }

  /** When the gateway will next confirm something. */
  nextConfirmation(lag: number): number | undefined {
    const due = [...this.live.values()].filter((stored) => !stored.mesh && stored.confirmedAt === undefined);
    const times = due.map((stored) => stored.at + lag).filter((time) => Number.isFinite(time));
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** For each route that ever gave a Service anything and does not now, when that ended. */
  lastWeights(service: string): readonly LastWeight[] {
    return [...this.past].flatMap(([key, ends]): LastWeight[] => {
      const end = ends.get(service);
      if (end === undefined) return [];
      const confirmed = (this.confirmations.get(key) ?? []).find(
        (entry) =>
          entry.at >= end.endedAt && (entry.uid !== end.uid || entry.generation >= (end.generation ?? Infinity)),
      );
      const { endedAt, mesh, generation } = end;
      return [
        {
          route: key,
          endedAt,
          confirmedAt: confirmed?.at,
          mesh,
          gone: generation === undefined || !this.live.has(key),
        },
      ];
    });
  }
}

function storedOf(route: KubeObject, at: number): Stored {
  const { uid, generation = 0 } = route.metadata;
  const mesh = route.kind !== "HTTPRoute";
  return { uid, generation, at, mesh, confirmedAt: undefined, carried: carriedBy(route) };
}
