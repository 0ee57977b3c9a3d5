import { durationPattern } from "../../base/duration.js";
import type { Schema, Words } from "./node.js";

const hint = "Write a duration with its unit, such as 10s or 1m30s";

/** A duration in Go's syntax, or the number 0. */
export function duration(words: Words): Schema {
  return {
    ...positiveDuration(words),
    type: ["string", "number"],
    if: { type: "number" },
    then: { enum: [0], errorMessage: hint },
  };
}

/** A duration that is no number, as 0 is none. */
export function positiveDuration(words: Words): Schema {
  return {
    examples: ["10s", "1m30s", "500ms"],
    ...words,
    type: "string",
    pattern: durationPattern,
    patternErrorMessage: hint,
  };
}
