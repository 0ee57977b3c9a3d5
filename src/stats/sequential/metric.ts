import { at, counts, finite, nonNegative, whole } from "../check.js";
import { StatsError } from "../errors.js";
import type { Summary } from "../moments.js";
import { checkSummary } from "../moments.js";

/** Kinds with one number per arm: yes or no per request, events per exposure, or a value per request. */
export type ScalarKind = "binary" | "count" | "mean";

/** What kind of numbers a metric has; a tail is the counts of values above several edges. */
export type MetricKind = ScalarKind | "tail";

/** The kinds by which arms can be ranked, for decoders. */
export const scalarKinds: readonly ScalarKind[] = ["binary", "count", "mean"];

/** All kinds, for decoders. */
export const metricKinds: readonly MetricKind[] = [...scalarKinds, "tail"];

/** A kind with what must be fixed beforehand: the edges of a tail, ascending, in the units of the metric. */
export type MetricShape = { readonly kind: ScalarKind } | { readonly kind: "tail"; readonly edges: readonly number[] };

/** What one arm did in one batch, for a kind with one number per arm. */
export type ScalarArm =
  | { readonly kind: "binary"; readonly n: number; readonly x: number }
  | { readonly kind: "count"; readonly exposure: number; readonly x: number }
  | ({ readonly kind: "mean" } & Summary);

/** `n` values and, edge by edge, how many of them lie above it. */
export interface TailArm {
  readonly kind: "tail";
  readonly n: number;
  readonly above: readonly number[];
}

/** What one arm did in one batch. */
export type ArmBatch = ScalarArm | TailArm;

/** Throws a StatsError that names the field unless the arm is of this shape and its numbers are possible. */
export function checkArm(field: string, arm: ArmBatch, shape: MetricShape): void {
  if (arm.kind !== shape.kind) throw new StatsError(`${field}.kind`, arm.kind, shape.kind);
  switch (arm.kind) {
    case "binary":
      counts(`${field}.x`, arm.x, `${field}.n`, arm.n);
      return;
    case "count":
      whole(`${field}.x`, arm.x);
      nonNegative(`${field}.exposure`, arm.exposure);
      if (arm.exposure === 0 && arm.x > 0)
        throw new StatsError(`${field}.exposure`, 0, `an exposure for ${arm.x} events`);
      return;
    case "mean":
      checkSummary(field, arm);
      return;
    case "tail":
      checkTail(field, arm, shape.kind === "tail" ? shape.edges : []);
  }
}

function checkTail(field: string, { n, above }: TailArm, edges: readonly number[]): void {
  if (!isList(above)) throw new StatsError(`${field}.above`, above, "a list of counts, one per edge");
  if (above.length !== edges.length)
    throw new StatsError(`${field}.above.length`, above.length, `${edges.length} counts, one per edge`);
  above.forEach((count, index) => {
    counts(`${field}.above[${index}]`, count, `${field}.n`, n);
    if (index > 0 && count > at(above, index - 1))
      throw new StatsError(
        `${field}.above[${index}]`,
        count,
        `at most ${at(above, index - 1)}, the count above the lower edge ${at(edges, index - 1)}`,
      );
  });
}

/** Throws a StatsError that names the edge unless there are edges, finite and ascending. */
export function checkEdges(field: string, edges: readonly number[]): void {
  if (!isList(edges) || edges.length === 0) throw new StatsError(field, edges, "at least one edge");
  edges.forEach((edge, index) => {
    finite(`${field}[${index}]`, edge);
    if (index > 0 && edge <= at(edges, index - 1))
      throw new StatsError(`${field}[${index}]`, edge, "edges in ascending order");
  });
}

/** Says no more of the elements than their type does. */
function isList(value: unknown): boolean {
  return Array.isArray(value);
}
