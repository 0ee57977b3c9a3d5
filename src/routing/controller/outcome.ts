/** How the execution of a stage went. */
export type Outcome =
  /** Something was written or learnt: look at the world again. */
  | { readonly kind: "progress" }
  /** Nothing more can be done now; look again after this many milliseconds. */
  | { readonly kind: "later"; readonly afterMs: number }
  /** A failure that backs off. */
  | { readonly kind: "failed"; readonly message: string };

/** The worst of several: a failure, else waiting, else progress. */
export function worst(outcomes: readonly Outcome[]): Outcome {
  const failed = outcomes.find((outcome) => outcome.kind === "failed");
  if (failed !== undefined) return failed;
  const waits = outcomes.flatMap((outcome) => (outcome.kind === "later" ? [outcome.afterMs] : []));
  return waits.length > 0 ? { kind: "later", afterMs: Math.min(...waits) } : { kind: "progress" };
}
