import type { JsonObject } from "../../../base/json.js";
import type { Result } from "../../../base/result.js";
import { fail, ok } from "../../../base/result.js";
import type { Cluster } from "../cluster.js";
import type { ServedKind } from "../kinds/servedKind.js";
import { servedAs, subjectOf } from "../kinds/servedKind.js";
import { list } from "../read/list.js";
import { servedObject } from "../read/representation.js";
import { selectionOf } from "../read/selection.js";
import type { Failure } from "../status/failure.js";
import { detailsOf, notFound } from "../status/failure.js";
import { storedOf } from "../store/stored.js";
import { deleteOptions } from "./deleteOptions.js";
import { remove } from "./remove.js";

/** Where the object of a deletion is. */
export interface Doomed {
  readonly kind: ServedKind;
  readonly namespace: string;
  readonly name: string;
}

/** Kinds whose deletion is answered with the object even where it is gone. */
const answeredWithObject: ReadonlySet<string> = new Set(["pods", "services", "serviceaccounts", "namespaces"]);

/** DELETE of one object: the object while something holds it, else a Status that says Success. */
export function deleteOne(
  cluster: Cluster,
  { kind, namespace, name }: Doomed,
  body: JsonObject,
  query: URLSearchParams,
): Result<JsonObject, Failure> {
  const options = deleteOptions(body, query);
  if (!options.ok) return options;
  const stored = cluster.store.get(kind.collection, namespace, name);
  if (stored === undefined) return fail(notFound(subjectOf(kind, name)));
  const removed = remove(cluster, kind, stored, options.value);
  if (!removed.ok) return removed;
  const { object, isGone } = removed.value;
  if (isGone && !answeredWithObject.has(kind.collection)) {
    const details = { ...detailsOf(subjectOf(kind, name)), uid: object.metadata.uid };
    return ok({ kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", details });
  }
  return ok(servedObject(storedOf(object, Number(object.metadata.resourceVersion)), kind));
}

/** DELETE of what a selection holds; answered with what was selected. */
export function deleteAll(
  cluster: Cluster,
  kind: ServedKind,
  namespace: string | undefined,
  body: JsonObject,
  query: URLSearchParams,
): Result<JsonObject, Failure> {
  const options = deleteOptions(body, query);
  if (!options.ok) return options;
  const selection = selectionOf(kind, namespace, query);
  if (!selection.ok) return selection;
  const page = list(cluster.store, selection.value, query);
  if (!page.ok) return page;
  const { items, meta } = page.value;
  const listed = items.map((stored) => servedObject(stored, kind));
  for (const stored of items) {
    const removed = remove(cluster, kind, stored, options.value);
    if (!removed.ok) return removed;
  }
  return ok({ kind: kind.listKind, apiVersion: servedAs(kind), metadata: { ...meta }, items: listed });
}
