import { executeFault } from "../error.js";

/** digits × 10^exponent, exactly. */
export interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

/** Decimal places that a division keeps. */
const divisionPlaces = 16;

/** The shortest decimal that reads back as the float. */
export function decimalOf(value: number): Decimal {
  if (!Number.isFinite(value)) throw executeFault(`${value} has no decimal notation`);
  const [mantissa = "0", power = "0"] = value.toExponential().split("e");
  const [whole = "0", fraction = ""] = mantissa.split(".");
  return { digits: BigInt(whole + fraction), exponent: Number(power) - fraction.length };
}

/** The nearest float. */
export function decimalToFloat({ digits, exponent }: Decimal): number {
  return Number(`${digits}e${exponent}`);
}

export function plus(a: Decimal, b: Decimal): Decimal {
  const exponent = Math.min(a.exponent, b.exponent);
  return { digits: scaled(a, exponent) + scaled(b, exponent), exponent };
}

export function multiply(a: Decimal, b: Decimal): Decimal {
  return { digits: a.digits * b.digits, exponent: a.exponent + b.exponent };
}

/** Rounded half away from zero to 16 decimal places. */
export function divide(a: Decimal, b: Decimal): Decimal {
  if (b.digits === 0n) throw executeFault("division by zero");
  const shift = a.exponent - b.exponent + divisionPlaces;
  const above = shift > 0 ? a.digits * 10n ** BigInt(shift) : a.digits;
  const below = shift < 0 ? b.digits * 10n ** BigInt(-shift) : b.digits;
  const quotient = above / below;
  const left = absolute(above - quotient * below) * 2n;
  const away = above < 0n === below < 0n ? 1n : -1n;
  return { digits: left >= absolute(below) ? quotient + away : quotient, exponent: -divisionPlaces };
}

function scaled({ digits, exponent }: Decimal, to: number): bigint {
  return digits * 10n ** BigInt(exponent - to);
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}
