import { Observable } from "rxjs";

import type { Clock } from "../base/clock.js";
import type { Random } from "../base/random.js";
import type { Api, Selection } from "./api.js";
import type { ReflectorFact } from "./delta.js";
import type { Item, Projection } from "./item.js";
import { Reflection } from "./reflection.js";
import type { ReflectorTiming } from "./reflectorTiming.js";
import { defaultTiming } from "./reflectorTiming.js";

/** What a reflector needs from outside. */
export interface ReflectorOptions<T> {
  readonly clock: Clock;
  readonly random: Random;
  /** Applied to each object as it is read; what it drops is never kept. */
  readonly project: Projection<T>;
  /** Each value ends the wait of a kind that is absent or forbidden (a CRD appeared, a role changed). */
  readonly pokes?: Observable<unknown>;
  /** Whether the consumer has this version of an object or a newer one. Default: it has all that is old. */
  readonly isKnown?: (item: Item<T>) => boolean;
  readonly timing?: Partial<ReflectorTiming>;
}

/**
 * Follows a selection for as long as it is subscribed, and tells what it sees as facts for a store.
 *
 * It lists (by initial events of a watch where the server sends them, KEP-3157, else in pages of 500), then watches
 * from that resourceVersion with bookmarks. 410 leads to a new list, every other end of a watch to a new watch from the
 * last version seen, so that nothing is missed. It never errors and never completes; trouble is told as `state` facts.
 * Each subscription is a run of its own; unsubscribing aborts its requests.
 */
export function reflect<T>(api: Api, selection: Selection, options: ReflectorOptions<T>): Observable<ReflectorFact<T>> {
  return new Observable((subscriber) => {
    const controller = new AbortController();
    const reflection = new Reflection(
      {
        api,
        selection,
        clock: options.clock,
        random: options.random,
        project: options.project,
        isKnown: options.isKnown ?? (() => true),
        timing: { ...defaultTiming, ...options.timing },
        tell: (fact) => subscriber.next(fact),
      },
      controller.signal,
    );
    const pokes = options.pokes?.subscribe(() => reflection.poke());
    void reflection.run();
    return () => {
      pokes?.unsubscribe();
      controller.abort();
    };
  });
}
