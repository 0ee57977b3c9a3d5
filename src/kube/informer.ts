import type { Observable } from "rxjs";
import { Subject } from "rxjs";

import type { Clock } from "../base/clock.js";
import type { Random } from "../base/random.js";
import type { Api, Selection } from "./api.js";
import type { Delta, WatchState } from "./delta.js";
import type { Projection } from "./item.js";
import { reflect } from "./reflector.js";
import type { ReflectorTiming } from "./reflectorTiming.js";
import { selectionMatcher } from "./selector.js";
import type { KubeObject } from "./object.js";
import type { Packing } from "../base/shelf.js";
import type { IndexBy, Store } from "./store.js";
import { ObjectStore } from "./store.js";

/** A store that follows a selection, and the facts about it. */
export interface Informer<T> {
  /** Every change of the store, in order, after the store has it. Nothing is replayed: late subscribers read the store. */
  readonly deltas$: Observable<Delta<T>>;
  /** Every change of `store.state`, after it. Nothing is replayed. */
  readonly state$: Observable<WatchState>;
  readonly store: Store<T>;
  /** Starts to follow, until `signal` aborts; then both observables complete. A second call throws. */
  start(signal: AbortSignal): void;
  /** Ends the wait of a kind that is absent or forbidden: a CRD or a role may have appeared. */
  poke(): void;
}

/** What an informer is made of. */
export interface InformerOptions<T> {
  readonly clock: Clock;
  readonly random: Random;
  readonly project: Projection<T>;
  readonly indexes?: Readonly<Record<string, IndexBy<T>>>;
  readonly packing?: Packing<T>;
  readonly timing?: Partial<ReflectorTiming>;
}

/** An informer that does not follow anything yet. */
export function createInformer<T extends KubeObject>(
  api: Api,
  selection: Selection,
  options: InformerOptions<T>,
): Informer<T> {
  const deltas = new Subject<Delta<T>>();
  const states = new Subject<WatchState>();
  const pokes = new Subject<undefined>();
  const { project, indexes, packing } = options;
  const store = new ObjectStore<T>(
    {
      project,
      selects: selectionMatcher(selection),
      ...(indexes === undefined ? {} : { indexes }),
      ...(packing === undefined ? {} : { packing }),
    },
    (delta) => deltas.next(delta),
  );
  const facts = reflect(api, selection, { ...options, pokes, isKnown: (item) => store.knows(item) });
  let started = false;
  return {
    deltas$: deltas.asObservable(),
    state$: states.asObservable(),
    store,
    start(signal) {
      if (started) throw new Error("an informer starts only once");
      started = true;
      if (signal.aborted) return;
      const following = facts.subscribe((fact) => {
        store.take(fact);
        if (fact.type === "state") states.next(fact.state);
      });
      const stop = (): void => {
        following.unsubscribe();
        deltas.complete();
        states.complete();
      };
      signal.addEventListener("abort", stop, { once: true });
    },
    poke: () => pokes.next(undefined),
  };
}
