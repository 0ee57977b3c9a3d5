import type { Deadline } from "../base/abort.js";
import type { ApiError } from "./apiError.js";
import type { Effect } from "./retry.js";
import type { Asked } from "./status.js";

/** An error that the server did not word. */
export function failureOf(asked: Asked, kind: ApiError["kind"], reason: string, message: string, code = 0): ApiError {
  return { kind, code, reason, message, causes: [], verb: asked.verb, path: asked.path };
}

/** How far a request had come when it broke off, and what may have broken it off. */
export interface Interruption {
  /** Whether the server may have got a byte of it. */
  readonly sent: boolean;
  readonly signal: AbortSignal;
  readonly deadline: Deadline;
  readonly message: string;
}

/** The error of a request that got no complete answer. */
export function interrupted(asked: Asked & { readonly effect: Effect }, how: Interruption): ApiError {
  const kind = how.sent ? "unknown" : "unsent";
  if (how.deadline.expired()) return failureOf(asked, kind, "Deadline", "no complete answer in time");
  if (!how.signal.aborted) return failureOf(asked, kind, how.sent ? "ConnectionLost" : "Unreachable", how.message);
  const harmless = !how.sent || asked.effect === "read";
  return failureOf(asked, harmless ? "aborted" : "unknown", "Aborted", "the request was aborted");
}

/** The error of a write that was broken off by us rather than by its caller. */
export function asStopped(error: ApiError, reason: string): ApiError {
  if (error.reason !== "Aborted") return error;
  return { ...error, kind: error.kind === "unknown" ? "unknown" : "unsent", reason: "WritesStopped", message: reason };
}
