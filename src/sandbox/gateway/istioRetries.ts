import type { Json } from "../../base/json.js";
import { numberAt, stringAt } from "../../base/json.js";
import { durationAt } from "./gatewayRule.js";
import type { Retries } from "./rule.js";

const classes: ReadonlyMap<string, readonly number[]> = new Map([
  ["5xx", Array.from({ length: 100 }, (_, at) => 500 + at)],
  ["gateway-error", [502, 503, 504]],
  ["retriable-4xx", [409]],
  // What gRPC calls unavailable is answered with status 200; of HTTP it is this.
  ["unavailable", [503]],
]);

/** What Istio tries again where a rule says only how often (`DefaultPolicy` of its proxies). */
const usual = "connect-failure,refused-stream,unavailable,cancelled,503";

/** Istio's HTTPRetry, as Envoy's `x-envoy-retry-on` reads it; undefined where the rule asks for none. */
export function istioRetries(retries: Json | undefined): Retries | undefined {
  const attempts = numberAt(retries, "attempts") ?? 0;
  if (attempts <= 0) return undefined;
  const on = (stringAt(retries, "retryOn") || usual).split(",").map((word) => word.trim());
  const codes = on.flatMap((word) => classes.get(word) ?? (/^\d{3}$/.test(word) ? [Number(word)] : []));
  const has = (...words: readonly string[]): boolean => words.some((word) => on.includes(word));
  return {
    attempts,
    codes: new Set(codes),
    onConnectFailure: has("connect-failure", "5xx", "gateway-error", "503", "refused-stream"),
    onReset: has("reset", "5xx"),
    backoffMs: durationAt(retries, "backoff") ?? 25,
  };
}
