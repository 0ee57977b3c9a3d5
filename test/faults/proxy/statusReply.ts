import type { JsonObject } from "../../../src/base/json.js";
import type { StatusCode } from "./fault.js";

/** `reason` of a Status by its code, as apimachinery's StatusReason names them. */
const reasons: Readonly<Record<StatusCode, string>> = {
  401: "Unauthorized",
  403: "Forbidden",
  409: "Conflict",
  410: "Expired",
  429: "TooManyRequests",
  500: "InternalError",
  503: "ServiceUnavailable",
  504: "Timeout",
};

/** A Status (meta/v1) as the API server answers failures with; `retryAfter` in seconds. */
export function statusBody(code: StatusCode, retryAfter?: number): JsonObject {
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: `the fault proxy answers ${code}`,
    reason: reasons[code],
    ...(retryAfter === undefined ? {} : { details: { retryAfterSeconds: retryAfter } }),
    code,
  };
}
