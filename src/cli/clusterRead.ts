import { PointsmanError } from "../base/errors.js";
import { stringAt } from "../base/json.js";
import type { ControllerConfig } from "../config/config.js";
import type { ApiError } from "../kube/apiError.js";
import type { KubeObject } from "../kube/object.js";
import { groupResourceOf } from "../kube/resource.js";
import { decodeSpec } from "../routing/decodeSpec.js";
import type { Routemap } from "../routing/routemap.js";
import { kindKey } from "../routing/snapshot/resourceOfObject.js";
import type { KindNames } from "../routing/snapshot/resourceOfObject.js";
import type { SnapshotInput } from "../routing/snapshot/snapshot.js";
import { outputShorthands } from "../routing/render/source.js";
import type { Cluster } from "./cluster.js";
import type { FailedList, List, MadeList } from "./clusterLists.js";
import { listRoutemaps, listWorld } from "./clusterLists.js";

/** What to read of a cluster. */
export interface ClusterQuery {
  readonly config: ControllerConfig;
  /** The only namespace whose routemaps are wanted, with whatever they refer to elsewhere; absent: all. */
  readonly namespace?: string;
  /** Namespaces whose routemaps are wanted besides. */
  readonly alsoIn?: readonly string[];
  /** Routemaps that are no objects of the cluster (yet), as specs: what they refer to is read as well. */
  readonly more?: readonly { readonly namespace: string; readonly spec: Routemap }[];
}

/** A cluster as a command saw it. */
export interface ClusterReading {
  /** What `snapshot` takes. */
  readonly input: SnapshotInput;
  /** One line for each kind that the routemaps need and that could not be listed; empty where everything was seen. */
  readonly notes: readonly string[];
  /** The lists it was made of, for whoever watches on from there. */
  readonly lists: readonly MadeList[];
}

/**
 * Reads what a snapshot of a cluster needs: routemaps, and in the namespaces that they mention, page by page, every kind
 * of the configuration by label, routes, route templates, EndpointSlices, Gateways and namespaces. What may not be
 * listed, or is no kind of the cluster, is told in the snapshot's own words. Throws a PointsmanError where the cluster
 * does not answer at all.
 */
export async function readCluster(cluster: Cluster, query: ClusterQuery, signal: AbortSignal): Promise<ClusterReading> {
  const { config, namespace, more = [] } = query;
  const wanted = namespace === undefined ? [undefined] : new Set([namespace, ...(query.alsoIn ?? [])]);
  const silent = await cluster.discovery.refresh(signal);
  if (silent !== undefined) throw unreachable(cluster, silent);
  const routemaps = await Promise.all([...wanted].map((home) => listRoutemaps(cluster, home, signal)));
  const specs = [...routemaps.flatMap((list) => specsOf(list, config)), ...more];
  const homes = namespace === undefined ? undefined : mentioned([namespace, ...(query.alsoIn ?? [])], specs, config);
  const lists = [...routemaps, ...(await listWorld(cluster, config, homes, signal))];
  const made = lists.filter((list) => list.state === "made");
  const failed = lists.filter((list) => list.state === "failed");
  return { input: inputOf(cluster, query, made, failed, homes), notes: notesOf(failed, specs, config), lists: made };
}

function inputOf(
  cluster: Cluster,
  { config, namespace }: ClusterQuery,
  made: readonly MadeList[],
  failed: readonly FailedList[],
  homes: ReadonlySet<string> | undefined,
): SnapshotInput {
  const { clock } = cluster;
  return {
    objects: made.flatMap(({ listed }) => listed.objects),
    config,
    now: { monotonic: clock.monotonic(), server: clock.now() + cluster.serverTimeOffset() },
    unseen: failed.map(({ unseen }) => unseen),
    kindNames: kindNames(cluster),
    ...(homes === undefined ? {} : { namespaces: homes }),
    ...(config.clusterScoped || namespace === undefined ? {} : { onlyNamespace: namespace }),
  };
}

interface PlacedSpec {
  readonly namespace: string;
  readonly spec: Routemap;
}

function specsOf(list: List, config: ControllerConfig): readonly PlacedSpec[] {
  const objects = list.state === "made" ? list.listed.objects : [];
  const kinds = new Map(config.kinds.map((kind) => [kind.shorthand, kind]));
  return objects.flatMap((object: KubeObject): PlacedSpec[] => {
    const namespace = object.metadata.namespace ?? "";
    const decoded = decodeSpec(stringAt(object, "data", "strSpec") ?? "", namespace, { config, kinds }, undefined);
    return decoded.state === "valid" ? [{ namespace, spec: decoded.routemap }] : [];
  });
}

/** The namespaces that routemaps are in or refer to. */
function mentioned(
  asked: readonly string[],
  specs: readonly PlacedSpec[],
  { templateNamespaces }: ControllerConfig,
): ReadonlySet<string> {
  const listed = specs.flatMap(({ spec }) => spec.versions.flatMap((version) => version.resources));
  const referred = specs.flatMap(({ spec }) =>
    spec.templates.flatMap(({ text }) => (text.type === "reference" ? [text.ref.namespace] : [])),
  );
  const shared = referred.filter((other) => templateNamespaces.includes(other));
  return new Set([...asked, ...specs.map((spec) => spec.namespace), ...listed.map((ref) => ref.namespace), ...shared]);
}

function kindNames({ discovery }: Cluster): KindNames {
  return new Map(
    discovery.all().map((resource) => [kindKey(resource.group, resource.kind), groupResourceOf(resource)]),
  );
}

/** What none of the routemaps needs is not worth a line. */
function notesOf(
  failed: readonly FailedList[],
  specs: readonly PlacedSpec[],
  config: ControllerConfig,
): readonly string[] {
  const used = new Set(["configmaps"]);
  const groupResources = new Map(config.kinds.map((kind) => [kind.shorthand, groupResourceOf(kind)]));
  for (const { spec } of specs) {
    const listed = spec.versions.flatMap(({ resources }) => resources.map(({ kind }) => kind));
    for (const shorthand of [...listed, ...outputShorthands(spec)]) used.add(groupResources.get(shorthand) ?? "");
  }
  if (used.has("services")) used.add("endpointslices.discovery.k8s.io");
  const told = failed.filter(({ unseen, quiet }) => !quiet && used.has(unseen.groupResource));
  return [...new Set(told.map(({ message }) => message))].sort();
}

function unreachable({ server }: Cluster, { message }: ApiError): PointsmanError {
  return new PointsmanError("PM_CLUSTER_UNREADABLE", { server, problem: message });
}
