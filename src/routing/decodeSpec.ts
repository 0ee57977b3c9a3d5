import type { ClusterLookup } from "./clusterLookup.js";
import { decodeRoutemap } from "./decode/decodeRoutemap.js";
import type { SpecState } from "./observed.js";

/** Decodes a routemap's text under the configuration in force. */
export function decodeSpec(
  text: string,
  namespace: string,
  { config, kinds }: Pick<ClusterLookup, "config" | "kinds">,
  onlyNamespace: string | undefined,
): SpecState {
  const { limits, outputs, templateNamespaces } = config;
  const scope = onlyNamespace === undefined ? "cluster" : "namespace";
  const decoded = decodeRoutemap(text, { namespace, kinds, limits, outputs, templateNamespaces, scope });
  if (!decoded.ok) return { state: "invalid", problems: decoded.error };
  return { state: "valid", routemap: decoded.value.routemap, warnings: decoded.value.warnings };
}
