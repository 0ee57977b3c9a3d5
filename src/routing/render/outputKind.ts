import type { KindSettings } from "../../config/kind.js";
import { groupResourceOf } from "../../kube/resource.js";

/** Kinds of the outputs that everybody writes. */
const known: ReadonlyMap<string, string> = new Map([
  ["httproutes.gateway.networking.k8s.io", "HTTPRoute"],
  ["grpcroutes.gateway.networking.k8s.io", "GRPCRoute"],
  ["virtualservices.networking.istio.io", "VirtualService"],
  ["destinationrules.networking.istio.io", "DestinationRule"],
]);

/**
 * Whether objects of this kind are what the resource serves. For kinds that an administrator added, the plural is
 * guessed as Kubernetes itself guesses it (apimachinery, meta.UnsafeGuessKindToResource).
 */
export function servesKind(resource: KindSettings, kind: string): boolean {
  const expected = known.get(groupResourceOf(resource));
  if (expected !== undefined) return kind === expected;
  return /^[A-Z][A-Za-z0-9]*$/.test(kind) && guessPlural(kind.toLowerCase()) === resource.resource;
}

/** The kind's name for a message, or how to find it. */
export function kindNames(resource: KindSettings): string {
  return known.get(groupResourceOf(resource)) ?? `(the kind of ${resource.resource})`;
}

function guessPlural(singular: string): string {
  if (singular.endsWith("endpoints")) return singular;
  if (singular.endsWith("s")) return `${singular}es`;
  if (singular.endsWith("y")) return `${singular.slice(0, -1)}ies`;
  return `${singular}s`;
}
