/** A decimal number: 0.d₁d₂… × 10^point. */
interface Decimal {
  readonly digits: string;
  readonly point: number;
}

/** How floats are written: `precision` is undefined for the fewest digits that read back the same. */
export type FloatVerb = "e" | "E" | "f" | "g" | "G";

/** A float as strconv.FormatFloat writes it. */
export function formatFloat(value: number, verb: FloatVerb, precision?: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const size = Math.abs(value);
  const shortest = precision === undefined;
  const decimal = shortest ? shortestDecimal(size) : rounded(size, verb, precision);
  switch (verb) {
    case "e":
    case "E":
      return sign + exponential(decimal, shortest ? Math.max(decimal.digits.length - 1, 0) : precision, verb);
    case "f":
      return sign + fixed(decimal, shortest ? Math.max(decimal.digits.length - decimal.point, 0) : precision);
    case "g":
    case "G":
      return sign + general(decimal, shortest ? 6 : significant(precision), shortest, verb === "g" ? "e" : "E");
  }
}

/** At least one digit is significant. */
function significant(precision: number): number {
  return precision === 0 ? 1 : precision;
}

/** The digits that the verb and precision keep. */
function rounded(size: number, verb: FloatVerb, precision: number): Decimal {
  const exact = exactDecimal(size);
  if (verb === "f") return round(exact, exact.point + precision);
  return round(exact, verb === "g" || verb === "G" ? significant(precision) : precision + 1);
}

/** The shorter of both notations: exponents below -4 or from the precision on are written out. */
function general(decimal: Decimal, precision: number, shortest: boolean, letter: "e" | "E"): string {
  const { digits, point } = decimal;
  let bound = precision;
  if (!shortest && bound > digits.length && digits.length >= point) bound = digits.length;
  const exponent = point - 1;
  if (exponent < -4 || exponent >= bound) return exponential(decimal, Math.max(digits.length - 1, 0), letter);
  return fixed(decimal, Math.max(digits.length - point, 0));
}

function exponential({ digits, point }: Decimal, precision: number, letter: "e" | "E"): string {
  const padded = digits.padEnd(precision + 1, "0");
  const exponent = digits === "" ? 0 : point - 1;
  const tail = String(Math.abs(exponent)).padStart(2, "0");
  const fraction = precision > 0 ? `.${padded.slice(1, precision + 1)}` : "";
  return `${padded.charAt(0) || "0"}${fraction}${letter}${exponent < 0 ? "-" : "+"}${tail}`;
}

function fixed({ digits, point }: Decimal, precision: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, "0") : "0";
  if (precision === 0) return whole;
  const fraction = point >= 0 ? digits.slice(point) : "0".repeat(Math.min(-point, precision)) + digits;
  return `${whole}.${fraction.slice(0, precision).padEnd(precision, "0")}`;
}

/** The fewest digits that identify the float. Zero has no digits. */
function shortestDecimal(size: number): Decimal {
  if (size === 0) return { digits: "", point: 1 };
  const [mantissa = "", exponent = "0"] = size.toExponential().split("e");
  return { digits: mantissa.replace(".", ""), point: Number(exponent) + 1 };
}

/** All digits of the float: it is a whole number over a power of two, so there is an end to them. */
function exactDecimal(size: number): Decimal {
  if (size === 0) return { digits: "", point: 1 };
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, size);
  const bits = view.getBigUint64(0);
  const biased = Number(bits >> 52n);
  const fraction = bits & 0xfffffffffffffn;
  const mantissa = biased === 0 ? fraction : fraction | 0x10000000000000n;
  const exponent = (biased === 0 ? 1 : biased) - 1075;
  if (exponent >= 0) return decimalOf(mantissa << BigInt(exponent), 0);
  return decimalOf(mantissa * 5n ** BigInt(-exponent), exponent);
}

/** whole × 10^exponent */
function decimalOf(whole: bigint, exponent: number): Decimal {
  const digits = whole.toString();
  return { digits: digits.replace(/0+$/, ""), point: digits.length + exponent };
}

/** Keeps `count` digits, rounding half to even on the exact value. */
function round({ digits, point }: Decimal, count: number): Decimal {
  if (count >= digits.length) return { digits, point };
  if (count < 0) return { digits: "", point };
  const next = digits.charCodeAt(count) - 48;
  const isHalf = next === 5 && count + 1 === digits.length;
  const isOdd = count > 0 && digits.charCodeAt(count - 1) % 2 === 1;
  const up = isHalf ? isOdd : next >= 5;
  const kept = digits.slice(0, count);
  if (!up) return { digits: kept.replace(/0+$/, ""), point };
  const raised = kept.replace(/9*$/, "");
  if (raised === "") return { digits: "1", point: point + 1 };
  const last = String.fromCharCode(raised.charCodeAt(raised.length - 1) + 1);
  return { digits: raised.slice(0, -1) + last, point };
}
