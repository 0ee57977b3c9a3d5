import type { Delta, ListCause, ReflectorFact, WatchState } from "./delta.js";
import type { Item, Projection } from "./item.js";
import { toItem } from "./item.js";
import type { KubeObject } from "./object.js";
import type { Packing, Slot } from "../base/shelf.js";
import { Shelf } from "../base/shelf.js";
import { StoreIndex } from "./storeIndex.js";

/** Names the values under which an object is found in a secondary index. */
export type IndexBy<T> = (object: T) => readonly string[];

/** The objects of a selection as last seen. `key` is "namespace/name", or "name" for cluster-scoped objects. */
export interface Store<T> {
  get(key: string): T | undefined;
  list(): readonly T[];
  /** Objects whose index `name` gives `value`; an index that does not exist is a bug and throws a RangeError. */
  byIndex(name: string, value: string): readonly T[];
  readonly size: number;
  readonly state: WatchState;
  /** The version up to which everything was seen; undefined before the first list. */
  readonly resourceVersion: string | undefined;
  synced(): boolean;
  /**
   * Takes the reply to our own write, so that we read what we wrote at once (the idea of KEP-5647). The watch events
   * up to it, its echo included, then cause no second fact. Ignored if something newer is known.
   */
  applyOwnWrite(object: KubeObject): void;
  /** Takes the answer of a live GET; ignored if something newer is known. */
  putLive(object: KubeObject): void;
  /** Drops the object of this key and uid after a live GET answered 404; late events about it are ignored. */
  removeIf(key: string, uid: string): void;
}

/** What a store is made of. */
export interface StoreOptions<T> {
  readonly project: Projection<T>;
  readonly indexes?: Readonly<Record<string, IndexBy<T>>>;
  /** Objects are kept packed; without it, as they are. */
  readonly packing?: Packing<T>;
  /** Whether an object belongs to the selection; replies to writes and GETs may not. Default: every object does. */
  readonly selects?: (object: KubeObject) => boolean;
}

/** What is held of an object beside itself; there are many, so it is little. */
interface Entry<T> extends Pick<Item<T>, "key" | "resourceVersion" | "generation">, Slot<T> {
  /** The list in which the object was last seen. */
  round: number;
}

/** A store that is fed with the facts of one reflector, and hands each change to `emit`. */
export class ObjectStore<T extends KubeObject> implements Store<T> {
  private readonly entries = new Map<string, Entry<T>>();
  /**
   * Uids that are known to be gone, until the watch or a list says so too. With a version: gone at that version, later
   * ones may be in the selection again.
   */
  private gone = new Map<string, bigint | "forever">();
  private goneButListed = new Map<string, bigint | "forever">();
  private readonly index: StoreIndex<T>;
  private readonly shelf: Shelf<T>;
  private seen: bigint | undefined;
  private round = 0;
  private cause: ListCause | undefined;
  private current: WatchState = { state: "syncing" };

  constructor(
    private readonly options: StoreOptions<T>,
    private readonly emit: (delta: Delta<T>) => void,
  ) {
    this.index = new StoreIndex(options.indexes ?? {});
    this.shelf = new Shelf(options.packing);
  }

  get(key: string): T | undefined {
    const entry = this.entries.get(key);
    return entry === undefined ? undefined : this.shelf.get(entry);
  }

  list(): readonly T[] {
    return Array.from(this.entries.values(), (entry) => this.shelf.get(entry));
  }

  byIndex(name: string, value: string): readonly T[] {
    return this.index.find(name, value).flatMap((key) => {
      const entry = this.entries.get(key);
      return entry === undefined ? [] : [this.shelf.get(entry)];
    });
  }

  get size(): number {
    return this.entries.size;
  }

  get state(): WatchState {
    return this.current;
  }

  get resourceVersion(): string | undefined {
    return this.seen?.toString();
  }

  synced(): boolean {
    return this.current.state === "synced";
  }

  applyOwnWrite(object: KubeObject): void {
    this.putReply(object);
  }

  putLive(object: KubeObject): void {
    this.putReply(object);
  }

  removeIf(key: string, uid: string): void {
    const entry = this.entries.get(key);
    if (entry === undefined || this.uidOf(entry) !== uid) return;
    this.gone.set(uid, "forever");
    this.remove(entry);
  }

  /** Whether an event about this version of an object tells nothing new: the store has it, or a newer one. */
  knows(item: Item<T>): boolean {
    const entry = this.entries.get(item.key);
    return this.goneAt(item) !== undefined || (entry !== undefined && entry.resourceVersion >= item.resourceVersion);
  }

  /** Takes one fact of the reflector; facts must come in the order in which it told them. */
  take(fact: ReflectorFact<T>): void {
    switch (fact.type) {
      case "state":
        this.current = fact.state;
        return;
      case "listing":
        this.round += 1;
        this.goneButListed = new Map();
        this.cause = fact.cause;
        if (fact.cause !== "initial") this.emit({ type: "restarted", cause: fact.cause });
        return;
      case "listed":
        for (const item of fact.items) this.takeListed(item);
        return;
      case "complete":
        this.completeList(fact.resourceVersion);
        return;
      case "event":
        this.takeEvent(fact.change, fact.item);
        this.advance(fact.item.resourceVersion);
        return;
      case "progress":
        this.advance(fact.resourceVersion);
        return;
      case "emptied":
        this.clear();
        return;
    }
  }

