import type { ControllerConfig } from "../config/config.js";
import { resources } from "../config/config.js";
import { builtInKinds } from "../config/defaults.js";
import { groupResourceOf } from "../kube/resource.js";

/** What the controller does with a right. */
export type Use =
  | "seeVersions"
  | "hold"
  | "seeRoutes"
  | "writeRoutes"
  | "pruneRoutes"
  | "readRoutemaps"
  | "publishStatus"
  | "readTemplates"
  | "countEndpoints"
  | "readGateways"
  | "noticeKinds"
  | "noticeEnds"
  | "noticeEnd"
  | "tellEvents"
  | "readLease"
  | "takeLease"
  | "renewLease";

/** A verb of the API that the controller needs. */
export type Verb = "get" | "list" | "watch" | "create" | "update" | "patch" | "delete";

/** One right that the controller needs, and what for. */
export interface Permission {
  readonly verb: Verb;
  /** Empty for the core group. */
  readonly group: string;
  readonly resource: string;
  /** Absent: in all namespaces, or the resource has none. */
  readonly namespace?: string;
  /** Absent: whatever the name. */
  readonly name?: string;
  readonly uses: readonly Use[];
  /** What it is needed for, as the end of a sentence: "to write routes". */
  readonly why: string;
  /** The shipped ClusterRole or Role that grants it. */
  readonly role: string;
}

/** Where the controller works, and the Lease it takes; no Lease without leader election. */
export interface PermissionScope {
  /** The only namespace; absent: the whole cluster. */
  readonly namespace?: string;
  readonly lease?: { readonly namespace: string; readonly name: string };
}

interface Purpose {
  readonly verbs: readonly Verb[];
  readonly why: string;
  readonly role: string;
}

const see = ["get", "list", "watch"] as const;
const follow = ["list", "watch"] as const;

const purposes: Readonly<Record<Use, Purpose>> = {
  seeVersions: { verbs: see, why: "to see whether versions are there and ready", role: "pointsman-workloads" },
  hold: { verbs: ["patch"], why: "to hold a version until its traffic is back", role: "pointsman-workloads" },
  seeRoutes: { verbs: see, why: "to see the routes that are stored", role: "pointsman-routes" },
  writeRoutes: { verbs: ["create", "patch"], why: "to write routes", role: "pointsman-routes" },
  pruneRoutes: { verbs: ["delete"], why: "to delete routes that are not rendered any more", role: "pointsman-routes" },
  readRoutemaps: { verbs: see, why: "to read routemaps", role: "pointsman-routemaps" },
  publishStatus: { verbs: ["patch"], why: "to publish the status of routemaps", role: "pointsman-routemaps" },
  readTemplates: { verbs: follow, why: "to read the route templates there", role: "pointsman-routemaps" },
  countEndpoints: { verbs: follow, why: "to count the ready endpoints of Services", role: "pointsman-observe" },
  readGateways: { verbs: follow, why: "to know how fast a Gateway follows its routes", role: "pointsman-observe" },
  noticeKinds: { verbs: follow, why: "to notice kinds that are installed later", role: "pointsman-definitions" },
  noticeEnds: { verbs: follow, why: "to let everything go in namespaces that end", role: "pointsman-definitions" },
  noticeEnd: {
    verbs: ["get", "watch"],
    why: "to let everything go when the namespace ends",
    role: "pointsman-namespace",
  },
  tellEvents: { verbs: ["create", "patch"], why: "to tell what happened in Events", role: "pointsman-events" },
  readLease: { verbs: ["get"], why: "to take part in the leader election", role: "pointsman-leases" },
  takeLease: { verbs: ["create"], why: "to take part in the leader election", role: "pointsman-leases" },
  renewLease: { verbs: ["update"], why: "to take part in the leader election", role: "pointsman-leases" },
};

/** The ClusterRole that collects what users grant for kinds of their own. */
const customRole = "pointsman-custom-kinds";

