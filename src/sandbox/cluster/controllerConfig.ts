import type { JsonObject } from "../../base/json.js";
import { gatewayNames } from "./gatewayObjects.js";

/** What differs from the defaults in the configuration of a controller that works in a sandbox. */
export interface ControllerSettings {
  /** How long the sandbox's own gateway needs at most to follow a route it has confirmed, milliseconds. */
  readonly settleMs: number;
  /** Further kinds by their shorthand, as in `config/controller.yaml`. */
  readonly resourceTypes?: JsonObject;
}

/** The text of that configuration: for the whole cluster. JSON, which is YAML. */
export function controllerConfig({ settleMs, resourceTypes = {} }: ControllerSettings): string {
  const gatewayClasses = { [gatewayNames.gatewayClass]: `${settleMs}ms` };
  return `${JSON.stringify({ clusterScoped: true, resourceTypes, settle: { gatewayClasses } }, undefined, 2)}\n`;
}
