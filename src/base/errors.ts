/**
 * Every error of Pointsman, each with a code that never changes once released and a message template.
 * `{name}` is filled from the parameters. Errors of the Kubernetes API are `ApiError` values and live in `kube/`.
 */
export const messages = {
  PM_CONFIG_INVALID: "{path}: {problem}",
  PM_CONFIG_UNREADABLE: "cannot read {file}: {problem}",
  PM_CREDENTIALS_MISSING:
    "no credentials: pass --kubeconfig FILE, set KUBECONFIG, or run in a Pod with a service account",
  PM_CREDENTIALS_INVALID: "cannot use the credentials in {file}: {problem}",
  PM_CLUSTER_UNREADABLE: "cannot read the cluster at {server}: {problem}",
  PM_USAGE: "{problem}",
  PM_PORT_BUSY: "cannot listen on {address}: {problem}",
  PM_LEADERSHIP_LOST: "leadership was lost: {problem}",
  PM_BUG: "internal error: {problem}",
} as const;

/** A stable error code. */
export type ErrorCode = keyof typeof messages;

/** An error with a stable code; `message` is the filled template. */
export class PointsmanError extends Error {
  override readonly name = "PointsmanError";

  constructor(
    readonly code: ErrorCode,
    readonly params: Readonly<Record<string, string>>,
    options?: ErrorOptions,
  ) {
    super(
      messages[code].replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? ""),
      options,
    );
  }
}

/** Text of anything that was thrown. Errors of another realm, such as a worker's, count as errors. */
export function describeError(thrown: unknown): string {
  if (typeof thrown === "object" && thrown !== null && "message" in thrown && typeof thrown.message === "string")
    return thrown.message;
  return String(thrown);
}
