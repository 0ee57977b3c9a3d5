import { runesOf } from "../text.js";

const letter = /^\p{L}$/u;
const digit = /^\p{Nd}$/u;

/** Order of map keys in YAML output: as people sort, "a2" before "a10", letters after other characters. */
export function compareKeys(a: string, b: string): number {
  const left = runesOf(a);
  const right = runesOf(b);
  const shorter = Math.min(left.length, right.length);
  for (let i = 0; i < shorter; i += 1) {
    const x = left[i] ?? "";
    const y = right[i] ?? "";
    if (x !== y) return compareAt(left, right, i, x, y);
  }
  return left.length - right.length;
}

function compareAt(left: readonly string[], right: readonly string[], i: number, x: string, y: string): number {
  const byCode = (x.codePointAt(0) ?? 0) - (y.codePointAt(0) ?? 0);
  const xLetter = letter.test(x);
  const yLetter = letter.test(y);
  if (xLetter && yLetter) return byCode;
  if (xLetter || yLetter) return yLetter ? -1 : 1;
  const lead = (x === "0" || y === "0") && continuesNumber(left, i) ? "1" : "";
  const xDigits = digitsFrom(left, i);
  const yDigits = digitsFrom(right, i);
  const xNumber = BigInt(lead + xDigits || "0");
  const yNumber = BigInt(lead + yDigits || "0");
  if (xNumber !== yNumber) return xNumber < yNumber ? -1 : 1;
  return xDigits.length - yDigits.length || byCode;
}

/** True if digits before `i`, not all zero, belong to the number there. */
function continuesNumber(runes: readonly string[], i: number): boolean {
  for (let j = i - 1; j >= 0 && digit.test(runes[j] ?? ""); j -= 1) if (runes[j] !== "0") return true;
  return false;
}

function digitsFrom(runes: readonly string[], i: number): string {
  let end = i;
  while (end < runes.length && /^\d$/.test(runes[end] ?? "")) end += 1;
  return runes.slice(i, end).join("");
}
