import type { KubeObject } from "../../../kube/object.js";
import type { Change } from "./changeLog.js";
import { Collection } from "./collection.js";
import type { Stored } from "./stored.js";
import { storedOf } from "./stored.js";

/** Told of every change, in the order of revisions and before the write that made it returns. */
export type ChangeListener = (change: Change, collection: string) => void;

/** What is remembered of one collection. */
const logLimits = { changes: 10_000, characters: 64 * 1024 * 1024 };
const firstRevision = 1;

/**
 * Everything the cluster holds, in memory. One counter numbers all changes, as etcd's revision does. All methods are
 * synchronous: a request that reads, decides and writes without waiting in between is a transaction.
 */
export class Store {
  private readonly collections = new Map<string, Collection>();
  private readonly listeners = new Set<ChangeListener>();
  private readonly uids = new Map<string, Stored>();
  private readonly dependents = new Map<string, Map<string, Dependent>>();
  private current = firstRevision;

  /** The revision of the last change. */
  get revision(): number {
    return this.current;
  }

  collection(name: string): Collection {
    let found = this.collections.get(name);
    if (found === undefined) {
      found = new Collection(logLimits, this.current);
      this.collections.set(name, found);
    }
    return found;
  }

  get(collection: string, namespace: string, name: string): Stored | undefined {
    return this.collection(collection).get(namespace, name);
  }

  /** The object of a uid, whatever its kind. */
  byUid(uid: string): Stored | undefined {
    return this.uids.get(uid);
  }

  /** Objects that name `uid` as an owner. */
  dependentsOf(uid: string): readonly Dependent[] {
    return [...(this.dependents.get(uid)?.values() ?? [])];
  }

  /** Stores an object under a new revision, in place of what had its name, and returns it. */
  put(collection: string, object: KubeObject): Stored {
    const { namespace = "", name } = object.metadata;
    const previous = this.get(collection, namespace, name);
    this.current += 1;
    const stored = storedOf(object, this.current);
    const change = { revision: this.current, stored };
    this.tell(
      collection,
      previous === undefined ? { type: "ADDED", ...change } : { type: "MODIFIED", previous, ...change },
    );
    return stored;
  }

  /** Removes an object; its last state is `object`, at the revision of the removal. */
  remove(collection: string, object: KubeObject): Stored {
    const { namespace = "", name } = object.metadata;
    const previous = this.get(collection, namespace, name);
    this.current += 1;
    const stored = storedOf(object, this.current);
    this.tell(collection, { type: "DELETED", revision: this.current, stored, ...(previous && { previous }) });
    return stored;
  }

  /** Calls `listener` on every change from now on; returns the way to stop it. */
  subscribe(listener: ChangeListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private tell(collection: string, change: Change): void {
    this.collection(collection).record(change);
    this.index(collection, change);
    for (const listener of this.listeners) listener(change, collection);
  }

  private index(collection: string, { type, stored, previous }: Change): void {
    if (previous !== undefined) {
      this.uids.delete(previous.uid);
      for (const owner of previous.owners) this.forgetDependent(owner, previous.uid);
    }
    if (type === "DELETED") return;
    this.uids.set(stored.uid, stored);
    for (const owner of stored.owners) {
      const known = this.dependents.get(owner) ?? new Map<string, Dependent>();
      known.set(stored.uid, { collection, stored });
      this.dependents.set(owner, known);
    }
  }

  private forgetDependent(owner: string, uid: string): void {
    const known = this.dependents.get(owner);
    known?.delete(uid);
    if (known?.size === 0) this.dependents.delete(owner);
  }
}

/** An object that has an owner, and where it is stored. */
export interface Dependent {
  readonly collection: string;
  readonly stored: Stored;
}
