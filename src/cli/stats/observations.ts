import type { Result } from "../../base/result.js";
import { fail, ok } from "../../base/result.js";
import { StatsError } from "../../stats/errors.js";
import { Moments } from "../../stats/moments.js";
import type { ScalarArm, ScalarKind } from "../../stats/sequential/metric.js";
import { checkArm } from "../../stats/sequential/metric.js";
import type { Source } from "./source.js";
import type { Row, Table } from "./table.js";
import { TableReader } from "./table.js";

/** What several versions did, batch by batch. */
export interface Observations {
  readonly kind: ScalarKind;
  /** In the order in which they appear. */
  readonly versions: readonly string[];
  /** Per batch one entry per version; a version without a row did nothing. */
  readonly batches: readonly (readonly ScalarArm[])[];
  /** False where nothing tells batches apart: then there is one. */
  readonly isBatched: boolean;
}

/** The kind of numbers that columns hold, by the column that only this kind has. */
export function kindOf({ columns }: Table): ScalarKind {
  if (columns.includes("value") || columns.includes("mean")) return "mean";
  return columns.includes("exposure") ? "count" : "binary";
}

const columnsOf = {
  binary: ["x", "n"],
  count: ["x", "exposure"],
  mean: ["mean", "variance", "n"],
} as const satisfies Record<ScalarKind, readonly string[]>;

/** Reads rows of the columns version, batch (optional) and those of the kind. Fails with a line per complaint. */
export function observe({ name, table }: Source, kind: ScalarKind): Result<Observations, readonly string[]> {
  const reader = new TableReader(name);
  const isSample = table.columns.includes("value");
  for (const column of ["version", ...(isSample ? ["value"] : columnsOf[kind])]) reader.require(table, column);
  if (reader.complaints.length > 0) return fail(reader.complaints);
  const isBatched = table.columns.includes("batch");
  const versions = new Set<string>();
  const batches = new Map<string, Map<string, ScalarArm>>();
  for (const row of table.rows) {
    const version = reader.text(row, "version");
    const label = isBatched ? reader.text(row, "batch") : "";
    const batch = batches.get(label) ?? new Map<string, ScalarArm>();
    const before = batch.get(version);
    if (before !== undefined && !isSample)
      reader.refuse(
        row,
        "version",
        `${JSON.stringify(version)} is there twice${isBatched ? ` in batch ${JSON.stringify(label)}` : ""}`,
        isBatched ? "add the rows up" : "tell batches apart by a column batch, or add the rows up",
      );
    versions.add(version);
    batches.set(label, batch.set(version, isSample ? withValue(reader, row, before) : armOf(reader, row, kind)));
  }
  if (reader.complaints.length > 0) return fail(reader.complaints);
  const names = [...versions];
  const filled = [...batches.values()].map((batch) => names.map((version) => batch.get(version) ?? nothing(kind)));
  return ok({ kind, versions: names, batches: filled, isBatched });
}

/** An arm that did nothing in a batch. */
function nothing(kind: ScalarKind): ScalarArm {
  switch (kind) {
    case "binary":
      return { kind, n: 0, x: 0 };
    case "count":
      return { kind, exposure: 0, x: 0 };
    case "mean":
      return { kind, n: 0, mean: 0, variance: 0 };
  }
}

function withValue(reader: TableReader, row: Row, before: ScalarArm | undefined): ScalarArm {
  const moments = before?.kind === "mean" ? Moments.from(before) : Moments.of();
  const { n, mean, variance } = moments.add(reader.number(row, "value"));
  return { kind: "mean", n, mean, variance };
}

function armOf(reader: TableReader, row: Row, kind: ScalarKind): ScalarArm {
  const number = (name: string): number => reader.number(row, name);
  const before = reader.complaints.length;
  const arm = ((): ScalarArm => {
    switch (kind) {
      case "binary":
        return { kind, x: number("x"), n: number("n") };
      case "count":
        return { kind, x: number("x"), exposure: number("exposure") };
      case "mean":
        return { kind, mean: number("mean"), variance: number("variance"), n: number("n") };
    }
  })();
  if (reader.complaints.length === before) refuseImpossible(reader, row, arm, kind);
  return arm;
}

/** What the engine would refuse is told where it stands; `columns` names those that are called otherwise there. */
export function refuseImpossible(
  reader: TableReader,
  row: Row,
  arm: ScalarArm,
  kind: ScalarKind,
  columns: Readonly<Record<string, string>> = {},
): void {
  try {
    checkArm("row", arm, { kind });
  } catch (error) {
    if (!(error instanceof StatsError)) throw error;
    const field = error.field.replace("row.", "");
    const name = columns[field] ?? field;
    const expected = error.expected.replaceAll("row.", "");
    reader.refuse(row.cells.get(name) ?? row, name, `${String(error.value)} is not possible`, `give ${expected}`);
  }
}

/** All batches of one version added up. */
export function total(arms: readonly ScalarArm[], kind: ScalarKind): ScalarArm {
  return arms.reduce(sum, nothing(kind));
}

function sum(a: ScalarArm, b: ScalarArm): ScalarArm {
  if (a.kind === "binary" && b.kind === "binary") return { kind: "binary", n: a.n + b.n, x: a.x + b.x };
  if (a.kind === "count" && b.kind === "count")
    return { kind: "count", exposure: a.exposure + b.exposure, x: a.x + b.x };
  if (a.kind !== "mean" || b.kind !== "mean") throw new StatsError("kind", b.kind, a.kind);
  const { n, mean, variance } = Moments.from(a).merge(Moments.from(b));
  return { kind: "mean", n, mean, variance };
}
