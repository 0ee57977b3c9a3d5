/** Names a Service. */
export interface ServiceName {
  readonly namespace: string;
  readonly name: string;
}

/**
 * Who a destination of a route means. `service` by short name or FQDN, `kserve` by the rewritten Host/authority of a
 * predictor, `modelmesh` by the header `mm-vmodel-id`, `branch` by the request header of Iter8's two-pass split (the
 * value names the version), `subset` by a subset of a DestinationRule, `foreign` anything that is none of these.
 * `via` is the Service that a request with such a header is sent to, where it is one. `host` is what a rewritten Host
 * says that is no predictor's: the first two labels of `<name>.<namespace>[.svc].<domain>`, as Knative names its Services.
 */
export type Backend =
  | ({ readonly kind: "service"; readonly host?: ServiceName } & ServiceName)
  | ({ readonly kind: "kserve"; readonly via?: ServiceName } & ServiceName)
  | { readonly kind: "modelmesh"; readonly name: string; readonly via?: ServiceName }
  | { readonly kind: "branch"; readonly value: string; readonly via?: ServiceName }
  | ({ readonly kind: "subset"; readonly subset: string } & ServiceName)
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
  /** The rule's own name, where it has one. */
  readonly name?: string;
  /** True where the rule has no match, or one of only PathPrefix "/": it takes what no other rule wants. */
  readonly catchAll: boolean;
  /** False for rules that have no backends by nature (redirect, directResponse). */
  readonly hasBackends: boolean;
  /** Shares first, in their order in the object, then mirrors. */
  readonly destinations: readonly Destination[];
}

/** A route that its reader understands. */
export interface ReadableRoute {
  readonly readable: true;
  readonly rules: readonly RouteRule[];
}

/** A route as its reader understands it, or why it has none. */
export type RouteReading = ReadableRoute | { readonly readable: false; readonly reason: string };
