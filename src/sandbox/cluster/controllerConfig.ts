import { gatewayNames } from "./gatewayObjects.js";

/**
 * The configuration of a controller that works in a sandbox: the whole cluster, and the time that the sandbox's own
 * gateway needs to follow a route it has confirmed, which is at most `settleMs`.
 */
export function controllerConfig(settleMs: number): string {
  return [
    "clusterScoped: true",
    "settle:",
    "  gatewayClasses:",
    `    ${gatewayNames.gatewayClass}: ${settleMs}ms`,
    "",
  ].join("\n");
}
