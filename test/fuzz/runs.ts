/** Read from the environment, as `npm run fuzz` sets it. */
const wanted = Number(process.env["POINTSMAN_FUZZ_RUNS"] ?? "");
const seed = Number(process.env["POINTSMAN_FUZZ_SEED"] ?? "") || 20_261_121;

/** Seed and number of runs of a property: `few` with the other tests, as many as asked for by `npm run fuzz`. */
export function runs(few: number): { readonly numRuns: number; readonly seed: number; readonly endOnFailure: boolean } {
  return { numRuns: wanted > 0 ? wanted : few, seed, endOnFailure: wanted > 0 };
}

/** Milliseconds that a property may take on a busy machine: some minutes with the other tests, a day otherwise. */
export const patience = wanted > 0 ? 86_400_000 : 240_000;
