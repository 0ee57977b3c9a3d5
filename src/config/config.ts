import type { GroupVersionResource } from "../kube/resource.js";
import { groupResourceOf } from "../kube/resource.js";
import type { KindSettings } from "./kind.js";

/** Times of a release that a routemap does not give itself, milliseconds. */
export interface ReleaseDefaults {
  readonly minStable: number;
  /** Least settle time; the gateway's class may ask for more. */
  readonly settle: number;
  readonly drain: number;
  readonly deadline: number;
  /** How long a route's status is waited for before settle stands in. */
  readonly confirmTimeout: number;
}

/** How long a data plane needs to follow a confirmed route, milliseconds. */
export interface SettleTimes {
  /** By GatewayClass name. */
  readonly gatewayClasses: Readonly<Record<string, number>>;
  readonly virtualService: number;
  readonly unknownClass: number;
}

/** What no routemap may go beyond. */
export interface Limits {
  /** Whether a routemap may list resources of other namespaces. */
  readonly crossNamespace: boolean;
  readonly maxDeadline: number;
  readonly maxSettle: number;
  readonly maxVersions: number;
  /** Host patterns that are allowed; absent: all but other namespaces' Services. */
  readonly hosts?: readonly string[];
}

/** The controller's configuration, decoded, with every default filled in. Times are milliseconds. */
export interface ControllerConfig {
  /** Every key is reconciled at least this often. */
  readonly defaultResync: number;
  /** Whether all namespaces are watched, where no flag says otherwise. */
  readonly clusterScoped: boolean;
  /** Every kind there is, each shorthand once. */
  readonly kinds: readonly KindSettings[];
  /** Shorthands of the kinds that templates and routes may write. */
  readonly outputs: readonly string[];
  /** Namespaces whose route templates every routemap may use, besides those of its own. */
  readonly templateNamespaces: readonly string[];
  readonly release: ReleaseDefaults;
  readonly settle: SettleTimes;
  readonly limits: Limits;
}

/** One resource to watch, however many shorthands name it. */
export interface WatchedResource extends GroupVersionResource {
  /** All shorthands of it, in the order of the configuration. */
  readonly shorthands: readonly string[];
  readonly hold: boolean;
  /** Union of the shorthands' spec paths. */
  readonly specPaths: readonly string[];
}

/** The settings of a shorthand, or undefined where the configuration has none. */
export function kindOf(config: ControllerConfig, shorthand: string): KindSettings | undefined {
  return config.kinds.find((kind) => kind.shorthand === shorthand);
}

/** The distinct resources of a configuration: `svc` and `service` are one. */
export function resources(config: ControllerConfig): readonly WatchedResource[] {
  const found = new Map<string, WatchedResource>();
  for (const kind of config.kinds) {
    const key = groupResourceOf(kind);
    const known = found.get(key);
    found.set(key, {
      group: kind.group,
      version: kind.version,
      resource: kind.resource,
      shorthands: [...(known?.shorthands ?? []), kind.shorthand],
      hold: kind.hold,
      specPaths: [...new Set([...(known?.specPaths ?? []), ...kind.specPaths])],
    });
  }
  return [...found.values()];
}

/** Milliseconds a gateway of this class needs to follow; undefined is an unknown class. */
export function settleOfClass(config: ControllerConfig, className: string | undefined): number {
  const { gatewayClasses, unknownClass } = config.settle;
  if (className === undefined || !Object.hasOwn(gatewayClasses, className)) return unknownClass;
  return gatewayClasses[className] ?? unknownClass;
}
