/** A cause inside a Status' details; for a server-side apply conflict `message` names the manager, `field` the field. */
export interface ApiErrorCause {
  readonly reason: string;
  readonly message: string;
  readonly field?: string;
}

/** What a failed request tells. Failures of the API are values, never thrown. */
export interface ApiError {
  /**
   * - `status`: the server answered with an error status; it did not do what was asked.
   * - `unsent`: no byte of the request reached the server; nothing was done.
   * - `unknown`: the connection broke or the time ran out after sending; a mutation may have been done.
   * - `aborted`: the caller's signal ended it before it was sent.
   * - `malformed`: the answer could not be read; a mutation may have been done.
   */
  readonly kind: "status" | "unsent" | "unknown" | "aborted" | "malformed";
  /** HTTP status; 0 when there was none. */
  readonly code: number;
  /** `reason` of the Status object ("NotFound", "Conflict", …) or a word of ours. */
  readonly reason: string;
  readonly message: string;
  readonly causes: readonly ApiErrorCause[];
  /** Milliseconds the server asked to wait. */
  readonly retryAfter?: number;
  readonly verb: string;
  readonly path: string;
}

/** The object is not there. A 404 for a kind that is not served is `isKindAbsent`. */
export function isNotFound(error: ApiError): boolean {
  return error.kind === "status" && error.code === 404;
}

/** The API server does not serve this kind (a plain 404 without a Status about an object). */
export function isKindAbsent(error: ApiError): boolean {
  return error.kind === "status" && error.code === 404 && error.reason !== "NotFound";
}

/** resourceVersion, uid or field-manager conflict, or "already exists". */
export function isConflict(error: ApiError): boolean {
  return error.kind === "status" && error.code === 409;
}

/** The resourceVersion is too old: list again. */
export function isGone(error: ApiError): boolean {
  return error.kind === "status" && (error.code === 410 || error.reason === "Expired");
}

/** The request is not allowed for this user. */
export function isForbidden(error: ApiError): boolean {
  return error.kind === "status" && error.code === 403;
}

/** The object was refused as invalid. */
export function isInvalid(error: ApiError): boolean {
  return error.kind === "status" && (error.code === 422 || error.code === 400);
}

/** Whether a mutation that failed this way may have been carried out all the same. */
export function isOutcomeUnknown(error: ApiError): boolean {
  return error.kind === "unknown" || error.kind === "malformed";
}
