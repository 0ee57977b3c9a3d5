import type { KubeObject } from "./object.js";
import type { ObjectRef } from "./resource.js";
import { parseResourceVersion } from "./resourceVersion.js";

/** Turns what the server sent into what is kept of it; the rest can be freed at once. */
export type Projection<T> = (object: KubeObject) => T;

/** A projected object with what tells it from its predecessors and older versions. */
export interface Item<T> {
  readonly key: string;
  readonly uid: string;
  readonly resourceVersion: bigint;
  /** `metadata.generation`, absent for kinds without one. */
  readonly generation: number | undefined;
  readonly object: T;
}

/** Key of an object in a store: "namespace/name", or "name" if it has no namespace. */
export function objectKey(ref: ObjectRef): string {
  // Joined, a text is in one piece; a template would leave its parts in memory beside it.
  return ref.namespace === undefined ? ref.name : [ref.namespace, ref.name].join("/");
}

/** Projects an object; undefined if its resourceVersion cannot be compared. */
export function toItem<T>(object: KubeObject, project: Projection<T>): Item<T> | undefined {
  const { uid, generation } = object.metadata;
  const resourceVersion = parseResourceVersion(object.metadata.resourceVersion);
  if (resourceVersion === undefined) return undefined;
  return { key: objectKey(object.metadata), uid, resourceVersion, generation, object: project(object) };
}
