import type { Budget } from "../budget.js";
import { executeFault } from "../error.js";
import type { TemplateValue } from "../value.js";
import { atoi, toFloat, toInt, wrap } from "./convert.js";
import { decimalOf, decimalToFloat, divide, multiply, plus } from "./decimal.js";
import type { Decimal } from "./decimal.js";
import type { TemplateFunction } from "./signature.js";
import { any, float, int, many, one, oneMany, text, three, two, twoMany } from "./signature.js";

const largest = oneMany(any, any, (first, others) => others.map(toInt).reduce((a, b) => (b > a ? b : a), toInt(first)));

/** sprig's functions of numbers. Ints have 64 bits and wrap; whole numbers are `int` where sprig says int64. */
export const numbers: Readonly<Record<string, TemplateFunction>> = {
  int: one(any, toInt),
  int64: one(any, toInt),
  float64: one(any, toFloat),
  atoi: one(text, atoi),
  toDecimal: one(any, octal),
  add1: one(any, (value) => wrap(toInt(value) + 1n)),
  add: many(any, (values) => values.reduce<bigint>((sum, value) => wrap(sum + toInt(value)), 0n)),
  sub: two(any, any, (a, b) => wrap(toInt(a) - toInt(b))),
  mul: oneMany(any, any, (first, others) =>
    others.reduce<bigint>((product, value) => wrap(product * toInt(value)), toInt(first)),
  ),
  div: two(any, any, (a, b) => wrap(toInt(a) / divisor(b))),
  mod: two(any, any, (a, b) => toInt(a) % divisor(b)),
  max: largest,
  biggest: largest,
  min: oneMany(any, any, (first, others) => others.map(toInt).reduce((a, b) => (b < a ? b : a), toInt(first))),
  maxf: oneMany(any, any, (first, others) => others.map(toFloat).reduce((a, b) => Math.max(a, b), toFloat(first))),
  minf: oneMany(any, any, (first, others) => others.map(toFloat).reduce((a, b) => Math.min(a, b), toFloat(first))),
  floor: one(any, (value) => Math.floor(toFloat(value))),
  ceil: one(any, (value) => Math.ceil(toFloat(value))),
  round: twoMany(any, int, float, (value, places, [roundOn]) => round(toFloat(value), Number(places), roundOn ?? 0.5)),
  add1f: one(any, (value) => exactly(value, [1n], plus)),
  addf: many(any, (values) => exactly(0n, values, plus)),
  subf: oneMany(any, any, (first, others) => exactly(first, others, (a, b) => plus(a, { ...b, digits: -b.digits }))),
  mulf: oneMany(any, any, (first, others) => exactly(first, others, multiply)),
  divf: oneMany(any, any, (first, others) => exactly(first, others, divide)),
  until: one(int, (stop, budget) => stepped(0n, stop, stop < 0n ? -1n : 1n, budget)),
  untilStep: three(int, int, int, stepped),
  seq: many(int, sequence),
};

function divisor(value: TemplateValue): bigint {
  const found = toInt(value);
  if (found === 0n) throw executeFault("division by zero");
  return found;
}

function octal(value: TemplateValue): bigint {
  const digits = typeof value === "string" ? value : typeof value === "bigint" ? value.toString() : "";
  return /^[+-]?[0-7]{1,21}$/.test(digits) ? toInt(digits.replace(/^([+-]?)/, "$10o")) : 0n;
}

/** Rounds to decimal places; the fraction that rounds up can be chosen. */
function round(value: number, places: number, roundOn: number): number {
  const power = Number(`1e${places}`);
  const digit = power * value;
  const fraction = digit - Math.trunc(digit);
  return (fraction >= roundOn ? Math.ceil(digit) : Math.floor(digit)) / power;
}

/** Folds floats as decimals, so that 0.1 and 0.2 make 0.3. */
function exactly(
  first: TemplateValue,
  others: readonly TemplateValue[],
  operate: (a: Decimal, b: Decimal) => Decimal,
): number {
  return decimalToFloat(others.map((value) => decimalOf(toFloat(value))).reduce(operate, decimalOf(toFloat(first))));
}

/** The numbers from `start` to before `stop`; none where the step leads away. */
function stepped(start: bigint, stop: bigint, step: bigint, budget: Budget): bigint[] {
  const down = stop < start;
  if (down ? step >= 0n : step <= 0n) return [];
  const span = down ? start - stop : stop - start;
  const size = down ? -step : step;
  budget.step(Number((span + size - 1n) / size));
  const numbers: bigint[] = [];
  for (let i = start; down ? i > stop : i < stop; i += step) numbers.push(i);
  return numbers;
}

/** `seq end`, `seq start end`, `seq start step end`: numbers with blanks between, as the tool of that name. */
function sequence(params: readonly bigint[], budget: Budget): string {
  const [a, b, c] = params;
  if (a === undefined || params.length > 3) return "";
  const start = b === undefined ? 1n : a;
  const end = c ?? b ?? a;
  const direction = end < start ? -1n : 1n;
  const step = c === undefined || b === undefined ? direction : b;
  if (c !== undefined && direction < 0n && step > 0n) return "";
  const numbers = stepped(start, end + direction, step, budget);
  budget.text(numbers.length * 2);
  return numbers.join(" ");
}
