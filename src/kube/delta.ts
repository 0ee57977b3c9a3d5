import type { Item } from "./item.js";

/**
 * One fact about the objects of a selection. Facts are for information; work re-reads the store.
 *
 * An object that was deleted and made anew under its name (another uid) is two facts, also when nobody saw the moment
 * between. `gap` is true if facts about the object may have been missed just before this one: first list, relist, a
 * generation that jumped, an object that enters the selection after its first generation. An update that leaves no
 * gap is the direct successor of `previous`.
 */
export type Delta<T> =
  | { readonly type: "added"; readonly object: T; readonly gap: boolean }
  | { readonly type: "updated"; readonly object: T; readonly previous: T; readonly gap: boolean }
  /**
   * The object is no longer in the selection: deleted, or no longer matched by the selector (a live GET tells which).
   * `object` is the last state if `final`, else the last one we know.
   */
  | { readonly type: "deleted"; readonly object: T; readonly final: boolean }
  /** Comes before the facts of every list but the first. After `restored` (etcd) each object is reported again. */
  | { readonly type: "restarted"; readonly cause: "relisted" | "restored" };

/**
 * How far a store can be trusted.
 *
 * - `syncing`: never listed; what it lacks may exist.
 * - `synced`: as the server has it, some milliseconds late.
 * - `forbidden`: 401 or 403; contents are as they were last seen.
 * - `absent`: the API server does not serve the kind; the store is empty.
 * - `broken`: no trustworthy answer since `since` (monotonic milliseconds); contents are as they were last seen.
 */
export type WatchState =
  | { readonly state: "syncing" }
  | { readonly state: "synced" }
  | { readonly state: "forbidden"; readonly message: string }
  | { readonly state: "absent" }
  | { readonly state: "broken"; readonly message: string; readonly since: number };

/** Why a list was made: it is the first, events were missed, or etcd went back in time. */
export type ListCause = "initial" | "relisted" | "restored";

/**
 * What a reflector tells its store, in order. A list is one `listing`, any number of `listed`, one `complete`; no
 * `event` or `progress` comes in between.
 */
export type ReflectorFact<T> =
  | { readonly type: "state"; readonly state: WatchState }
  | { readonly type: "listing"; readonly cause: ListCause }
  | { readonly type: "listed"; readonly items: readonly Item<T>[] }
  | { readonly type: "complete"; readonly resourceVersion: bigint }
  | { readonly type: "event"; readonly change: "ADDED" | "MODIFIED" | "DELETED"; readonly item: Item<T> }
  | { readonly type: "progress"; readonly resourceVersion: bigint }
  /** The kind is not served any more: all objects are gone. */
  | { readonly type: "emptied" };
