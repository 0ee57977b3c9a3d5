import { plainLook, table } from "../table.js";

/** Four significant digits without trailing zeros. */
export function figure(x: number): string {
  if (x === Infinity) return "∞";
  if (x === -Infinity) return "−∞";
  return String(Number(x.toPrecision(4))).replace(/^-/, "−");
}

/** A rate as percent. */
export function percent(rate: number): string {
  return `${figure(100 * rate)} %`;
}

/** With its sign, also a positive one. */
export function signed(x: number, write: (x: number) => string = figure): string {
  return x > 0 ? `+${write(x)}` : write(x);
}

/** A p-value. */
export function chance(p: number): string {
  return p === 0 ? "below 1e-300" : String(Number(p.toPrecision(2)));
}

/** An e-value from its logarithm. */
export function evidence(logE: number): string {
  if (logE === Infinity) return "∞";
  if (logE > 690) return `e^${logE.toFixed(0)}`;
  const e = Math.exp(logE);
  return e >= 1e6 ? e.toExponential(2).replace("e+", "e") : String(Number(e.toPrecision(3)));
}

/** Names and texts in two columns, indented. */
export function rows(pairs: readonly (readonly [name: string, text: string])[]): readonly string[] {
  return table([{}, {}], pairs, { ...plainLook, indent: 2 });
}

/** A list under a heading; nothing where it is empty. */
export function list(heading: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [heading, ...lines.map((line) => `  - ${line}`)];
}

/** A number of things: `1 batch`, `2 batches`. */
export function several(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
