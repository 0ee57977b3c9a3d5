/**
 * Why a patch could not be carried out. `invalid` and `testFailed` are answered by 422, `badRequest` by 400,
 * `unsupported` by 415.
 */
export interface PatchProblem {
  readonly kind: "invalid" | "badRequest" | "testFailed" | "unsupported";
  readonly message: string;
}

/** Thrown inside patches only; `applyPatch` makes it a value. */
export class PatchFailure extends Error {
  override readonly name = "PatchFailure";

  constructor(
    readonly kind: PatchProblem["kind"],
    message: string,
  ) {
    super(message);
  }
}
