import type { Schema } from "../schema.js";
import { about, int64, listOf, struct, text, texts, time } from "./notation.js";

const labelSelectorRequirement: Schema = struct(
  { key: text, operator: text, values: listOf(text) },
  { required: ["key", "operator"] },
);

/** Selects objects by their labels; all of it must hold. */
export const labelSelector: Schema = struct(
  {
    matchExpressions: about(listOf(labelSelectorRequirement), "Conditions on labels."),
    matchLabels: about(texts, "Labels that an object must have."),
  },
  { atomic: true, description: "Selects objects by their labels; all of it must hold." },
);

/** Something that holds or does not. */
export const condition: Schema = struct(
  { lastTransitionTime: time, message: text, observedGeneration: int64, reason: text, status: text, type: text },
  {
    required: ["type", "status", "lastTransitionTime", "reason", "message"],
    description: "Something that holds or does not.",
  },
);
