import type { Json, JsonObject } from "../../base/json.js";
import { canonicalJson, isArray, isObject, objectAt } from "../../base/json.js";
import { parseYaml } from "../../base/yaml.js";
import type { KubeObject } from "../../kube/object.js";
import { groupOf } from "../../kube/resource.js";

/** What `kubectl apply` (client side) remembers of the manifest it applied last. */
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/**
 * Objects as they would be after manifests were applied over them, in the order of `base`, new ones last. What only the
 * cluster knows of an object stays: uid, finalizers, status, deletion, and whatever the manifest does not mention; a
 * label or annotation goes that the manifest had when it was applied last. The generation counts up where the spec
 * changes, so the status is behind it until the cluster has followed. Of manifests with one name the last counts.
 */
export function overlay(base: readonly KubeObject[], manifests: readonly KubeObject[]): readonly KubeObject[] {
  const merged = new Map(base.map((object) => [identityOf(object), object]));
  for (const manifest of manifests) {
    const before = merged.get(identityOf(manifest));
    merged.set(identityOf(manifest), before === undefined ? manifest : applied(before, manifest));
  }
  return [...merged.values()];
}

/** Text key of an object, whatever the version of its kind. */
export function identityOf({ apiVersion, kind, metadata }: KubeObject): string {
  return `${kind}.${groupOf(apiVersion)} ${metadata.namespace ?? ""}/${metadata.name}`;
}

function applied(before: KubeObject, manifest: KubeObject): KubeObject {
  const { metadata, status, ...content } = manifest;
  const { metadata: stored, ...others } = before;
  const last = appliedLast(before);
  const merge = (part: "labels" | "annotations"): Record<string, string> =>
    texts({ ...without(objectAt(stored, part), objectAt(last, "metadata", part)), ...metadata[part] });
  const spec = content["spec"] === undefined ? before["spec"] : merged(before["spec"], content["spec"]);
  const changed = canonicalJson(spec ?? null) !== canonicalJson(before["spec"] ?? null);
  const generation = stored.generation === undefined || !changed ? {} : { generation: stored.generation + 1 };
  return {
    ...others,
    ...content,
    ...(spec === undefined ? {} : { spec }),
    apiVersion: manifest.apiVersion,
    kind: manifest.kind,
    ...(before["status"] === undefined && status !== undefined ? { status } : {}),
    metadata: { ...stored, ...generation, labels: merge("labels"), annotations: merge("annotations") },
  };
}

function appliedLast({ metadata }: KubeObject): Json {
  const text = metadata.annotations?.[lastApplied];
  const parsed = text === undefined ? undefined : parseYaml(text);
  return parsed?.ok === true ? parsed.value.value : null;
}

/** A value of a manifest over the stored one: members that it does not mention stay, as defaults do. */
function merged(before: Json | undefined, value: Json): Json {
  if (isObject(value) && isObject(before)) {
    const members = Object.entries(value).map(([key, member]) => [key, merged(before[key], member ?? null)] as const);
    return { ...before, ...Object.fromEntries(members) };
  }
  if (isArray(value) && isArray(before) && value.length === before.length)
    return value.map((item, index) => merged(before[index], item));
  return value;
}

function without(members: JsonObject, last: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([key]) => !(key in last)));
}

function texts(members: JsonObject): Record<string, string> {
  return Object.fromEntries(
    Object.entries(members).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}
