import { filterRefusals, refusals } from "../decode/routeRule.js";
import type { Schema } from "./node.js";
import { anything, never } from "./node.js";

/** The schema of `rule`: whatever the kind's own rules may hold, but for what Pointsman writes itself. */
export function ruleSchema(): Schema {
  const refused = [...refusals].map(([key, { message, fix }]) => [key, never(`${message}; ${fix}`)] as const);
  return anything(
    {
      title: "Part of every rule",
      description: "What else a rule of this kind may hold, such as timeouts; merged into every rule that is written.",
      examples: [{ timeouts: { request: "5s" } }],
    },
    { properties: Object.fromEntries(refused) },
  );
}

/** What a rule of Gateway API is besides: its filters have types, and some types are refused. */
export function gatewayRuleSchema(): Schema {
  const type = { type: "string", minLength: 1, not: { enum: [...filterRefusals.keys()] } };
  const filter = { type: "object", required: ["type"], properties: { type } };
  return { properties: { filters: { type: ["array", "null"], items: filter } } };
}