interface Need {
  readonly use: Use;
  readonly group: string;
  readonly resource: string;
  readonly namespace: string | undefined;
  readonly name?: string;
}

/**
 * Every right that the controller uses under a configuration, each once, for kinds that the cluster has and for kinds
 * that it has not. CustomResourceDefinitions are watched in cluster scope only: a Role cannot allow it.
 */
export function neededPermissions(config: ControllerConfig, scope: PermissionScope): readonly Permission[] {
  const builtIn = new Set(builtInKinds.map(groupResourceOf));
  const found = new Map<string, Permission>();
  for (const { use, group, resource, namespace, name } of needs(config, scope)) {
    const { verbs, why, role: usual } = purposes[use];
    const role = isOfKinds(use) && !builtIn.has(groupResourceOf({ group, resource })) ? customRole : usual;
    for (const verb of verbs) {
      const where = { ...(namespace === undefined ? {} : { namespace }), ...(name === undefined ? {} : { name }) };
      const wanted = { verb, group, resource, ...where, uses: [use], why, role };
      const known = found.get(permissionKey(wanted));
      found.set(permissionKey(wanted), known === undefined ? wanted : merged(known, wanted));
    }
  }
  return [...found.values()];
}

/** Text key of a right: verb, group-resource, and where it is asked for. */
export function permissionKey(permission: Omit<Permission, "uses" | "why" | "role">): string {
  const { verb, namespace = "", name = "" } = permission;
  return `${verb} ${groupResourceOf(permission)} ${namespace}/${name}`;
}

function needs(config: ControllerConfig, { namespace, lease }: PermissionScope): readonly Need[] {
  const need = (use: Use, group: string, resource: string): Need => ({ use, group, resource, namespace });
  const shared = namespace === undefined ? [] : config.templateNamespaces.filter((other) => other !== namespace);
  const outputs = config.kinds.filter((kind) => config.outputs.includes(kind.shorthand));
  return [
    need("readRoutemaps", "", "configmaps"),
    need("publishStatus", "", "configmaps"),
    ...shared.map((other): Need => ({ ...need("readTemplates", "", "configmaps"), namespace: other })),
    ...outputs.flatMap(({ group, resource }) =>
      (["seeRoutes", "writeRoutes", "pruneRoutes"] as const).map((use) => need(use, group, resource)),
    ),
    ...resources(config).flatMap(({ group, resource, hold }) => [
      need("seeVersions", group, resource),
      ...(hold ? [need("hold", group, resource)] : []),
    ]),
    need("countEndpoints", "discovery.k8s.io", "endpointslices"),
    need("readGateways", "gateway.networking.k8s.io", "gateways"),
    need(namespace === undefined ? "noticeEnds" : "noticeEnd", "", "namespaces"),
    ...(namespace === undefined ? [need("noticeKinds", "apiextensions.k8s.io", "customresourcedefinitions")] : []),
    need("tellEvents", "events.k8s.io", "events"),
    ...(lease === undefined ? [] : leaseNeeds(lease)),
  ];
}

/** A Role may name the one Lease; what is to be created has no name that a Role could tell. */
function leaseNeeds({ namespace, name }: { readonly namespace: string; readonly name: string }): readonly Need[] {
  const where = { group: "coordination.k8s.io", resource: "leases", namespace };
  return [
    { use: "readLease", ...where, name },
    { use: "takeLease", ...where },
    { use: "renewLease", ...where, name },
  ];
}

/** Whether a use is of kinds that the configuration names. */
function isOfKinds(use: Use): boolean {
  return ["seeVersions", "hold", "seeRoutes", "writeRoutes", "pruneRoutes"].includes(use);
}

function merged(known: Permission, other: Permission): Permission {
  const why = known.why === other.why ? known.why : `${known.why} and ${other.why}`;
  return { ...known, uses: [...known.uses, ...other.uses], why };
}
