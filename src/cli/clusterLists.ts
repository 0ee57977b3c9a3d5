import type { ControllerConfig } from "../config/config.js";
import { resources } from "../config/config.js";
import type { Selection } from "../kube/api.js";
import type { ApiError } from "../kube/apiError.js";
import { isForbidden, isKindAbsent } from "../kube/apiError.js";
import type { Listed } from "../kube/listAll.js";
import { listAll } from "../kube/listAll.js";
import type { GroupVersionResource } from "../kube/resource.js";
import { groupResourceOf } from "../kube/resource.js";
import { names } from "../routing/names.js";
import type { UnseenKind } from "../routing/snapshot/snapshotView.js";
import type { Cluster } from "./cluster.js";

/** What to list of one kind. */
interface Wanted {
  readonly gvr: GroupVersionResource;
  readonly labelSelector?: string;
  /** Nothing is said where it may not be listed, as little depends on it. */
  readonly quiet?: boolean;
}

/** A list that was made, and the version from which a watch sees what comes after it. */
export interface MadeList {
  readonly state: "made";
  readonly selection: Selection;
  readonly listed: Listed;
}

/** A list that could not be made. */
export interface FailedList {
  readonly state: "failed";
  readonly unseen: UnseenKind;
  /** For people, for example "may not list deployments.apps in the namespace shop". */
  readonly message: string;
  readonly quiet: boolean;
}

/** What became of a list. */
export type List = MadeList | FailedList;

const configMaps = { group: "", version: "v1", resource: "configmaps" };
const slices = { group: "discovery.k8s.io", version: "v1", resource: "endpointslices" };
const gateways = { group: "gateway.networking.k8s.io", version: "v1", resource: "gateways" };
const namespaces = { group: "", version: "v1", resource: "namespaces" };
const watched = `${names.watchLabel}=true`;

/** Lists the routemaps of one namespace, or of all. */
export function listRoutemaps(cluster: Cluster, namespace: string | undefined, signal: AbortSignal): Promise<List> {
  const labelSelector = `${names.kindLabel}=${names.routemapKind}`;
  return list(cluster, { gvr: configMaps, labelSelector }, namespace, signal);
}

/** Lists all that a plan may need besides routemaps, in these namespaces, or with `undefined` in all. */
export async function listWorld(
  cluster: Cluster,
  config: ControllerConfig,
  within: ReadonlySet<string> | undefined,
  signal: AbortSignal,
): Promise<readonly List[]> {
  const kinds = wantedKinds(config);
  const places = within === undefined ? [undefined] : [...within].sort();
  const lists = places.flatMap((namespace) => kinds.map((wanted) => list(cluster, wanted, namespace, signal)));
  const homes = places.map((name) => listNamespace(cluster, name, signal));
  return Promise.all([...lists, ...homes]);
}

function wantedKinds(config: ControllerConfig): readonly Wanted[] {
  const outputs = config.kinds.filter(({ shorthand }) => config.outputs.includes(shorthand));
  const written = new Map(outputs.map((kind) => [groupResourceOf(kind), kind]));
  const read = resources(config).filter((kind) => !written.has(groupResourceOf(kind)));
  return [
    { gvr: configMaps, labelSelector: `${names.kindLabel}=${names.routeTemplateKind}` },
    { gvr: slices, labelSelector: watched },
    { gvr: gateways, quiet: true },
    ...[...written.values()].map((gvr) => ({ gvr })),
    ...read.map((gvr) => ({ gvr, labelSelector: watched })),
  ];
}

/** Whether namespaces are being deleted; a user of one namespace may often read that one alone. */
function listNamespace(cluster: Cluster, name: string | undefined, signal: AbortSignal): Promise<List> {
  const only = name === undefined ? {} : { name };
  return listSelection(cluster, { resource: namespaces, metadataOnly: true, ...only }, true, signal);
}

async function list(
  cluster: Cluster,
  { gvr, labelSelector, quiet = false }: Wanted,
  namespace: string | undefined,
  signal: AbortSignal,
): Promise<List> {
  const where = namespace === undefined ? {} : { namespace };
  const selector = labelSelector === undefined ? {} : { labelSelector };
  const resource = await cluster.discovery.resolve(gvr, signal);
  if (!resource.ok) return failed(groupResourceOf(gvr), namespace, resource.error, quiet);
  return listSelection(cluster, { resource: resource.value, ...where, ...selector }, quiet, signal);
}

async function listSelection(
  { api }: Cluster,
  selection: Selection,
  quiet: boolean,
  signal: AbortSignal,
): Promise<List> {
  const listed = await listAll(api, selection, signal);
  if (listed.ok) return { state: "made", selection, listed: listed.value };
  return failed(groupResourceOf(selection.resource), selection.namespace, listed.error, quiet);
}

function failed(groupResource: string, namespace: string | undefined, error: ApiError, quiet: boolean): FailedList {
  const where = namespace === undefined ? {} : { namespace };
  if (isKindAbsent(error))
    return {
      state: "failed",
      unseen: { groupResource, ...where, seen: { state: "kindAbsent" } },
      message: "",
      quiet: true,
    };
  const place = namespace === undefined ? "in all namespaces" : `in the namespace ${namespace}`;
  const message = isForbidden(error)
    ? `may not list ${groupResource} ${place}`
    : `cannot list ${groupResource} ${place}: ${error.message}`;
  const reason = isForbidden(error) ? "Forbidden" : "ListFailed";
  const unseen: UnseenKind = { groupResource, ...where, seen: { state: "unseen", reason, message } };
  return { state: "failed", unseen, message, quiet };
}
