import { stringAt } from "../../base/json.js";
import type { ControllerConfig } from "../../config/config.js";
import { resources } from "../../config/config.js";
import { decodeConfig } from "../../config/decode.js";
import { defaultConfig } from "../../config/defaults.js";
import type { KubeObject } from "../../kube/object.js";
import { groupResourceOf } from "../../kube/resource.js";
import { decodeRoutemap } from "../../routing/decode/decodeRoutemap.js";
import { admissionKinds } from "../../routing/doctor/admission.js";
import { applicationKind } from "../../routing/doctor/argoCd.js";
import type { ClusterFacts, ConfigOrigin, KnownRoutemap } from "../../routing/doctor/clusterFacts.js";
import type { ControllerWorkload } from "../../routing/doctor/controllers.js";
import { controllerIn } from "../../routing/doctor/controllers.js";
import { gatewayKinds } from "../../routing/doctor/gateways.js";
import { describeObject, Inventory } from "../../routing/doctor/inventory.js";
import { leaseKind, usualNamespace } from "../../routing/doctor/leases.js";
import { names } from "../../routing/names.js";
import type { Cluster } from "../cluster.js";
import type { Wanted } from "./lister.js";
import { Lister } from "./lister.js";
import { askRights } from "./rights.js";
import type { DoctorRun } from "./run.js";

const configMaps = { group: "", version: "v1", resource: "configmaps" } as const;
const workloads = ["deployments", "statefulsets"] as const;

/** Reads everything that the checks look at, and asks for the controller's rights. Nothing is written. */
export async function gather(run: DoctorRun, cluster: Cluster, signal: AbortSignal): Promise<ClusterFacts> {
  const lister = new Lister(cluster.api, cluster.discovery, signal);
  const nearby = [...new Set([run.namespace ?? usualNamespace, usualNamespace])];
  const wide = await listWorkloads(lister, nearby);
  const controllers = [...wide.values()].flatMap(({ objects }) =>
    objects.flatMap((object) => controllerIn(object) ?? []),
  );
  const controller = controllerOf(controllers, run);
  const { config, origin } = await configuration(run, controller, lister);
  const routemaps = await listRoutemaps(run, config, controller, lister);
  const objects = await listObjects(run, config, wide, nearby, lister);
  const known = {
    config,
    origin,
    ...(run.namespace === undefined ? {} : { namespace: run.namespace }),
    now: cluster.clock.now() + cluster.serverTimeOffset(),
    served: cluster.discovery.all(),
    absent: lister.absent,
    inventory: new Inventory(objects),
    routemaps,
    controllers,
  };
  const rights = await askRights({ ...known, unread: [] }, run, controller, cluster, lister, signal);
  return { ...known, unread: lister.unread, ...(rights === undefined ? {} : { rights }) };
}

/** What was found of a kind; `whole`: everywhere, so that what is not there does not exist. */
interface Found {
  readonly objects: readonly KubeObject[];
  readonly whole: boolean;
}

/** Lists in all namespaces, or where that is forbidden in those where it is likely to be. */
async function listWide(lister: Lister, wanted: Wanted, nearby: readonly string[]): Promise<Found> {
  const wide = await lister.list(wanted);
  if (wide !== undefined) return { objects: wide, whole: true };
  const near = await Promise.all(nearby.map((namespace) => lister.list({ ...wanted, namespace, quiet: true })));
  return { objects: near.flatMap((list) => list ?? []), whole: false };
}

/** Workloads of all namespaces: controllers are looked for among them. */
async function listWorkloads(lister: Lister, nearby: readonly string[]): Promise<ReadonlyMap<string, Found>> {
  const found = new Map<string, Found>();
  for (const resource of workloads) {
    const kind = { group: "apps", resource };
    found.set(groupResourceOf(kind), await listWide(lister, kind, nearby));
  }
  return found;
}

