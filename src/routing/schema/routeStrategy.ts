import { longestToken, tokenPattern } from "../decode/httpToken.js";
import { positiveDuration } from "./duration.js";
import type { Schema } from "./node.js";
import { anything, dictionary, filledText, integer, list, mapping, optional } from "./node.js";

/** The schemas of the keys that belong to one strategy each. */
export function strategyMembers(): Readonly<Record<string, Schema>> {
  return {
    match: optional(
      dictionary(
        {
          title: "Matches of a canary",
          description: "For each candidate, by name: matches in the words of the route's kind.",
          examples: [{ candidate: [{ headers: [{ name: "x-canary", value: "1" }] }] }],
        },
        list(
          {
            title: "Matches of one candidate",
            description: "Requests that any of them describes go to the candidate.",
          },
          anything({ title: "One match", description: "As the route's kind writes it." }, { minProperties: 1 }),
          { minItems: 1 },
        ),
      ),
    ),
    mirror: optional(
      dictionary(
        { title: "Mirrored share", description: "Percent for each candidate, by name.", examples: [{ candidate: 20 }] },
        integer({ title: "Percent", description: "Percent of the requests it gets a copy of." }, 0, 100),
      ),
    ),
    sticky: optional(stickySchema()),
  };
}

function stickySchema(): Schema {
  return mapping(
    { title: "Sticky users", description: "A cookie keeps a user on a version until that goes." },
    {
      cookie: filledText(
        { title: "Cookie", description: "Name of the cookie.", examples: ["app-version"] },
        { pattern: tokenPattern, maxLength: longestToken },
      ),
      maxAge: optional(
        positiveDuration({
          title: "Life of the cookie",
          description: "Whole seconds. Absent: until the browser is closed.",
          examples: ["1h"],
        }),
      ),
    },
    { required: ["cookie"] },
  );
}
