import type { Json } from "../../base/json.js";
import type { RouteRule } from "../route.js";
import type { Shape } from "./shape.js";

/** Where a rule stands. */
export interface RulePlace {
  /** Path of the rule inside the object, for example `spec.rules[0]`. */
  readonly path: string;
  /** Namespace of the route: short names mean Services there. */
  readonly namespace: string;
}

/** How one family of route kinds writes its rules. */
export interface Dialect {
  readonly family: "gateway" | "istio";
  /** The members of `spec` that are lists of rules. A request belongs to one list only. */
  readonly lists: readonly string[];
  /** The member of a rule that lists its weighted destinations. */
  readonly shares: string;
  /** True where the first rule that matches wins; false where the most specific one does. */
  readonly firstMatchWins: boolean;
  /** The most weighted destinations a rule may have. */
  readonly maxShares: number;
  /** Reads one rule; what it cannot read is recorded in `shape`. */
  readonly readRule: (rule: Json, place: RulePlace, shape: Shape) => RouteRule;
}
