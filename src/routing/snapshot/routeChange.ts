import type { Json, JsonObject } from "../../base/json.js";
import { canonicalJson, isArray, isObject, objectAt } from "../../base/json.js";
import { ownEntry } from "../../kube/fieldset.js";
import type { KubeObject } from "../../kube/object.js";
import { managers, names } from "../names.js";
import type { OutputId } from "../observed.js";
import type { RehearsedOutput } from "./rehearse.js";

/** What becomes of one route. */
export interface RouteChange {
  readonly id: OutputId;
  readonly change: "create" | "update" | "delete" | "none";
  /** What is ours of the stored object, without defaults that nobody wrote; absent where there is none. */
  readonly stored?: JsonObject;
  /** What is ours of it in the end; absent where it is deleted or never made. */
  readonly planned?: JsonObject;
}

/** The uid of an object that is not created yet. */
export const uidToCome = "uid-that-the-cluster-gives-it";

/**
 * A route before and after as its readers care for it: no managedFields, status, versions and notes of ours. A route
 * that is written anew with nothing but another note is an update whose parts are equal. `madeUp`: a uid that is not
 * known yet.
 */
export function routeChange({ id, before, after }: RehearsedOutput, madeUp: string | undefined): RouteChange {
  const planned = after === undefined ? undefined : withoutMadeUp(ours(after), madeUp);
  const stored = before === undefined ? undefined : ours(before);
  const slim = stored === undefined || planned === undefined ? stored : asObject(withoutDefaults(stored, planned));
  return {
    id,
    change: before === after ? "none" : after === undefined ? "delete" : before === undefined ? "create" : "update",
    ...(slim === undefined ? {} : { stored: slim }),
    ...(planned === undefined ? {} : { planned }),
  };
}

/** The parts of an object that we own, or all that its writers wrote where none of it is ours. */
function ours(object: KubeObject): JsonObject {
  const { apiVersion, kind, metadata, status: _status, ...content } = object;
  const owned = ownEntry(object, managers.routes)?.fieldsV1;
  const isOwned = (path: readonly string[], key: string): boolean =>
    owned === undefined || isCovered(owned, [...path, key]);
  const only = (members: JsonObject, ...path: readonly string[]): JsonObject =>
    Object.fromEntries(Object.entries(members).filter(([key]) => isOwned(path, key)));
  const { [names.applied]: _note, ...annotations } = only(metadata.annotations ?? {}, "metadata", "annotations");
  const labels = only(metadata.labels ?? {}, "metadata", "labels");
  const owners = metadata.ownerReferences ?? [];
  const parts = Object.entries(only(content)).map(([key, part]): [string, Json | undefined] => [
    key,
    isObject(part) ? only(part, key) : part,
  ]);
  return {
    apiVersion,
    kind,
    metadata: {
      name: metadata.name,
      namespace: metadata.namespace,
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
      ...(Object.keys(labels).length === 0 ? {} : { labels }),
      ...(owners.length === 0 ? {} : { ownerReferences: owners }),
    },
    ...Object.fromEntries(parts),
  };
}

/** Whether a field set owns a path, or all of a part that it lies in. */
function isCovered(owned: JsonObject, path: readonly string[]): boolean {
  let here = owned;
  for (const step of path) {
    const next = here[`f:${step}`];
    if (next === undefined) return false;
    here = objectAt(next);
    if (Object.keys(here).length === 0) return true;
  }
  return true;
}

/** What the API servers of Gateway API and Istio fill in where nothing was written. */
const defaults: Readonly<Record<string, readonly string[]>> = {
  group: ['""', '"gateway.networking.k8s.io"'],
  kind: ['"Service"', '"Gateway"'],
  weight: ["1"],
  type: ['"Exact"', '"PathPrefix"'],
  matches: ['[{"path":{"type":"PathPrefix","value":"/"}}]'],
  path: ['{"type":"PathPrefix","value":"/"}'],
};

/** The stored value without the defaults that the planned one does not write, item by item of equally placed lists. */
function withoutDefaults(stored: Json, planned: Json): Json {
  if (isArray(stored) && isArray(planned))
    return stored.map((item, index) => withoutDefaults(item, planned[index] ?? null));
  if (!isObject(stored) || !isObject(planned)) return stored;
  return Object.fromEntries(
    Object.entries(stored).flatMap(([key, value]): [string, Json][] => {
      if (value === undefined) return [];
      const wanted = planned[key];
      if (wanted !== undefined) return [[key, withoutDefaults(value, wanted)]];
      return defaults[key]?.includes(canonicalJson(value)) === true ? [] : [[key, value]];
    }),
  );
}

function withoutMadeUp(object: JsonObject, madeUp: string | undefined): JsonObject {
  return madeUp === undefined ? object : asObject(replaced(object, madeUp));
}

function replaced(value: Json, madeUp: string): Json {
  if (value === madeUp) return uidToCome;
  if (isArray(value)) return value.map((item) => replaced(item, madeUp));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, member === undefined ? member : replaced(member, madeUp)]),
  );
}

function asObject(value: Json): JsonObject {
  return isObject(value) ? value : {};
}
