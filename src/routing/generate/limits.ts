/** What the CRDs of Gateway API's standard channel allow (v1.6.1: HTTPRoute and GRPCRoute). */
export const gatewayLimits = {
  hostnames: 16,
  parentRefs: 32,
  rules: 16,
  backendRefs: 16,
  filters: 16,
  matchesPerRule: 64,
  /** Over all rules of a route; a rule of an HTTPRoute without matches is given one. */
  matches: 128,
} as const;
