import type { Result } from "../../base/result.js";
import type { ControllerConfig } from "../../config/config.js";
import { kindOf } from "../../config/config.js";
import type { KindSettings } from "../../config/kind.js";
import type { KubeObject } from "../../kube/object.js";
import type { Resource } from "../../kube/resource.js";
import { groupResourceOf } from "../../kube/resource.js";
import { names } from "../names.js";
import type { Permission } from "../permissions.js";
import type { Problem } from "../problem.js";
import { sourcesOf } from "../render/source.js";
import type { ResourceRef, Routemap } from "../routemap.js";
import type { ControllerWorkload } from "./controllers.js";
import type { Inventory } from "./inventory.js";

/** A ConfigMap that is a routemap, and its spec under the configuration. */
export interface KnownRoutemap {
  readonly object: KubeObject;
  readonly namespace: string;
  readonly spec: Result<Routemap, readonly Problem[]>;
}

/** Something that could not be read. */
export interface Unread {
  readonly verb: string;
  /** "deployments.apps", or what else was asked for. */
  readonly what: string;
  /** Absent: in all namespaces, or it has none. */
  readonly namespace?: string;
  /** Forbidden: a right is missing. Otherwise why it failed. */
  readonly problem: "forbidden" | { readonly message: string };
  /** What of the diagnosis depends on it. */
  readonly matters: "much" | "little";
}

/** What the API server says of one right of the controller. */
export interface RightAnswer {
  readonly permission: Permission;
  /** `near`: not given everywhere, but in every namespace that makes use of it. */
  readonly state: "allowed" | "near" | "denied" | "unknown";
  /** Namespaces that make use of it and where it is refused. */
  readonly deniedIn: readonly string[];
  readonly reason: string;
}

/** The rights that the controller has, as far as they could be asked for. */
export interface Rights {
  /** The account that was asked about; absent: whoever runs the diagnosis. */
  readonly account?: { readonly namespace: string; readonly name: string };
  readonly answers: readonly RightAnswer[];
}

/** Where the configuration is from, and what is wrong with it, so that the defaults are taken. */
export interface ConfigOrigin {
  /** As "ConfigMap pointsman-system/pointsman-config"; absent: the defaults. */
  readonly object?: string;
  readonly problems: readonly Problem[];
}

/** Everything that the checks know of a cluster. */
export interface ClusterFacts {
  readonly config: ControllerConfig;
  readonly origin: ConfigOrigin;
  /** The only namespace that is examined; absent: all. */
  readonly namespace?: string;
  /** The server's time, milliseconds since 1970. */
  readonly now: number;
  /** What the API server serves, each resource in every version, the preferred one first. */
  readonly served: readonly Resource[];
  /** Kinds of the configuration that the server says it does not have. */
  readonly absent: ReadonlySet<string>;
  readonly inventory: Inventory;
  readonly routemaps: readonly KnownRoutemap[];
  readonly controllers: readonly ControllerWorkload[];
  readonly unread: readonly Unread[];
  /** Absent: they could not be asked for. */
  readonly rights?: Rights;
}

/** A resource that a version lists, with the settings of its kind. */
export interface Listed {
  readonly routemap: KnownRoutemap;
  readonly version: string;
  /** 0 is the primary. */
  readonly index: number;
  readonly path: string;
  readonly ref: ResourceRef;
  readonly kind: KindSettings;
  /** Absent: it is not there, or its kind could not be read. */
  readonly object: KubeObject | undefined;
}

/** Everything that the routemaps' versions list. */
export function listedOf({ config, inventory, routemaps }: ClusterFacts): readonly Listed[] {
  return routemaps.flatMap((routemap) => {
    if (!routemap.spec.ok) return [];
    return routemap.spec.value.versions.flatMap(({ name: version, resources }, index) =>
      resources.flatMap((ref, at): Listed[] => {
        const kind = kindOf(config, ref.kind);
        if (kind === undefined) return [];
        const object = inventory.find(groupResourceOf(kind), ref.namespace, ref.name);
        return [{ routemap, version, index, path: `versions[${index}].resources[${at}]`, ref, kind, object }];
      }),
    );
  });
}

/** A stored route and the routemap whose it is. */
export interface OwnedRoute {
  readonly routemap: KnownRoutemap;
  readonly kind: KindSettings;
  readonly object: KubeObject;
}

/** Every stored object that carries the label of a routemap that was read. */
export function routesOf({ config, inventory, routemaps }: ClusterFacts): readonly OwnedRoute[] {
  const byUid = new Map(routemaps.map((routemap) => [routemap.object.metadata.uid, routemap]));
  return outputKinds(config).flatMap((kind) =>
    inventory.list(groupResourceOf(kind)).flatMap((object): OwnedRoute[] => {
      const routemap = byUid.get(object.metadata.labels?.[names.owner] ?? "");
      return routemap === undefined ? [] : [{ routemap, kind, object }];
    }),
  );
}

/** The kinds that routemaps may write, each once. */
export function outputKinds(config: ControllerConfig): readonly KindSettings[] {
  const kinds = config.outputs.flatMap((shorthand) => kindOf(config, shorthand) ?? []);
  return [...new Map(kinds.map((kind) => [groupResourceOf(kind), kind])).values()];
}

/** The kinds that a routemap writes, with where it says so. */
export function writtenKinds(
  config: ControllerConfig,
  spec: Routemap,
): readonly { path: string; kind: KindSettings }[] {
  return sourcesOf(spec).flatMap((source) => {
    const { path } = source;
    const shorthands =
      source.type === "template" ? [source.template.kind] : [source.route.shorthand, source.route.destinationRule];
    return shorthands.flatMap((shorthand) => {
      const kind = shorthand === undefined ? undefined : kindOf(config, shorthand);
      return kind === undefined ? [] : [{ path, kind }];
    });
  });
}
