import type { Json, JsonObject } from "../../src/base/json.js";
import { canonicalJson, isObject } from "../../src/base/json.js";
import type { Selection, WatchEvent } from "../../src/kube/api.js";
import { objectKey } from "../../src/kube/item.js";
import type { KubeObject } from "../../src/kube/object.js";
import { isKubeObject } from "../../src/kube/object.js";
import type { GroupVersionResource, ObjectRef } from "../../src/kube/resource.js";
import { groupResourceOf } from "../../src/kube/resource.js";
import { selectionMatcher } from "../../src/kube/selector.js";

/** One stored change: the object before it, and after it. A deletion has `after` with the deletion's version. */
export interface FakeChange {
  readonly groupResource: string;
  readonly resourceVersion: number;
  readonly before: KubeObject | undefined;
  readonly after: KubeObject;
  readonly deleted: boolean;
}

/** What a test gives to describe an object; the server fills in the rest. */
export interface FakeDraft {
  readonly namespace?: string;
  readonly name: string;
  readonly metadata?: JsonObject;
  readonly [part: string]: Json | undefined;
}

/**
 * Objects in memory with one counter of resourceVersions for all, uids, generations (a change of anything but metadata
 * and status), finalizers and a history that can be compacted. Nothing is validated.
 */
export class FakeServer {
  /** The version of the last change. */
  version = 100;
  private compacted = 0;
  private uids = 0;
  private history: FakeChange[] = [];
  private readonly objects = new Map<string, KubeObject>();
  private readonly listeners = new Set<(change: FakeChange) => void>();

  get(gvr: GroupVersionResource, ref: ObjectRef): KubeObject | undefined {
    return this.objects.get(storageKey(gvr, ref));
  }

  /** The objects of a selection in the order of their keys. */
  select(selection: Selection): readonly KubeObject[] {
    const prefix = `${groupResourceOf(selection.resource)} `;
    const matches = matcherOf(selection);
    const keys = [...this.objects.keys()].filter((key) => key.startsWith(prefix)).sort();
    return keys.flatMap((key) => this.objects.get(key) ?? []).filter(matches);
  }

  /** Creates or replaces an object, as a user would; metadata is merged into what is stored. */
  put(gvr: GroupVersionResource, draft: FakeDraft): KubeObject {
    const { namespace, name, metadata, ...content } = draft;
    const before = this.get(gvr, draft);
    const body = {
      apiVersion: gvr.group === "" ? gvr.version : `${gvr.group}/${gvr.version}`,
      kind: gvr.resource,
      ...content,
      metadata: { ...before?.metadata, ...metadata, name, namespace },
    };
    return this.store(gvr, body);
  }

  /** Stores a whole object and returns it as stored; an object that is deleting and has no finalizer goes. */
  store(gvr: GroupVersionResource, body: JsonObject): KubeObject {
    const metadata = isObject(body["metadata"]) ? body["metadata"] : {};
    const ref = refOf(metadata);
    const before = this.get(gvr, ref);
    const changed = before === undefined || contentOf(before) !== contentOf(body);
    const meta = {
      ...metadata,
      uid: before?.metadata.uid ?? `uid-${++this.uids}`,
      generation: (before?.metadata.generation ?? 0) + (changed ? 1 : 0),
      creationTimestamp: before?.metadata.creationTimestamp ?? "2030-01-01T00:00:00Z",
      resourceVersion: before?.metadata.resourceVersion ?? "",
    };
    if (before !== undefined && canonicalJson(before) === canonicalJson({ ...body, metadata: meta })) return before;
    const after = checked({ ...body, metadata: { ...meta, resourceVersion: String(++this.version) } });
    const ends = after.metadata.deletionTimestamp !== undefined && (after.metadata.finalizers ?? []).length === 0;
    if (ends) this.objects.delete(storageKey(gvr, ref));
    else this.objects.set(storageKey(gvr, ref), after);
    this.record({ groupResource: groupResourceOf(gvr), resourceVersion: this.version, before, after, deleted: ends });
    return after;
  }

  /** Deletes an object, or marks it as deleting while it has finalizers. */
  remove(gvr: GroupVersionResource, ref: ObjectRef): KubeObject | undefined {
    const before = this.get(gvr, ref);
    if (before?.metadata.deletionTimestamp !== undefined || before === undefined) return before;
    return this.store(gvr, {
      ...before,
      metadata: { ...before.metadata, deletionTimestamp: "2030-01-01T00:00:00Z" },
    });
  }

  /** Forgets the history: a watch from an older version is answered with 410. */
  compact(): void {
    this.history = [];
    this.compacted = this.version;
  }

  /** Whether a watch may start after this version. */
  remembers(version: number): boolean {
    return version >= this.compacted;
  }

  /** Goes back in time: the state becomes that of the copy, the counter too. */
  restore(copy: FakeServer): void {
    this.objects.clear();
    for (const [key, object] of copy.objects) this.objects.set(key, object);
    this.history = [...copy.history];
    this.version = copy.version;
  }

  /** A copy that can be restored. */
  copy(): FakeServer {
    const copy = new FakeServer();
    copy.restore(this);
    return copy;
  }

  /** The events of a selection after a version. */
  since(selection: Selection, version: number): readonly WatchEvent[] {
    return this.history
      .filter((change) => change.resourceVersion > version)
      .flatMap((change) => eventOf(selection, change) ?? []);
  }

  onChange(listener: (change: FakeChange) => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  private record(change: FakeChange): void {
    this.history.push(change);
    for (const listener of [...this.listeners]) listener(change);
  }
}

/** What a watch of a selection says about a change; nothing if the object was and is outside. */
export function eventOf(selection: Selection, change: FakeChange): WatchEvent | undefined {
  if (groupResourceOf(selection.resource) !== change.groupResource) return undefined;
  const matches = matcherOf(selection);
  const was = change.before !== undefined && matches(change.before);
  const is = !change.deleted && matches(change.after);
  if (is) return { type: was ? "MODIFIED" : "ADDED", object: change.after };
  return was ? { type: "DELETED", object: change.after } : undefined;
}

function matcherOf(selection: Selection): (object: KubeObject) => boolean {
  const matches = selectionMatcher(selection);
  return (object) => matches(object) && (selection.name === undefined || object.metadata.name === selection.name);
}

function storageKey(gvr: GroupVersionResource, ref: ObjectRef): string {
  return `${groupResourceOf(gvr)} ${objectKey(ref)}`;
}

function refOf(metadata: JsonObject): ObjectRef {
  const { name, namespace } = metadata;
  if (typeof name !== "string") throw new Error("an object needs a name");
  return typeof namespace === "string" ? { namespace, name } : { name };
}

function contentOf(object: JsonObject): string {
  const { metadata: _metadata, status: _status, ...content } = object;
  return canonicalJson(content);
}

function checked(body: JsonObject): KubeObject {
  if (!isKubeObject(body)) throw new Error("an object needs apiVersion and kind");
  return body;
}
