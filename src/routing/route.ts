/**
 * Who a destination of a route means. `service` by short name or FQDN, `kserve` by the rewritten Host/authority of a
 * predictor, `modelmesh` by the header `mm-vmodel-id`, `branch` by the request header of Iter8's two-pass split (the
 * value names the version), `foreign` anything that is none of these.
 */
export type Backend =
  | { readonly kind: "service"; readonly namespace: string; readonly name: string }
  | { readonly kind: "kserve"; readonly namespace: string; readonly name: string }
  | { readonly kind: "modelmesh"; readonly name: string }
  | { readonly kind: "branch"; readonly value: string }
  | { readonly kind: "subset"; readonly namespace: string; readonly name: string; readonly subset: string }
  | { readonly kind: "foreign"; readonly text: string };

/** One destination of a rule. */
export interface Destination {
  /** Path inside the object, for example `spec.rules[0].backendRefs[1]`. */
  readonly path: string;
  readonly backend: Backend;
  /** A weighted share of the rule, or a mirrored copy. */
  readonly role: "share" | "mirror";
  /** Effective weight after defaulting; for a mirror its percentage (0 = none). */
  readonly weight: number;
}

/** One rule of a route. */
export interface RouteRule {
  readonly path: string;
  /** True where the rule has no match, or only PathPrefix "/": it takes what no other rule wants. */
  readonly catchAll: boolean;
  /** False for rules that have no backends by nature (redirect, directResponse). */
  readonly hasBackends: boolean;
  readonly destinations: readonly Destination[];
}

/** A route as its reader understands it, or why it has none. */
export type RouteReading =
  | { readonly readable: true; readonly rules: readonly RouteRule[] }
  | { readonly readable: false; readonly reason: string };
