import { isPrintable } from "../text.js";

const escapes: ReadonlyMap<string, string> = new Map([
  ["\x07", "\\a"],
  ["\b", "\\b"],
  ["\f", "\\f"],
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
  ["\v", "\\v"],
  ["\\", "\\\\"],
]);

/** A text as a Go literal in `quote` marks, as strconv.Quote; `ascii` escapes all above U+007F. */
export function quoteText(text: string, quote: '"' | "'", ascii: boolean): string {
  if (/^[ !#-&(-[\]-~]*$/.test(text)) return quote + text + quote;
  let quoted = quote as string;
  for (const char of text) quoted += escapeRune(char, quote, ascii);
  return quoted + quote;
}

function escapeRune(char: string, quote: string, ascii: boolean): string {
  if (char === quote) return `\\${char}`;
  const simple = escapes.get(char);
  if (simple !== undefined) return simple;
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x80 ? code >= 0x20 && code < 0x7f : !ascii && isPrintable(char)) return char;
  if (code < 0x80) return `\\x${hex(code, 2)}`;
  return code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, "0");
}

/** True if the text can stand in backquotes, as strconv.CanBackquote. */
export function canBackquote(text: string): boolean {
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    if (char === "`" || code === 0x7f || code === 0xfeff || (code < 0x20 && char !== "\t")) return false;
  }
  return true;
}
