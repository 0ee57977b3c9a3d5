import type { Style } from "../../base/paint.js";
import type { Summary } from "../../routing/explain/explanation.js";
import type { Column, Look, TableCell } from "../table.js";
import { table } from "../table.js";

type Version = Summary["versions"][number];

/** How the table is made. */
export interface StatusTable {
  /** Whether routemaps of several namespaces are in it. */
  readonly wide: boolean;
  /** Whether the names of the columns stand above; default true. */
  readonly headings?: boolean;
}

const headings = ["ROUTEMAP", "READY", "VERSION", "PHASE", "WANTED", "STORED", "CONFIRMED", "REASON"] as const;
const right: ReadonlySet<string> = new Set(["WANTED", "STORED", "CONFIRMED"]);

/** One line for each version; a routemap of which no version is known has one of its own. */
export function statusLines(summaries: readonly Summary[], options: StatusTable, look: Look): readonly string[] {
  const { wide, headings: named = true } = options;
  const columns = [...(wide ? ["NAMESPACE"] : []), ...headings].map((heading): Column => {
    return { ...(named ? { heading } : {}), ...(right.has(heading) ? { align: "right" } : {}) };
  });
  const rows = summaries.flatMap((summary) => rowsOf(summary).map((row) => (wide ? [summary.namespace, ...row] : row)));
  return table(columns, rows, look);
}

function rowsOf(summary: Summary): readonly (readonly TableCell[])[] {
  const { name, ready, reason, message, versions } = summary;
  const head: TableCell[] = [name, { text: ready, style: readyStyles[ready] }];
  if (versions.length === 0) return [[...head, "-", "-", "-", "-", "-", because(reason, message)]];
  return versions.map((version) => [...head, ...versionCells(version)]);
}

const readyStyles: Readonly<Record<Summary["ready"], Style>> = { True: "green", False: "red", Unknown: "yellow" };

function versionCells({ name, phase, weight, reason, message }: Version): readonly TableCell[] {
  const { wanted, stored, confirmed } = weight.percent;
  const isMoving = wanted !== stored || confirmed !== stored;
  const style = isMoving ? "yellow" : "green";
  return [
    name,
    phase,
    `${wanted} %`,
    { text: `${stored} %`, style },
    { text: confirmed === undefined ? "?" : `${confirmed} %`, style },
    because(reason, message),
  ];
}

function because(reason: string, message: string): string {
  return message === "" ? reason : `${reason}: ${message}`;
}
