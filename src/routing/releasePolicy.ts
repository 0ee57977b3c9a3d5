import { arrayAt, stringAt } from "../base/json.js";
import type { ControllerConfig } from "../config/config.js";
import { settleOfClass } from "../config/config.js";
import type { KubeObject } from "../kube/object.js";
import type { ReleaseTimes } from "./routemap.js";

/** The times that apply to one output, milliseconds. */
export interface ReleasePolicy {
  /** Whether anybody reports on the output at all; if not, settle counts from the moment it was stored. */
  readonly confirms: boolean;
  readonly confirmTimeout: number;
  readonly settle: number;
  readonly drain: number;
}

/** Finds the GatewayClass of a Gateway; undefined where it is not known. */
export type GatewayClassOf = (namespace: string, name: string) => string | undefined;

/**
 * Settle is the larger of the routemap's own time and the configuration's for the slowest GatewayClass among the
 * parents, or for VirtualService (docs/rules.md, "Proof"). Of a route that is gone nobody knows who served it.
 */
export function releasePolicy(
  object: KubeObject | undefined,
  times: ReleaseTimes,
  config: ControllerConfig,
  gatewayClassOf: GatewayClassOf,
): ReleasePolicy {
  const { release, settle, limits } = config;
  const parents = arrayAt(object, "spec", "parentRefs");
  const own = times.settle ?? release.settle;
  const budgets = parents.map((parent) => {
    const kind = stringAt(parent, "kind") ?? "Gateway";
    const name = stringAt(parent, "name");
    if (kind !== "Gateway" || name === undefined) return settle.unknownClass;
    const namespace = stringAt(parent, "namespace") ?? object?.metadata.namespace ?? "";
    return settleOfClass(config, gatewayClassOf(namespace, name));
  });
  const isIstio = object?.apiVersion.startsWith("networking.istio.io/") === true;
  const unknown = object === undefined ? [settle.unknownClass, settle.virtualService] : [];
  const budget = isIstio ? settle.virtualService : Math.max(0, ...budgets, ...unknown);
  return {
    confirms: parents.length > 0,
    confirmTimeout: release.confirmTimeout,
    settle: Math.min(Math.max(own, budget), Math.max(limits.maxSettle, budget)),
    drain: times.drain ?? release.drain,
  };
}
