const loneSurrogate = /\p{Surrogate}/u;
const nonAscii = /[^\0-\x7f]/;

/** The text with each lone surrogate replaced by U+FFFD: what Go's strings can hold. */
export function wellFormed(text: string): string {
  return loneSurrogate.test(text) ? text.replace(/\p{Surrogate}/gu, "\ufffd") : text;
}

/** The code points of a text, Go's runes. */
export function runesOf(text: string): string[] {
  return Array.from(text);
}

/** Length in bytes of UTF-8, the length Go counts. */
export function byteLength(text: string): number {
  return Buffer.byteLength(text, "utf8");
}

/** The bytes from `start` to `end`; a character that is cut becomes U+FFFD. */
export function byteSlice(text: string, start: number, end: number): string {
  if (!nonAscii.test(text)) return text.slice(start, end);
  return Buffer.from(text, "utf8").subarray(start, end).toString("utf8");
}

/** True for characters Go's strconv.IsPrint accepts: letters, marks, numbers, punctuation, symbols and the space. */
export function isPrintable(char: string): boolean {
  return char === " " || /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(char);
}

/** Unicode White_Space, as unicode.IsSpace (RFC 20 control characters, NEL and the space separators). */
export const whiteSpace = "\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";

/** Upper case, one code point for one: "ß" stays. */
export function upperText(text: string): string {
  return nonAscii.test(text) ? mapRunes(text, upperRune) : text.toUpperCase();
}

/** Lower case, one code point for one. */
export function lowerText(text: string): string {
  return nonAscii.test(text) ? mapRunes(text, lowerRune) : text.toLowerCase();
}

export function upperRune(char: string): string {
  const upper = char.toUpperCase();
  return isOneRune(upper) ? upper : char;
}

export function lowerRune(char: string): string {
  if (char === "\u0130") return "i";
  const lower = char.toLowerCase();
  return isOneRune(lower) ? lower : char;
}

function mapRunes(text: string, map: (char: string) => string): string {
  let mapped = "";
  for (const char of text) mapped += map(char);
  return mapped;
}

function isOneRune(text: string): boolean {
  return text.length === 1 || (text.length === 2 && (text.codePointAt(0) ?? 0) > 0xffff);
}
