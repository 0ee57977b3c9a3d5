import { useEffect, useRef, useState } from "preact/hooks";
import type { Options } from "uplot";
import { default as Chart } from "uplot";

import type { WeightSample } from "../../../routing/controller/weightHistory.js";
import type { ChartData, WeightKind } from "./chartData.js";
import { chartData } from "./chartData.js";
import type { View } from "./html.js";
import { html } from "./html.js";
import { colourOf } from "./weightBar.js";

/** What the chart is given. */
export interface WeightChartProps {
  readonly history: readonly WeightSample[];
  readonly now: number;
}

const kinds = ["wanted", "stored", "confirmed"] as const satisfies readonly WeightKind[];
const height = 200;

/** How the shares of the versions changed, of one kind of weight at a time. */
export function WeightChart({ history, now }: WeightChartProps): View {
  const [kind, setKind] = useState<WeightKind>("stored");
  const box = useRef<HTMLDivElement>(null);
  const data = chartData(history, kind, now);
  useChart(box, data);
  const told = data.versions
    .map((name, index) => `${name} ${Math.round(data.shares[index]?.at(-1) ?? 0)} %`)
    .join(", ");
  return html`<figure class="chart">
    <div class="segments" role="group" aria-label="which weights">
      ${kinds.map(
        (one) =>
          html`<button key=${one} type="button" aria-pressed=${one === kind} onClick=${() => setKind(one)}>
            ${one}
          </button>`,
      )}
    </div>
    <div ref=${box} role="img" aria-label=${`${kind} shares over time; now ${told}`} />
    <figcaption>
      ${data.versions.map((name, index) => html`<span key=${name}><i class=${`dot ${colourOf(index)}`} />${name}</span>`)}
      ${history.length === 0 && html`<span class="about">No change of weights since this controller leads.</span>`}
    </figcaption>
  </figure>`;
}

/** Draws the data into a box, anew where its size, theme or versions change. */
function useChart(box: { readonly current: HTMLDivElement | null }, data: ChartData): void {
  const chart = useRef<Chart>(undefined);
  const theme = useTheming();
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (box.current === null) return undefined;
    const sizes = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    sizes.observe(box.current);
    return () => sizes.disconnect();
  }, []);
  const versions = data.versions.join("\n");
  useEffect(() => {
    if (box.current === null || width === 0) return undefined;
    const made = new Chart(options(data.versions, width, box.current), columns(data), box.current);
    chart.current = made;
    return () => {
      made.destroy();
      chart.current = undefined;
    };
  }, [versions, width, theme]);
  useEffect(() => chart.current?.setData(columns(data)));
}

/** Changes whenever the colours of the page do: a canvas does not follow a style sheet. */
function useTheming(): string {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const read = (): string => `${document.documentElement.dataset["theme"] ?? ""} ${dark.matches}`;
  const [theme, setTheme] = useState(read());
  useEffect(() => {
    const changed = (): void => setTheme(read());
    const attributes = new MutationObserver(changed);
    attributes.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    dark.addEventListener("change", changed);
    return () => {
      attributes.disconnect();
      dark.removeEventListener("change", changed);
    };
  }, []);
  return theme;
}

/** Time of day of seconds since the epoch, as the reader's clock has it. */
function timeText(seconds: number): string {
  return new Date(seconds * 1000).toLocaleTimeString([], { hour12: false });
}

function columns({ times, shares }: ChartData): Chart.AlignedData {
  return [[...times], ...shares.map((line) => [...line])];
}

function options(versions: readonly string[], width: number, box: HTMLElement): Options {
  const colour = colourReader(box);
  const axis = { stroke: colour("--faint"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false } };
  const paths = Chart.paths.stepped?.({ align: 1 });
  return {
    width,
    height,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false } },
    scales: { y: { range: [0, 104] } },
    axes: [
      { ...axis, space: 90, values: (_, splits) => splits.map(timeText) },
      { ...axis, size: 44, values: (_, splits) => splits.map((split) => `${split} %`) },
    ],
    series: [
      {},
      ...versions.map((label, index) => ({
        label,
        stroke: colour(`--${colourOf(index)}`),
        width: 2,
        points: { show: false },
        ...(paths === undefined ? {} : { paths }),
      })),
    ],
  };
}

/** Reads colours of the style sheet as an element there has them: a canvas knows no light-dark(). */
function colourReader(box: HTMLElement): (name: string) => string {
  const style = getComputedStyle(box);
  return (name) => {
    box.style.color = `var(${name})`;
    const { color } = style;
    box.style.removeProperty("color");
    return color;
  };
}
