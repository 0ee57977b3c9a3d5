import type { SpecState } from "../observed.js";
import { decodeRoutemap } from "../decode/decodeRoutemap.js";
import type { World } from "./world.js";

/** Decodes a routemap's text under the configuration in force. */
export function decodeSpec(
  text: string,
  namespace: string,
  world: World,
  onlyNamespace: string | undefined,
): SpecState {
  const { limits, outputs, templateNamespaces } = world.config;
  const scope = onlyNamespace === undefined ? "cluster" : "namespace";
  const decoded = decodeRoutemap(text, { namespace, kinds: world.kinds, limits, outputs, templateNamespaces, scope });
  if (!decoded.ok) return { state: "invalid", problems: decoded.error };
  return { state: "valid", routemap: decoded.value.routemap, warnings: decoded.value.warnings };
}
