import type { Outcome } from "./answer.js";
import type { Retries } from "./rule.js";

/** Whether a route asks to try again what came out like this. `timedOut`: the try was ended by its own limit. */
export function asksAgain(retries: Retries | undefined, outcome: Outcome, timedOut: boolean): boolean {
  if (retries === undefined) return false;
  if (outcome.type === "answer") return retries.codes.has(outcome.answer.status);
  if (timedOut) return retries.codes.has(504);
  return (outcome.phase === "connect" ? retries.onConnectFailure : retries.onReset) || retries.codes.has(503);
}
