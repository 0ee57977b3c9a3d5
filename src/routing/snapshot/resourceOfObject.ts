import { stringAt } from "../../base/json.js";
import type { JsonObject } from "../../base/json.js";
import type { KindSettings } from "../../config/kind.js";
import { groupOf, groupResourceOf } from "../../kube/resource.js";
import { servesKind } from "../render/outputKind.js";

/** Group-resources by group and kind, as `kindKey` writes them. */
export type KindNames = ReadonlyMap<string, string>;

/** Text key of a kind, whatever its version. */
export function kindKey(group: string, kind: string): string {
  return `${kind}.${group}`;
}

/** Kinds that a plan reads besides those of the configuration. */
const common: KindNames = new Map([
  [kindKey("", "ConfigMap"), "configmaps"],
  [kindKey("", "Namespace"), "namespaces"],
  [kindKey("discovery.k8s.io", "EndpointSlice"), "endpointslices.discovery.k8s.io"],
  [kindKey("gateway.networking.k8s.io", "Gateway"), "gateways.gateway.networking.k8s.io"],
]);

/**
 * The group-resource of an object, for example "deployments.apps"; undefined for a kind that no plan reads. Where
 * `known` does not tell, the plural is guessed as for outputs (`servesKind`).
 */
export function resourceOfObject(
  object: JsonObject,
  kinds: Iterable<KindSettings>,
  known: KindNames = new Map(),
): string | undefined {
  const kind = stringAt(object, "kind") ?? "";
  const group = groupOf(stringAt(object, "apiVersion") ?? "");
  const key = kindKey(group, kind);
  const told = known.get(key) ?? common.get(key);
  if (told !== undefined) return told;
  for (const settings of kinds)
    if (settings.group === group && servesKind(settings, kind)) return groupResourceOf(settings);
  return undefined;
}
