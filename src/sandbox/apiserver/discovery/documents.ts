import type { JsonObject } from "../../../base/json.js";
import { apiVersionOf } from "../../../kube/resource.js";
import { builtinReviews } from "../reviews/reviewKinds.js";
import type { Kinds, ServedGroup } from "../kinds/kinds.js";
import type { ServedKind, Subresource } from "../kinds/servedKind.js";

/** What this server says it is: the Kubernetes whose behaviour it follows. */
export const versionDocument: JsonObject = {
  major: "1",
  minor: "36",
  gitVersion: "v1.36.3+pointsman",
  gitCommit: "",
  gitTreeState: "clean",
  buildDate: "1970-01-01T00:00:00Z",
  goVersion: "none",
  compiler: "none",
  platform: `${process.platform}/${process.arch}`,
};

/** `/api`: the versions of the core group. */
export function coreVersionsDocument(address: string): JsonObject {
  return {
    kind: "APIVersions",
    versions: ["v1"],
    serverAddressByClientCIDRs: [{ clientCIDR: "0.0.0.0/0", serverAddress: address }],
  };
}

/** All groups that are served: those of stored kinds and those of reviews. */
export function servedGroups(kinds: Kinds): readonly ServedGroup[] {
  const groups = kinds.groups();
  const known = new Set(groups.map(({ group }) => group));
  const more = builtinReviews
    .filter(({ group }) => !known.has(group))
    .map(({ group, version }) => ({ group, versions: [version] }));
  return [...groups, ...more.filter(({ group }, index) => more.findIndex((other) => other.group === group) === index)];
}

/** `/apis`: all groups. */
export function groupListDocument(kinds: Kinds): JsonObject {
  return { kind: "APIGroupList", apiVersion: "v1", groups: servedGroups(kinds).map(groupEntry) };
}

/** `/apis/GROUP`; undefined if nothing of the group is served. */
export function groupDocument(kinds: Kinds, name: string): JsonObject | undefined {
  const found = servedGroups(kinds).find(({ group }) => group === name);
  return found && { kind: "APIGroup", apiVersion: "v1", ...groupEntry(found) };
}

function groupEntry({ group, versions }: ServedGroup): JsonObject {
  const entries = versions.map((version) => ({ groupVersion: `${group}/${version}`, version }));
  return { name: group, versions: entries, preferredVersion: entries[0] ?? null };
}

/** `/api/v1` and `/apis/GROUP/VERSION`: resources and subresources; undefined if nothing of it is served. */
export function resourceListDocument(kinds: Kinds, group: string, version: string): JsonObject | undefined {
  const served = kinds.ofVersion(group, version);
  const reviews = builtinReviews.filter((review) => review.group === group && review.version === version);
  if (served.length === 0 && reviews.length === 0) return undefined;
  return {
    kind: "APIResourceList",
    apiVersion: "v1",
    groupVersion: apiVersionOf({ group, version }),
    resources: [
      ...served.flatMap((kind) => [
        resourceEntry(kind),
        ...kind.subresources.map((subresource) => subresourceEntry(kind, subresource)),
      ]),
      ...reviews.map(({ plural, singular, kind, namespaced }) => ({
        name: plural,
        singularName: singular,
        namespaced,
        kind,
        verbs: ["create"],
      })),
    ],
  };
}

function resourceEntry(kind: ServedKind): JsonObject {
  return {
    name: kind.plural,
    singularName: kind.singular,
    namespaced: kind.namespaced,
    kind: kind.kind,
    verbs: kind.verbs,
    ...(kind.shortNames.length === 0 ? {} : { shortNames: kind.shortNames }),
    ...(kind.categories.length === 0 ? {} : { categories: kind.categories }),
  };
}

function subresourceEntry(kind: ServedKind, { name, kind: own, verbs, group, version }: Subresource): JsonObject {
  return {
    name: `${kind.plural}/${name}`,
    singularName: "",
    namespaced: kind.namespaced,
    ...(group === undefined ? {} : { group, version: version ?? "v1" }),
    kind: own,
    verbs,
  };
}
