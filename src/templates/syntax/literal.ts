import { runesOf } from "../text.js";

/** A numeric literal as each type that can hold it; `plain` is its value where nothing asks for a type. */
export interface NumberLiteral {
  readonly int: bigint | undefined;
  readonly float: number | undefined;
  readonly plain: bigint | number | undefined;
}

/** Longer texts are no numbers: reading them would take time that grows with the square. */
const longest = 400;
const decimalFloat = /^[+-]?(?:\d(?:_?\d)*(?:\.(?:\d(?:_?\d)*)?)?|\.\d(?:_?\d)*)(?:[eE][+-]?\d(?:_?\d)*)?$/;
const hexFloat = /^([+-]?)0[xX]((?:_?[0-9a-fA-F])*)(?:\.((?:[0-9a-fA-F]_?)*))?[pP]([+-]?\d+)$/;
const plainInt = /^([+-]?)(0[xX](?:_?[0-9a-fA-F])+|0[oO]?(?:_?[0-7])*|0[bB](?:_?[01])+|[1-9](?:_?\d)*)$/;
const maxInt = 2n ** 63n - 1n;
const minInt = -(2n ** 63n);
const maxUint = 2n ** 64n - 1n;

/** The value of Go's integer syntax (signs, 0x, 0o, 0b, leading 0 for octal, underscores), of any size. */
export function integerSyntax(text: string): bigint | undefined {
  const match = text.length > longest ? null : plainInt.exec(text);
  const sign = match?.[1];
  const found = match?.[2];
  if (sign === undefined || found === undefined || /^0[oO]$/.test(found)) return undefined;
  const bare = found.replaceAll("_", "");
  const value = BigInt(/^0[0-7]/.test(bare) ? `0o${bare}` : bare.toLowerCase());
  return sign === "-" ? -value : value;
}

/** The int64 a text stands for, as strconv.ParseInt with base 0; undefined where it is none. */
export function parseInteger(text: string): bigint | undefined {
  const value = integerSyntax(text);
  return value !== undefined && value >= minInt && value <= maxInt ? value : undefined;
}

/** The number a text stands for, as strconv.ParseFloat; infinities and what overflows are refused. */
export function parseFloatText(text: string): number | undefined {
  if (text.length > longest) return undefined;
  const hex = hexFloat.exec(text);
  if (hex !== null) return hexFloatValue(hex[1] ?? "", hex[2] ?? "", hex[3] ?? "", hex[4] ?? "");
  if (!decimalFloat.test(text)) return undefined;
  const value = Number(text.replaceAll("_", ""));
  return Number.isFinite(value) ? value : undefined;
}

/** Exact below 2^53, which is all that a template needs of hexadecimal floats. */
function hexFloatValue(sign: string, whole: string, part: string, power: string): number | undefined {
  const digits = (whole + part).replaceAll("_", "");
  const partDigits = part.replaceAll("_", "").length;
  if (digits === "") return undefined;
  const value = Number(`0x${digits}`) * 2 ** (Number(power) - 4 * partDigits);
  return Number.isFinite(value) ? (sign === "-" ? -value : value) : undefined;
}

/** Reads a numeric literal; undefined where its syntax is wrong or it fits no type. */
export function numberLiteral(text: string): NumberLiteral | undefined {
  const whole = integerSyntax(text);
  if (whole !== undefined) {
    if (whole < minInt || whole > maxUint || (whole > maxInt && text.startsWith("+"))) return undefined;
    const int = whole <= maxInt ? whole : undefined;
    return { int, float: Number(whole), plain: int };
  }
  const float = parseFloatText(text);
  if (float === undefined || !/[.eEpP]/.test(text)) return undefined;
  const int = Number.isInteger(float) && Math.abs(float) < 2 ** 63 ? BigInt(float) : undefined;
  return { int, float, plain: float };
}

/** Reads a character literal with its quotes. */
export function runeLiteral(text: string): NumberLiteral | undefined {
  const body = unescape(text.slice(1, -1), "'");
  const code = body?.codePointAt(0);
  if (body === undefined || code === undefined || runesOf(body).length !== 1) return undefined;
  return { int: BigInt(code), float: code, plain: BigInt(code) };
}

/** Reads a string literal with its double quotes or backquotes; undefined where an escape is wrong. */
export function stringLiteral(text: string): string | undefined {
  if (text.startsWith("`")) return text.slice(1, -1).replaceAll("\r", "");
  return unescape(text.slice(1, -1), '"');
}

const simpleEscapes: ReadonlyMap<string, string> = new Map([
  ["a", "\x07"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["v", "\v"],
  ["\\", "\\"],
]);

const escapeOrText = /\\(?:x([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([\s\S]))|([^\\]+)/gu;

/** Undoes Go's escapes; `quote` may be escaped, the other quote may not. Bytes (\x, octal) form UTF-8 together. */
function unescape(body: string, quote: string): string | undefined {
  if (!body.includes("\\")) return body;
  const pieces: Buffer[] = [];
  let at = 0;
  for (const match of body.matchAll(escapeOrText)) {
    const bytes = match.index === at ? escapeBytes(match, quote) : undefined;
    if (bytes === undefined) return undefined;
    pieces.push(bytes);
    at += match[0].length;
  }
  if (at !== body.length) return undefined;
  const bytes = Buffer.concat(pieces);
  return quote === "'" && bytes.length === 1 ? String.fromCharCode(bytes[0] ?? 0) : bytes.toString("utf8");
}

function escapeBytes(match: RegExpExecArray, quote: string): Buffer | undefined {
  const [, hex, octal, short, long, char, plain] = match;
  const point = short ?? long;
  if (plain !== undefined) return Buffer.from(plain, "utf8");
  if (hex !== undefined) return Buffer.from([Number.parseInt(hex, 16)]);
  if (octal !== undefined) {
    const byte = Number.parseInt(octal, 8);
    return byte > 255 ? undefined : Buffer.from([byte]);
  }
  if (point !== undefined) {
    const code = Number.parseInt(point, 16);
    const valid = code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
    return valid ? Buffer.from(String.fromCodePoint(code), "utf8") : undefined;
  }
  const simple = char === quote ? quote : simpleEscapes.get(char ?? "");
  return simple === undefined ? undefined : Buffer.from(simple, "utf8");
}
