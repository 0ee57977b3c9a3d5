/**
 * Why a request counts as lost: a status other than 200, a gRPC status other than 0, a connection that broke (`reset`)
 * or was refused, an answer that ended too early, came too late or belongs to another request, too many under way.
 */
export type LossReason =
  | `status ${number}`
  | `grpc ${number}`
  | "refused"
  | "reset"
  | "truncated"
  | "timeout"
  | "mixed up"
  | "not sent"
  | `error ${string}`;

/** What became of a request. */
export type Outcome =
  | { readonly kind: "answered"; readonly version: string; readonly pod: string }
  | { readonly kind: "lost"; readonly reason: LossReason; readonly version?: string };

/** A lost request. */
export function lost(reason: LossReason, version?: string): Outcome {
  return { kind: "lost", reason, ...(version === undefined ? {} : { version }) };
}

/** Why a request failed whose connection reported this error. */
export function lossOf(error: Error): LossReason {
  const code = codeOf(error.cause) ?? codeOf(error);
  switch (code) {
    case "ECONNREFUSED":
      return "refused";
    case "ECONNRESET":
    case "EPIPE":
    case "ERR_HTTP2_SESSION_ERROR":
    case "ERR_HTTP2_STREAM_ERROR":
    case "ERR_HTTP2_STREAM_CANCEL":
    case "ERR_HTTP2_GOAWAY_SESSION":
    case "ERR_HTTP2_INVALID_SESSION":
      return "reset";
    default:
      return `error ${code ?? error.message}`;
  }
}

/** HTTP/2 streams name the error of their connection as the cause of theirs. */
function codeOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
