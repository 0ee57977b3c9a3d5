import type { Budget } from "../budget.js";
import { executeFault } from "../error.js";
import { isPrintable } from "../text.js";
import type { Flags } from "./flags.js";
import { pad } from "./flags.js";
import type { FloatVerb } from "./float.js";
import { formatFloat } from "./float.js";
import { quoteText } from "./quote.js";

const bases: ReadonlyMap<string, number> = new Map([
  ["v", 10],
  ["d", 10],
  ["b", 2],
  ["o", 8],
  ["O", 8],
  ["x", 16],
  ["X", 16],
]);

/** An int for a verb; undefined for a verb that takes no ints. */
export function formatInt(value: bigint, verb: string, flags: Flags, budget: Budget): string | undefined {
  const base = bases.get(verb);
  if (base !== undefined) return digitsFor(value, base, verb, flags, budget);
  switch (verb) {
    case "c":
      return pad(runeOf(value), flags, budget);
    case "q":
      return pad(quoteText(runeOf(value), "'", flags.plus), flags, budget);
    case "U":
      return unicode(value, flags, budget);
    default:
      return undefined;
  }
}

/** The character of a code point; what is none is U+FFFD. */
function runeOf(value: bigint): string {
  const valid = value >= 0n && value <= 0x10ffffn && (value < 0xd800n || value > 0xdfffn);
  return valid ? String.fromCodePoint(Number(value)) : "\ufffd";
}

function digitsFor(value: bigint, base: number, verb: string, flags: Flags, budget: Budget): string {
  const { precision, width } = flags;
  if (precision === 0 && value === 0n) return pad("", { ...flags, zero: false }, budget);
  const sign = value < 0n ? "-" : flags.plus ? "+" : flags.space ? " " : "";
  let digits = (value < 0n ? -value : value).toString(base);
  const fill = precision ?? (flags.zero && !flags.minus && width !== undefined ? width - sign.length : 0);
  budget.text(fill);
  digits = digits.padStart(fill, "0");
  const prefixed = prefix(digits, base, verb, flags) + digits;
  const text = sign + (verb === "X" ? prefixed.toUpperCase() : prefixed);
  return pad(text, flags, budget, false);
}

function prefix(digits: string, base: number, verb: string, flags: Flags): string {
  if (verb === "O") return flags.sharp && !digits.startsWith("0") ? "0o0" : "0o";
  if (!flags.sharp) return "";
  if (base === 2) return "0b";
  if (base === 8) return digits.startsWith("0") ? "" : "0";
  return base === 16 ? "0x" : "";
}

/** U+0041; with # the character too. */
function unicode(value: bigint, flags: Flags, budget: Budget): string {
  const digits = Math.max(4, flags.precision ?? 4);
  budget.text(digits);
  let text = `U+${BigInt.asUintN(64, value).toString(16).toUpperCase().padStart(digits, "0")}`;
  if (flags.sharp && value >= 0n && value <= 0x10ffffn && isPrintable(runeOf(value))) text += ` '${runeOf(value)}'`;
  return pad(text, flags, budget, false);
}

/** A float for a verb; undefined for a verb that takes no floats. */
export function formatFloatVerb(value: number, verb: string, flags: Flags, budget: Budget): string | undefined {
  const known = floatVerb(verb);
  if (known === undefined) {
    if (verb === "b" || verb === "x" || verb === "X") throw executeFault(`%${verb} of a float is not supported`);
    return undefined;
  }
  const precision = flags.precision ?? (known === "g" || known === "G" ? undefined : 6);
  budget.text(precision ?? 0);
  let text = formatFloat(value, known, precision);
  if (flags.sharp) text = keepZeros(text, known, precision);
  const isNumber = Number.isFinite(value);
  const signed = /^[+-]/.test(text) || text === "NaN";
  const mark = flags.plus ? "+" : flags.space ? " " : "";
  if (text === "+Inf" && flags.space && !flags.plus) text = " Inf";
  else if (!signed || (text === "NaN" && mark !== "")) text = mark + text;
  if (flags.zero && !flags.minus && isNumber && /^[+\- ]/.test(text) && flags.width !== undefined) {
    return text.charAt(0) + pad(text.slice(1), { ...flags, width: flags.width - 1 }, budget);
  }
  return pad(text, flags, budget, flags.zero && isNumber);
}

function floatVerb(verb: string): FloatVerb | undefined {
  switch (verb) {
    case "v":
      return "g";
    case "F":
      return "f";
    case "e":
    case "E":
    case "f":
    case "g":
    case "G":
      return verb;
    default:
      return undefined;
  }
}

/** The # flag: always a decimal point, and for %g all digits of the precision. */
function keepZeros(text: string, verb: FloatVerb, precision: number | undefined): string {
  const match = /^([+-]?)([\d.]+)(.*)$/.exec(text);
  if (match === null) return text;
  const [, sign = "", number = "", tail = ""] = match;
  let whole = number.includes(".") ? number : `${number}.`;
  if (verb === "g" || verb === "G") {
    const seen = whole === "0." ? 1 : whole.replace(".", "").replace(/^0+/, "").length;
    whole += "0".repeat(Math.max((precision ?? 6) - seen, 0));
  }
  return sign + whole + tail;
}
