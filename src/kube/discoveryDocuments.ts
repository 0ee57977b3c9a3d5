import type { Json } from "../base/json.js";
import { arrayAt, at, stringAt } from "../base/json.js";
import type { Resource } from "./resource.js";

/** Media type of aggregated discovery (KEP-3352), with the plain documents of old servers as the second choice. */
export const aggregatedDiscovery =
  "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList," +
  "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

/** A version of a group that the server offers. */
export interface GroupVersion {
  readonly group: string;
  readonly version: string;
}

/** True for an answer in the aggregated form. */
export function isAggregated(document: Json): boolean {
  return stringAt(document, "kind") === "APIGroupDiscoveryList";
}

/**
 * Resources of an aggregated document, most preferred version of a group first.
 */
export function aggregatedResources(document: Json): readonly Resource[] {
  return arrayAt(document, "items").flatMap((item) => {
    const group = stringAt(item, "metadata", "name") ?? "";
    return arrayAt(item, "versions").flatMap((entry) => {
      const version = stringAt(entry, "version");
      if (version === undefined) return [];
      return arrayAt(entry, "resources").flatMap((found) => {
        const resource = stringAt(found, "resource");
        const kind = stringAt(found, "responseKind", "kind");
        if (resource === undefined || kind === undefined) return [];
        return [{ group, version, resource, kind, namespaced: stringAt(found, "scope") === "Namespaced" }];
      });
    });
  });
}

/** Versions of an aggregated document whose server does not answer: their resources may be missing in it. */
export function staleVersions(document: Json): readonly GroupVersion[] {
  return arrayAt(document, "items").flatMap((item) =>
    arrayAt(item, "versions").flatMap((entry) =>
      stringAt(entry, "freshness") === "Stale"
        ? [{ group: stringAt(item, "metadata", "name") ?? "", version: stringAt(entry, "version") ?? "" }]
        : [],
    ),
  );
}

/** Group versions of an APIGroupList (`/apis`), the preferred version of each group first. */
export function groupVersions(document: Json): readonly GroupVersion[] {
  return arrayAt(document, "groups").flatMap((found) => {
    const group = stringAt(found, "name");
    if (group === undefined) return [];
    const preferred = stringAt(found, "preferredVersion", "version");
    const versions = arrayAt(found, "versions").flatMap((entry) => stringAt(entry, "version") ?? []);
    const ordered = [...versions].sort((a, b) => Number(b === preferred) - Number(a === preferred));
    return ordered.map((version) => ({ group, version }));
  });
}

/** Versions of the core group from an APIVersions document (`/api`). */
export function coreVersions(document: Json): readonly GroupVersion[] {
  return arrayAt(document, "versions").flatMap((version) =>
    typeof version === "string" ? [{ group: "", version }] : [],
  );
}

/** Resources of an APIResourceList; subresources left out. */
export function listedResources(groupVersion: GroupVersion, document: Json): readonly Resource[] {
  return arrayAt(document, "resources").flatMap((found) => {
    const resource = stringAt(found, "name");
    const kind = stringAt(found, "kind");
    if (resource === undefined || kind === undefined || resource.includes("/")) return [];
    const { group, version } = groupVersion;
    return [{ group, version, resource, kind, namespaced: at(found, "namespaced") === true }];
  });
}
