import type { Budget } from "../budget.js";
import { TextBuilder } from "../budget.js";
import { byteLength, byteSlice } from "../text.js";
import { camelCase, separateWords } from "./case.js";
import type { TemplateFunction } from "./signature.js";
import { int, text, three, one, two } from "./signature.js";

/** sprig's functions that shorten, break or restyle text. */
export const wrapping: Readonly<Record<string, TemplateFunction>> = {
  abbrev: two(int, text, (width, value) => (width < 4n ? value : abbreviate(value, 0, clamp(width)))),
  abbrevboth: three(int, int, text, (left, right, value) =>
    right < 4n || (left > 0n && right < 7n) ? value : abbreviate(value, clamp(left), clamp(right)),
  ),
  wrap: two(int, text, (width, value, budget) =>
    wrapLines(value, { width: clamp(width), line: "\n", cutsWords: false }, budget),
  ),
  wrapWith: three(int, text, text, (width, line, value, budget) =>
    wrapLines(value, { width: clamp(width), line: line || "\n", cutsWords: true }, budget),
  ),
  camelcase: one(text, camelCase),
  snakecase: one(text, (value) => separateWords(value, "_")),
  kebabcase: one(text, (value) => separateWords(value, "-")),
};

function clamp(value: bigint): number {
  return Number(value > 1_000_000_000n ? 1_000_000_000n : value < -1_000_000_000n ? -1_000_000_000n : value);
}

/** At most `width` bytes, with "..." for what was cut off behind and before `offset`. */
function abbreviate(value: string, offset: number, width: number): string {
  const length = byteLength(value);
  if (length <= width) return value;
  const kept = width - 3;
  let start = Math.min(offset, length);
  if (length - start < kept) start = length - kept;
  if (start <= 4) return `${byteSlice(value, 0, kept)}...`;
  if (width < 7) return "";
  if (start + kept < length) return `...${abbreviate(byteSlice(value, start, length), 0, kept)}`;
  return `...${byteSlice(value, length - kept, length)}`;
}

interface Wrap {
  readonly width: number;
  /** What ends a line. */
  readonly line: string;
  /** Whether a word longer than a line is cut, or else stands on a line of its own. */
  readonly cutsWords: boolean;
}

/** Lines of at most `width` bytes, broken at blanks. */
function wrapLines(value: string, { width, line, cutsWords }: Wrap, budget: Budget): string {
  const out = new TextBuilder(budget);
  const bytes = Buffer.from(value, "utf8");
  const limit = Math.max(width, 1);
  let offset = 0;
  while (bytes.length - offset > limit) {
    budget.step();
    if (bytes[offset] === 0x20) {
      offset += 1;
      continue;
    }
    const before = bytes.subarray(offset, offset + limit + 1).lastIndexOf(0x20);
    const blank = before < 0 && !cutsWords ? bytes.indexOf(0x20, offset + limit) - offset : before;
    if (blank < 0 && !cutsWords) break;
    const end = offset + (blank >= 0 ? blank : limit);
    out.add(bytes.subarray(offset, end).toString("utf8") + line);
    offset = blank >= 0 ? end + 1 : end;
  }
  out.add(bytes.subarray(offset).toString("utf8"));
  return out.text;
}
