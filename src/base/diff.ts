/** Lines of context around a change, as in `diff -u`. */
const context = 3;

/** Products of line counts beyond which all lines between the equal ends count as replaced. */
const mostCells = 4_000_000;

interface Line {
  readonly sign: " " | "-" | "+";
  readonly text: string;
}

/** Names of both sides; undefined: there is nothing on that side. */
export interface DiffNames {
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/**
 * A unified diff of two texts, with file names and hunks as `diff -u` and `git apply` know them, without a line break at
 * its end; empty for equal texts.
 */
export function unifiedDiff(before: string, after: string, { before: from, after: to }: DiffNames): string {
  if (before === after) return "";
  const lines = compare(linesOf(before), linesOf(after));
  return [`--- ${from ?? "/dev/null"}`, `+++ ${to ?? "/dev/null"}`, ...hunks(lines)].join("\n");
}

function linesOf(text: string): readonly string[] {
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}

function compare(before: readonly string[], after: readonly string[]): readonly Line[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head += 1;
  let tail = 0;
  while (
    tail < Math.min(before.length, after.length) - head &&
    before[before.length - 1 - tail] === after[after.length - 1 - tail]
  )
    tail += 1;
  const same = (lines: readonly string[]): readonly Line[] => lines.map((text) => ({ sign: " ", text }));
  return [
    ...same(before.slice(0, head)),
    ...changed(before.slice(head, before.length - tail), after.slice(head, after.length - tail)),
    ...same(before.slice(before.length - tail)),
  ];
}

/** The lines between the equal ends, by a longest common subsequence; of equal choices what goes comes first. */
function changed(before: readonly string[], after: readonly string[]): readonly Line[] {
  const common = before.length * after.length > mostCells ? undefined : commonLengths(before, after);
  const lines: Line[] = [];
  let row = 0;
  let column = 0;
  const length = (i: number, j: number): number => common?.[i]?.[j] ?? 0;
  while (row < before.length || column < after.length) {
    const [old, fresh] = [before[row], after[column]];
    if (common !== undefined && old !== undefined && old === fresh) {
      lines.push({ sign: " ", text: old });
      row += 1;
      column += 1;
    } else if (old !== undefined && length(row + 1, column) >= length(row, column + 1)) {
      lines.push({ sign: "-", text: old });
      row += 1;
    } else {
      lines.push(fresh === undefined ? { sign: "-", text: old ?? "" } : { sign: "+", text: fresh });
      if (fresh === undefined) row += 1;
      else column += 1;
    }
  }
  return lines;
}

/** Cell (i, j): length of the longest common subsequence from line i and line j to the ends. */
function commonLengths(before: readonly string[], after: readonly string[]): readonly Uint32Array[] {
  const rows = Array.from({ length: before.length + 1 }, () => new Uint32Array(after.length + 1));
  for (let i = before.length - 1; i >= 0; i -= 1)
    for (let j = after.length - 1; j >= 0; j -= 1) {
      const row = rows[i];
      const below = rows[i + 1];
      if (row === undefined || below === undefined) continue;
      row[j] = before[i] === after[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0);
    }
  return rows;
}

function hunks(lines: readonly Line[]): readonly string[] {
  const near = lines.map((_, at) =>
    lines.slice(Math.max(0, at - context), at + context + 1).some(({ sign }) => sign !== " "),
  );
  const found: string[] = [];
  for (let at = 0; at < lines.length;) {
    if (near[at] !== true) {
      at += 1;
      continue;
    }
    const end = near.indexOf(false, at);
    found.push(...hunk(lines, at, end < 0 ? lines.length : end));
    at = end < 0 ? lines.length : end;
  }
  return found;
}

function hunk(lines: readonly Line[], start: number, end: number): readonly string[] {
  const inside = lines.slice(start, end);
  const range = (gone: "+" | "-"): string => {
    const first = lines.slice(0, start).filter(({ sign }) => sign !== gone).length;
    const count = inside.filter(({ sign }) => sign !== gone).length;
    return `${count === 0 ? first : first + 1},${count}`;
  };
  return [`@@ -${range("+")} +${range("-")} @@`, ...inside.map(({ sign, text }) => `${sign}${text}`)];
}
