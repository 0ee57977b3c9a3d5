import type { Cause, Evidence, Subject } from "./explanation.js";
import { remedyOf } from "./remedies.js";

/** A cause with the remedy of its reason. */
export function cause(
  severity: Cause["severity"],
  reason: string,
  message: string,
  about: Subject,
  more: { readonly evidence?: Evidence; readonly until?: string; readonly fix?: string } = {},
): Cause {
  const fix = more.fix ?? (severity === "info" ? undefined : remedyOf(reason));
  return {
    severity,
    reason,
    message,
    about,
    ...(more.evidence === undefined ? {} : { evidence: more.evidence }),
    ...(more.until === undefined ? {} : { until: more.until }),
    ...(fix === undefined ? {} : { fix }),
  };
}

/** The same causes without repetitions: the first of each reason about the same thing with the same words stays. */
export function distinct(causes: readonly Cause[]): readonly Cause[] {
  const seen = new Set<string>();
  return causes.filter(({ reason, message, about }) => {
    const key = JSON.stringify([reason, message, about]);
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}
