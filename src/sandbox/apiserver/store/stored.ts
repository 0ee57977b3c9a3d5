import type { KubeObject } from "../../../kube/object.js";
import { isKubeObject } from "../../../kube/object.js";

/**
 * One revision of an object. The text is the truth; beside it stands what is looked at without reading the text. Ten
 * thousand objects are an order of magnitude smaller this way than as values, and most answers are the text itself.
 */
export interface Stored {
  /** Empty for cluster-scoped objects. */
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly revision: number;
  readonly labels: Readonly<Record<string, string>>;
  /** Uids of the owners. */
  readonly owners: readonly string[];
  readonly finalizers: readonly string[];
  readonly isDeleting: boolean;
  /** Compact JSON that begins with apiVersion and kind. */
  readonly text: string;
}

const none: readonly string[] = [];

/** An object as it is stored at `revision`, which becomes its resourceVersion. */
export function storedOf(object: KubeObject, revision: number): Stored {
  const { apiVersion, kind, metadata, ...rest } = object;
  const { name, namespace = "", uid, labels = {}, finalizers = none, ownerReferences, deletionTimestamp } = metadata;
  const stamped = { apiVersion, kind, metadata: { ...metadata, resourceVersion: String(revision) }, ...rest };
  return {
    namespace,
    name,
    uid,
    revision,
    labels,
    owners: ownerReferences?.map((owner) => owner.uid) ?? none,
    finalizers,
    isDeleting: deletionTimestamp !== undefined,
    text: JSON.stringify(stamped),
  };
}

/** The object of a stored revision; a copy of the caller's own. */
export function objectOf(stored: Stored): KubeObject {
  return asKubeObject(JSON.parse(stored.text));
}

/** An object that is known to be one; anything else is a mistake of ours. */
export function asKubeObject(value: unknown): KubeObject {
  if (!isKubeObject(value)) throw new Error("an object without apiVersion, kind, name, uid or resourceVersion");
  return value;
}

/** The text of a stored object in another version of its kind, where the versions differ by name alone. */
export function textInVersion(stored: Stored, apiVersion: string): string {
  const end = stored.text.indexOf(",");
  return `{"apiVersion":${JSON.stringify(apiVersion)}${stored.text.slice(end)}`;
}

/** Key of an object inside its collection; keys sort as the API server's lists do. */
export function keyOf(namespace: string, name: string): string {
  return namespace === "" ? name : `${namespace}/${name}`;
}
