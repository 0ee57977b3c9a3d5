/**
 * Why a patch could not be carried out. `invalid` and `testFailed` are answered by 422, `badRequest` by 400,
 * `unsupported` by 415, and `internal` by 500: so does a real server with a strategic merge that contradicts itself.
 */
export interface PatchProblem {
  readonly kind: "invalid" | "badRequest" | "testFailed" | "unsupported" | "internal";
  readonly message: string;
  /** What a real server does not tell: which operation failed, and why. */
  readonly detail?: string;
}

/** Thrown inside patches only; `applyPatch` makes it a value. */
export class PatchFailure extends Error {
  override readonly name = "PatchFailure";

  constructor(
    readonly kind: PatchProblem["kind"],
    message: string,
    readonly detail?: string,
  ) {
    super(message);
  }
}

/** A JSON patch that does not apply. A real server gives no reason; it is in the detail. */
export function refused(kind: "invalid" | "testFailed", detail: string): PatchFailure {
  return new PatchFailure(kind, "the server rejected our request due to an error in our request", detail);
}
