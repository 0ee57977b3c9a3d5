/** A cause inside a Status' details; for a server-side apply conflict `message` names the manager, `field` the field. */
export interface ApiErrorCause {
  readonly reason: string;
  readonly message: string;
  readonly field?: string;
}

/** What a failed request tells. Failures of the API are values, never thrown. */
export interface ApiError {
  /**
   * - `status`: the server answered with an error status; below 500 it did not do what was asked.
   * - `unsent`: no byte of the request reached the server; nothing was done.
   * - `unknown`: the connection broke or the time ran out after sending; a mutation may have been done.
   * - `aborted`: the caller's signal ended it before it was sent, or ended a read.
   * - `malformed`: the answer could not be read; a mutation may have been done.
   */
  readonly kind: "status" | "unsent" | "unknown" | "aborted" | "malformed";
  /** HTTP status; 0 when there was none. */
  readonly code: number;
  /**
   * `reason` of the Status object ("NotFound", "Conflict", …) or a word of ours: `KindAbsent`, `NoStatus` (the body was
   * no Status), `WriteGate`, `WritesStopped`, `Unreachable`, `Credentials`, `ConnectionLost`, `Deadline`, `Aborted`,
   * `Unreadable`, `TooLarge`.
   */
  readonly reason: string;
  readonly message: string;
  readonly causes: readonly ApiErrorCause[];
  /** Milliseconds the server asked to wait. */
  readonly retryAfter?: number;
  readonly verb: string;
  readonly path: string;
}

/** `reason` of a 404 that says that the API server does not serve the kind at all. */
export const kindAbsentReason = "KindAbsent";

/**
 * The object is not there, also because its kind is not served (`isKindAbsent`). A 404 that came from no API server (a
 * proxy's error page) is neither: it proves nothing.
 */
export function isNotFound(error: ApiError): boolean {
  return error.kind === "status" && error.code === 404 && (error.reason === "NotFound" || isKindAbsent(error));
}

/** The API server does not serve this kind: the text "404 page not found", or a Status that names no object. */
export function isKindAbsent(error: ApiError): boolean {
  return error.kind === "status" && error.code === 404 && error.reason === kindAbsentReason;
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

/**
 * A server-side apply whose body does not fit the kind's schema, such as an object where a list belongs. The API server
 * says 500 (1.36), but finds it before it asks its store.
 */
function isMisshapen(error: ApiError): boolean {
  return error.code === 500 && error.message.startsWith("failed to create typed patch object");
}

/**
 * Whether a mutation that failed this way may have been carried out all the same. An answer of 500 and above counts: the
 * server reports its own timeout (504) and a lost reply of its store (500) without knowing what the store did.
 */
export function isOutcomeUnknown(error: ApiError): boolean {
  if (error.kind === "status") return error.code >= 500 && !isMisshapen(error);
  return error.kind === "unknown" || error.kind === "malformed";
}
