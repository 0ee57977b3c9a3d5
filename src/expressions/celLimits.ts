/**
 * What an expression may ask for. Expressions come from tenants and run in the controller's only thread, so their cost
 * is bounded before they run for the first time.
 */
export const celLimits = {
  /** Characters of source text. */
  source: 4096,
  /** Nodes of the syntax tree. */
  nodes: 256,
  /** Nesting of calls, selections and brackets. */
  nesting: 64,
  /** Macros (all, exists, map, …) inside macros. */
  macroDepth: 2,
  /** Elements that are read of a list; a longer one is not read at all. */
  list: 100,
  /** Characters that are read of a text; a longer one is not read at all. */
  text: 8192,
  /** Estimated steps of one evaluation; 500 000 are some 60 ms on one core. */
  cost: 500_000,
} as const;
