/**
 * How much a routemap may hold. A plan looks at all of it in one go while everything else waits, so that one tenant's
 * routemap must not be made of thousands.
 */
export const bounds = {
  templates: 50,
  routes: 50,
  /** Of one version. */
  resources: 50,
  /** Estimated steps of all expressions together; see `celLimits.cost`, the bound of one. */
  expressions: 1_000_000,
} as const;