/** The controller that looks after the namespace: one that serves it alone, else one that serves all; running ones first. */
function controllerOf(
  controllers: readonly ControllerWorkload[],
  { namespace, account }: DoctorRun,
): ControllerWorkload | undefined {
  const ours = controllers
    .filter(({ product }) => product === "pointsman")
    .filter(
      (one) => account === undefined || (one.namespace === account.namespace && one.serviceAccount === account.name),
    )
    .sort((a, b) => b.replicas - a.replicas);
  const own = namespace === undefined ? undefined : ours.find(({ only }) => only === namespace);
  return own ?? ours.find(({ only }) => only === undefined) ?? (namespace === undefined ? ours[0] : undefined);
}

async function configuration(
  run: DoctorRun,
  controller: ControllerWorkload | undefined,
  lister: Lister,
): Promise<{ readonly config: ControllerConfig; readonly origin: ConfigOrigin }> {
  if (run.config !== undefined) return { config: run.config.config, origin: { object: run.config.file, problems: [] } };
  const none = { config: defaultConfig(), origin: { problems: [] } };
  if (controller?.config === undefined) return none;
  const { namespace } = controller;
  const object = await lister.get(configMaps, { namespace, name: controller.config.name });
  if (object === undefined) return none;
  const decoded = decodeConfig(stringAt(object, "data", controller.config.key) ?? "");
  const name = describeObject(object);
  return decoded.ok
    ? { config: decoded.value, origin: { object: name, problems: [] } }
    : { config: defaultConfig(), origin: { object: name, problems: decoded.error } };
}

async function listRoutemaps(
  { namespace }: DoctorRun,
  config: ControllerConfig,
  controller: ControllerWorkload | undefined,
  lister: Lister,
): Promise<readonly KnownRoutemap[]> {
  const { limits, outputs, templateNamespaces } = config;
  const kinds = new Map(config.kinds.map((kind) => [kind.shorthand, kind]));
  const scope = controller?.only === undefined ? "cluster" : "namespace";
  const found = await lister.list({
    ...configMaps,
    ...(namespace === undefined ? {} : { namespace }),
    labelSelector: `${names.kindLabel}=${names.routemapKind}`,
    matters: "much",
  });
  return (found ?? []).map((object) => {
    const home = object.metadata.namespace ?? "";
    const context = { namespace: home, kinds, limits, outputs, templateNamespaces, scope } as const;
    const decoded = decodeRoutemap(stringAt(object, "data", "strSpec") ?? "", context);
    return { object, namespace: home, spec: decoded.ok ? { ok: true, value: decoded.value.routemap } : decoded };
  });
}

/** Everything else, by "resource.group". Of ConfigMaps, of which there are many, the metadata will do. */
async function listObjects(
  { namespace }: DoctorRun,
  config: ControllerConfig,
  workloadsFound: ReadonlyMap<string, Found>,
  nearby: readonly string[],
  lister: Lister,
): Promise<ReadonlyMap<string, readonly KubeObject[]>> {
  const found = new Map<string, readonly KubeObject[]>();
  const scope = namespace === undefined || config.limits.crossNamespace ? {} : { namespace };
  const add = async (wanted: Wanted): Promise<void> => {
    const key = groupResourceOf(wanted);
    const known = workloadsFound.get(key);
    const list = known?.whole === true ? known.objects : await lister.list(wanted);
    if (list !== undefined) found.set(key, list);
  };
  for (const { group, version, resource } of resources(config))
    await add({ group, version, resource, ...scope, metadataOnly: group === "" && resource === "configmaps" });
  await add({ ...split(gatewayKinds.gateways), ...scope });
  await add(split(gatewayKinds.classes));
  const leases = await listWide(lister, { ...split(leaseKind), fieldSelector: "metadata.name=pointsman" }, nearby);
  if (leases.whole || leases.objects.length > 0) found.set(leaseKind, leases.objects);
  await add(split(applicationKind));
  for (const kind of Object.values(admissionKinds)) await add(split(kind));
  return found;
}

function split(groupResource: string): { readonly resource: string; readonly group: string } {
  const dot = groupResource.indexOf(".");
  return { resource: groupResource.slice(0, dot), group: groupResource.slice(dot + 1) };
}
