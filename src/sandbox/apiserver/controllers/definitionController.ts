import type { Cluster } from "../cluster.js";
import { cleanupFinalizer, collectionOf, namesOf, servedKinds } from "../definitions/definition.js";
import type { WatchHub } from "../read/watchHub.js";
import { remove } from "../remove/remove.js";
import type { Change } from "../store/changeLog.js";
import type { Stored } from "../store/stored.js";
import { objectOf } from "../store/stored.js";
import type { Controller } from "./controller.js";

const definitions = "customresourcedefinitions.apiextensions.k8s.io";

/**
 * Serves what CustomResourceDefinitions define, from the moment they are stored; deletes the objects of a deleted one,
 * and lets it go when there are none left.
 */
export class DefinitionController implements Controller {
  /** Definitions that are deleted, by the collections of their objects. */
  private readonly doomed = new Map<string, string>();

  constructor(
    private readonly cluster: Cluster,
    private readonly hub: WatchHub,
  ) {}

  /** Serving is part of the write: a client whose definition was stored may use it at once. */
  observe(change: Change, collection: string): void {
    if (collection !== definitions) return;
    const definition = objectOf(change.stored);
    const served = collectionOf(namesOf(definition));
    this.cluster.kinds.withdraw(served);
    if (change.type === "DELETED") {
      this.hub.endAll(served);
      return;
    }
    // Its log begins now: watches from here on find every change in it.
    this.cluster.store.collection(served);
    for (const kind of servedKinds(definition)) this.cluster.kinds.serve(kind);
  }

  /** The deletion of objects follows the write. */
  handle(change: Change, collection: string): void {
    if (collection === definitions && change.type !== "DELETED" && change.stored.isDeleting) this.clean(change.stored);
    const definition = change.type === "DELETED" ? this.doomed.get(collection) : undefined;
    const stored = definition === undefined ? undefined : this.cluster.store.get(definitions, "", definition);
    if (stored !== undefined) this.clean(stored);
  }

  close(): void {
    this.doomed.clear();
  }

  private clean(stored: Stored): void {
    if (!stored.finalizers.includes(cleanupFinalizer)) return;
    const definition = objectOf(stored);
    const collection = collectionOf(namesOf(definition));
    this.doomed.set(collection, stored.name);
    const kind = this.cluster.kinds.ofCollection(collection);
    const objects = this.cluster.store.collection(collection).list();
    if (kind !== undefined)
      for (const object of objects) if (!object.isDeleting) remove(this.cluster, kind, object, { dryRun: false });
    if (this.cluster.store.collection(collection).size > 0) return;
    this.doomed.delete(collection);
    this.release(stored);
  }

  private release(stored: Stored): void {
    const definition = objectOf(stored);
    const finalizers = stored.finalizers.filter((name) => name !== cleanupFinalizer);
    const { finalizers: _finalizers, ...metadata } = definition.metadata;
    if (finalizers.length === 0) this.cluster.store.remove(definitions, definition);
    else this.cluster.store.put(definitions, { ...definition, metadata: { ...metadata, finalizers } });
  }
}