  private takeListed(item: Item<T>): void {
    const goneAt = this.goneAt(item);
    if (goneAt !== undefined) {
      this.goneButListed.set(item.uid, goneAt);
      return;
    }
    const entry = this.entries.get(item.key);
    const restored = this.cause === "restored" && entry?.round !== this.round;
    if (restored || entry === undefined || entry.resourceVersion < item.resourceVersion) this.put(item, true);
    else entry.round = this.round;
  }

  private completeList(resourceVersion: bigint): void {
    const missing = [...this.entries.values()].filter(
      (entry) => entry.round !== this.round && (this.cause === "restored" || entry.resourceVersion <= resourceVersion),
    );
    this.seen = resourceVersion;
    for (const entry of missing) if (this.entries.get(entry.key) === entry) this.remove(entry);
    this.gone = this.goneButListed;
    this.goneButListed = new Map();
    this.cause = undefined;
  }

  private takeEvent(change: "ADDED" | "MODIFIED" | "DELETED", item: Item<T>): void {
    const entry = this.entries.get(item.key);
    if (change === "DELETED") {
      this.gone.delete(item.uid);
      if (entry === undefined || entry.resourceVersion > item.resourceVersion) return;
      this.removeBy(entry, item);
    } else if (!this.knows(item)) {
      const fresh = change === "ADDED" && (item.generation ?? 1) <= 1;
      this.put(item, entry === undefined ? !fresh : jumps(entry, item));
    }
  }

  private putReply(object: KubeObject): void {
    const item = toItem(object, this.options.project);
    if (item === undefined || this.knows(item)) return;
    const entry = this.entries.get(item.key);
    // Everything up to `seen` was seen: an older object that is not here has gone, or never belonged here.
    if (entry === undefined && item.resourceVersion <= (this.seen ?? -1n)) return;
    if (this.options.selects?.(object) ?? true) {
      const gap = entry === undefined ? item.generation !== 1 : item.generation === undefined || jumps(entry, item);
      this.put(item, gap);
    } else if (entry !== undefined) {
      const uid = this.uidOf(entry);
      this.gone.set(uid, uid === item.uid ? item.resourceVersion : "forever");
      this.removeBy(entry, item);
    }
  }

  private put(item: Item<T>, gap: boolean): void {
    const before = this.entries.get(item.key);
    const previous = before === undefined ? undefined : this.shelf.get(before);
    if (before !== undefined && previous?.metadata.uid !== item.uid) {
      this.remove(before);
      this.put(item, true);
      return;
    }
    if (previous !== undefined) this.index.remove(item.key, previous);
    const { resourceVersion, generation, object } = item;
    // The text that is known already, or it would be in memory twice.
    const { key } = before ?? item;
    const entry: Entry<T> = { key, resourceVersion, generation, round: this.round, content: object };
    if (before !== undefined) this.shelf.drop(before);
    this.shelf.put(entry, object);
    this.entries.set(key, entry);
    this.index.add(key, object);
    if (previous === undefined) this.emit({ type: "added", object, gap });
    else this.emit({ type: "updated", object, previous, gap });
  }

  /** Removes an entry because of `item`: its own last state, or one of a successor that nobody saw come. */
  private removeBy(entry: Entry<T>, item: Item<T>): void {
    this.remove(entry, this.uidOf(entry) === item.uid ? item.object : undefined);
  }

  /** `last`: what the server told of its end; without it, what was seen last is told. */
  private remove(entry: Entry<T>, last?: T): void {
    const known = this.shelf.get(entry);
    this.entries.delete(entry.key);
    this.shelf.drop(entry);
    this.index.remove(entry.key, known);
    this.emit({ type: "deleted", object: last ?? known, final: last !== undefined });
  }

  private clear(): void {
    for (const entry of [...this.entries.values()]) this.remove(entry);
    this.gone.clear();
    this.seen = undefined;
  }

  private uidOf(entry: Entry<T>): string {
    return this.shelf.get(entry).metadata.uid;
  }

  /** Since when an object of this version is known to be gone; undefined if it is not. */
  private goneAt(item: Item<T>): bigint | "forever" | undefined {
    const at = this.gone.get(item.uid);
    return at === undefined || at === "forever" || at >= item.resourceVersion ? at : undefined;
  }

  private advance(resourceVersion: bigint): void {
    if (this.seen === undefined || resourceVersion > this.seen) this.seen = resourceVersion;
  }
}

function jumps(before: Pick<Item<unknown>, "generation">, after: Pick<Item<unknown>, "generation">): boolean {
  return (after.generation ?? 0) > (before.generation ?? 0) + 1;
}
