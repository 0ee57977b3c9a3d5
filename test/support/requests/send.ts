import type { JsonObject } from "../../../src/base/json.js";
import { sendByHttpRoute } from "./httpRouteRequests.js";
import type { Arrivals, SampleRequest } from "./request.js";
import { sendByVirtualService } from "./virtualServiceRequests.js";

/** Sends many requests of one kind by a route, and tells where they arrive. This is not the product's reader. */
export function send(route: JsonObject, request: SampleRequest): Arrivals {
  return route["kind"] === "HTTPRoute" ? sendByHttpRoute(route, request) : sendByVirtualService(route, request);
}

/** Arrivals as text, sorted: "app-0 80%, app-1 20%, copy of 20% to app-1". */
export function arrivalText(arrivals: Arrivals): string {
  const percent = (share: number): string => `${Math.round(share * 100_000) / 1000}%`;
  const answered = [...arrivals.answered].map(([target, share]) => `${target} ${percent(share)}`).sort();
  const copied = [...arrivals.copied].map(([target, share]) => `copy of ${percent(share)} to ${target}`).sort();
  return [...answered, ...copied].join(", ");
}
