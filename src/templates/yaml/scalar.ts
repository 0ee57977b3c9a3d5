import { integerSyntax, parseFloatText } from "../syntax/literal.js";
import { byteLength, runesOf } from "../text.js";

/** Column after which a text is folded at its next blank. */
const width = 80;

/** Words that YAML 1.1 reads as something else than text. */
const words: ReadonlySet<string> = new Set(
  [
    ["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"],
    ["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"],
    ["", "~", "null", "Null", "NULL", ".nan", ".NaN", ".NAN"],
    [".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF"],
  ].flat(),
);
const base60 = /^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$/;
const yamlFloat = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;
const timestamp =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)| (\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.\d+)?)?$/;
const indicators = "#,[]{}&*!|>'\"%@`";

/** Where a scalar stands: continuation lines are indented by `indent`, its first character is in `column`. */
export interface ScalarPlace {
  readonly indent: number;
  readonly column: number;
  readonly isKey: boolean;
}

/**
 * A text as a YAML scalar in the style that Kubernetes tools choose: plain where it reads back as text, double quotes
 * where it would read as another type, a literal block for lines, quotes for what plain style cannot hold. The result
 * of a literal block may end with a line break.
 */
export function yamlScalar(value: string, place: ScalarPlace): string {
  const traits = analyse(value);
  if (value.includes("\n") && traits.block && !place.isKey) return literal(value, place.indent);
  const style = value.includes("\n") || !readsAsText(value) ? "double" : traits.plain ? "plain" : "single";
  if (style === "plain") return fold(value, place, "", "");
  if (style === "single" && traits.single) return `'${fold(value.replaceAll("'", "''"), place, "'", "'")}'`;
  return `"${fold(escapeDouble(value), place, '"', '"')}"`;
}

/** Whether YAML 1.1 reads the plain text as a string. */
function readsAsText(value: string): boolean {
  if (words.has(value)) return false;
  if (value === "<<") return false;
  const first = value.charAt(0);
  if (first === ".") return parseFloatText(value) === undefined;
  if (!/^[+\-0-9]/.test(first)) return true;
  if (isTimestamp(value) || base60.test(value)) return false;
  const plain = value.replaceAll("_", "");
  const whole = integerSyntax(plain);
  if (whole !== undefined && whole >= -(2n ** 63n) && whole < 2n ** 64n) return false;
  return !(yamlFloat.test(plain) && parseFloatText(plain) !== undefined);
}

function isTimestamp(value: string): boolean {
  const match = timestamp.exec(value);
  if (match === null) return false;
  const [year = 0, month = 0, day = 0, ...times] = match.slice(1).map((part) => Number(part));
  const [hour = 0, minute = 0, second = 0] = times.filter((time) => !Number.isNaN(time));
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return day >= 1 && day <= days && hour < 24 && minute < 60 && second < 60;
}

interface Traits {
  readonly plain: boolean;
  readonly single: boolean;
  readonly block: boolean;
}

/** Which styles can hold the text (YAML 1.1 §5.1, §5.3). */
function analyse(value: string): Traits {
  if (value === "") return { plain: true, single: true, block: false };
  const special = /[^\n -~\u00a0-\ufffd]|[\ud800-\udfff\u2028\u2029\ufeff]/.test(value);
  const spaceBreak = value.includes(" \n");
  const breakSpace = value.includes("\n ");
  const edges = /^[ \n]|[ \n]$/.test(value);
  const reserved =
    /^(?:---|\.\.\.)/.test(value) ||
    indicators.includes(value.charAt(0)) ||
    /^[?:-](?:[ \t]|$)/.test(value) ||
    /.:(?:[ \t]|$)/s.test(value) ||
    /[ \t\n]#/.test(value);
  return {
    plain: !special && !spaceBreak && !breakSpace && !edges && !reserved && !value.includes("\n"),
    single: !special && !spaceBreak && !breakSpace,
    block: !special && !spaceBreak && !value.endsWith(" "),
  };
}

/** `|` with the hints that keep leading blanks and trailing line breaks. */
function literal(value: string, indent: number): string {
  const lead = /^[ \n]/.test(value) ? "2" : "";
  const chomp = !value.endsWith("\n") ? "-" : value === "\n" || value.endsWith("\n\n") ? "+" : "";
  const padding = " ".repeat(indent);
  const lines = value.split("\n").map((line) => (line === "" ? "" : padding + line));
  return `|${lead}${chomp}\n${lines.join("\n")}`;
}

const namedEscapes: ReadonlyMap<string, string> = new Map([
  ["\0", "\\0"],
  ["\x07", "\\a"],
  ["\b", "\\b"],
  ["\t", "\\t"],
  ["\n", "\\n"],
  ["\v", "\\v"],
  ["\f", "\\f"],
  ["\r", "\\r"],
  ["\x1b", "\\e"],
  ['"', '\\"'],
  ["\\", "\\\\"],
  ["\u0085", "\\N"],
  ["\u2028", "\\L"],
  ["\u2029", "\\P"],
]);

function escapeDouble(value: string): string {
  return value.replace(/["\\]|[^ -~\u00a0-\ufffd]|[\u2028\u2029\ufeff]/gu, (char) => {
    const named = namedEscapes.get(char);
    if (named !== undefined) return named;
    const code = char.codePointAt(0) ?? 0;
    const digits = code <= 0xff ? 2 : code <= 0xffff ? 4 : 8;
    const letter = digits === 2 ? "x" : digits === 4 ? "u" : "U";
    return `\\${letter}${code.toString(16).toUpperCase().padStart(digits, "0")}`;
  });
}

/** Breaks a long text at single blanks beyond the width. In double quotes a blank after the break is escaped. */
function fold(text: string, { indent, column, isKey }: ScalarPlace, open: string, close: string): string {
  if (isKey || column + byteLength(text) <= width) return text;
  const runes = runesOf(text);
  let at = column + open.length;
  let afterBlank = false;
  let folded = "";
  runes.forEach((char, i) => {
    const isBlank = char === " ";
    const inside = close === "" || (i > 0 && i < runes.length - 1);
    const nextBlank = runes[i + 1] === " ";
    if (isBlank && !afterBlank && at > width && inside && (!nextBlank || open === '"')) {
      folded += `\n${" ".repeat(indent)}${nextBlank ? "\\" : ""}`;
      at = indent + (nextBlank ? 1 : 0);
    } else {
      folded += char;
      at += 1;
    }
    afterBlank = isBlank;
  });
  return folded;
}
