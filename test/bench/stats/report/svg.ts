/** A line of a chart. */
export interface Series {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number; readonly error: number }[];
  /** Drawn thick and first in the legend. */
  readonly own: boolean;
}

/** A chart of lines over a common axis. */
export interface Chart {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly series: readonly Series[];
}

const [width, left, right, top, plotHeight] = [760, 64, 20, 40, 320];
const bottom = top + plotHeight;
const colours = ["#0b66c3", "#c2410c", "#15803d", "#a21caf", "#b45309", "#0e7490", "#be123c", "#4d7c0f"];
const brighter = ["#6cb6ff", "#fb923c", "#4ade80", "#e879f9", "#fbbf24", "#22d3ee", "#fb7185", "#a3e635"];
const dashes = ["", "6 3", "2 3", "8 3 2 3"];

/**
 * Draws the chart as an SVG document of its own: lines with bars of one standard error, a legend below, colours for light
 * and for dark surroundings. The same chart gives the same bytes. Throws RangeError without a point.
 */
export function svgChart(chart: Chart): string {
  const ordered = [...chart.series].sort((a, b) => Number(b.own) - Number(a.own));
  const points = ordered.flatMap((series) => series.points);
  if (points.length === 0) throw new RangeError(`${chart.title}: nothing to draw`);
  const xs = ticks(Math.min(...points.map(({ x }) => x)), Math.max(...points.map(({ x }) => x)));
  const ys = ticks(0, Math.max(...points.map(({ y, error }) => y + error)));
  const toX = scale(xs, left, width - right);
  const toY = scale(ys, bottom, top);
  const rows = Math.ceil(ordered.length / 3);
  const height = bottom + 56 + 20 * rows;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(chart.title)}</title>`,
    style(),
    `<text class="title" x="${left}" y="22">${escaped(chart.title)}</text>`,
    ...xs.map((x) => tickX(x, toX(x))),
    ...ys.map((y) => tickY(y, toY(y))),
    `<text x="${(left + width - right) / 2}" y="${bottom + 38}" text-anchor="middle">${escaped(chart.x)}</text>`,
    `<text x="14" y="${(top + bottom) / 2}" text-anchor="middle" transform="rotate(-90 14 ${(top + bottom) / 2})">${escaped(chart.y)}</text>`,
    ...ordered.map((series, i) => line(series, i, toX, toY)),
    ...ordered.map((series, i) => legend(series, i)),
    "</svg>",
    "",
  ].join("\n");
}

/** Round values from at most `low` to at least `high`, five to ten of them. */
export function ticks(low: number, high: number): number[] {
  const span = high > low ? high - low : Math.max(1, Math.abs(high));
  const rough = span / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough) ?? 10 * power;
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

function scale(marks: readonly number[], from: number, to: number): (value: number) => number {
  const [low, high] = [Math.min(...marks), Math.max(...marks)];
  return (value) => Number((from + ((to - from) * (value - low)) / (high - low)).toFixed(2));
}

function style(): string {
  const lines = (list: readonly string[]): string => list.map((colour, i) => `.c${i}{stroke:${colour}}`).join("");
  return [
    "<style>",
    "text{font:12px system-ui,sans-serif;fill:#24292f}.title{font-size:14px;font-weight:600}",
    ".grid{stroke:#d0d7de;stroke-width:1}.line{fill:none;stroke-width:1.5}.own{stroke-width:3.5}.bar{stroke-width:1}",
    lines(colours),
    `@media (prefers-color-scheme:dark){text{fill:#e6edf3}.grid{stroke:#3d444d}${lines(brighter)}}`,
    "</style>",
  ].join("\n");
}

function tickX(value: number, x: number): string {
  return `<path class="grid" d="M${x} ${top}V${bottom}"/><text x="${x}" y="${bottom + 18}" text-anchor="middle">${label(value)}</text>`;
}

function tickY(value: number, y: number): string {
  return `<path class="grid" d="M${left} ${y}H${width - right}"/><text x="${left - 6}" y="${y + 4}" text-anchor="end">${label(value)}</text>`;
}

function label(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 6 }).replaceAll(",", "\u202f");
}

function look(index: number, own: boolean): string {
  const dash = dashes[Math.floor(index / colours.length) % dashes.length] ?? "";
  const dashed = dash === "" ? "" : ` stroke-dasharray="${dash}"`;
  return `class="line c${index % colours.length}${own ? " own" : ""}"${dashed}`;
}

function line({ points, own }: Series, index: number, toX: (x: number) => number, toY: (y: number) => number): string {
  const sorted = [...points].sort((a, b) => a.x - b.x);
  const path = sorted.map(({ x, y }, i) => `${i === 0 ? "M" : "L"}${toX(x)} ${toY(y)}`).join("");
  // Bars closer than this would be a blur.
  const every = Math.max(1, Math.ceil(sorted.length / 20));
  const bars = sorted
    .filter(({ error }, i) => error > 0 && (sorted.length - 1 - i) % every === 0)
    .map(({ x, y, error }) => `M${toX(x)} ${toY(Math.max(0, y - error))}V${toY(y + error)}`)
    .join("");
  const drawn = bars === "" ? "" : `<path class="bar c${index % colours.length}" d="${bars}"/>`;
  return `<path ${look(index, own)} d="${path}"/>${drawn}`;
}

function legend({ name, own }: Series, index: number): string {
  const x = left + (index % 3) * 228;
  const y = bottom + 62 + 20 * Math.floor(index / 3);
  return `<path ${look(index, own)} d="M${x} ${y - 4}H${x + 24}"/><text x="${x + 30}" y="${y}">${escaped(name)}</text>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
