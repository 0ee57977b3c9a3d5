import { isArray, isObject } from "../../../base/json.js";
import type { Json } from "../../../base/json.js";

/**
 * One line of a route as it should be, compared with what is stored. `wanted`: not stored yet; `stored`: another value
 * is stored, and this one is to replace it or to go; `extra`: nobody asks for it: a default, or another writer's.
 */
export interface DiffLine {
  readonly mark: "same" | "wanted" | "stored" | "extra";
  readonly depth: number;
  readonly text: string;
}

/** Compares what should be stored with what is, field by field, as lines of YAML. */
export function diffRoute(desired: Json | undefined, stored: Json | undefined): readonly DiffLine[] {
  const lines: DiffLine[] = [];
  compare(lines, 0, "", desired, stored);
  return compact(lines);
}

/** Puts the first member of a list's item beside its dash. */
function compact(lines: readonly DiffLine[]): readonly DiffLine[] {
  const found: DiffLine[] = [];
  for (const line of lines) {
    const last = found.at(-1);
    const joins = last?.text === "-" && last.mark === line.mark && line.depth === last.depth + 1;
    if (joins) found[found.length - 1] = { ...last, text: `- ${line.text}` };
    else found.push(line);
  }
  return found;
}

/** How many lines differ. */
export function differences(lines: readonly DiffLine[]): number {
  return lines.filter(({ mark }) => mark === "wanted" || mark === "stored").length;
}

function compare(
  lines: DiffLine[],
  depth: number,
  head: string,
  desired: Json | undefined,
  stored: Json | undefined,
): void {
  if (desired === undefined) {
    if (stored !== undefined) print(lines, "extra", depth, head, stored);
  } else if (stored === undefined) print(lines, "wanted", depth, head, desired);
  else if (isObject(desired) && isObject(stored)) {
    const inner = open(lines, "same", depth, head);
    const keys = [...Object.keys(desired), ...Object.keys(stored).filter((key) => !Object.hasOwn(desired, key))];
    for (const key of keys) compare(lines, inner, `${key}:`, desired[key], stored[key]);
  } else if (isArray(desired) && isArray(stored)) compareLists(lines, depth, head, desired, stored);
  else if (isLeaf(desired) && desired === stored) lines.push({ mark: "same", depth, text: leaf(head, desired) });
  else {
    print(lines, "stored", depth, head, stored);
    print(lines, "wanted", depth, head, desired);
  }
}

function compareLists(
  lines: DiffLine[],
  depth: number,
  head: string,
  desired: readonly Json[],
  stored: readonly Json[],
): void {
  if (desired.length === 0 && stored.length === 0) lines.push({ mark: "same", depth, text: `${head} []`.trim() });
  else open(lines, "same", depth, head);
  const length = Math.max(desired.length, stored.length);
  for (let index = 0; index < length; index += 1) {
    const wanted = desired[index];
    if (wanted === undefined) print(lines, "stored", depth + 1, "-", stored[index] ?? null);
    else compare(lines, depth + 1, "-", wanted, stored[index]);
  }
}

function print(lines: DiffLine[], mark: DiffLine["mark"], depth: number, head: string, value: Json): void {
  if (isObject(value) && Object.keys(value).length > 0) {
    const inner = open(lines, mark, depth, head);
    for (const [key, member] of Object.entries(value))
      if (member !== undefined) print(lines, mark, inner, `${key}:`, member);
  } else if (isArray(value) && value.length > 0) {
    open(lines, mark, depth, head);
    for (const member of value) print(lines, mark, depth + 1, "-", member);
  } else lines.push({ mark, depth, text: leaf(head, value) });
}

/** Begins an object or list; returns the depth of what is in it. */
function open(lines: DiffLine[], mark: DiffLine["mark"], depth: number, head: string): number {
  if (head === "") return depth;
  lines.push({ mark, depth, text: head });
  return depth + 1;
}

function leaf(head: string, value: Json): string {
  const isPlain =
    typeof value === "string" && /^[\w./-][\w./ -]*$/.test(value) && !/^(true|false|null|[\d.]+)$/.test(value);
  return `${head} ${isPlain ? value : JSON.stringify(value)}`.trim();
}

function isLeaf(value: Json): boolean {
  return !isObject(value) && !isArray(value);
}
