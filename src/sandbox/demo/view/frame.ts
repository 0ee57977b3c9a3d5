import type { StepResult } from "../result.js";
import type { Step } from "../story.js";
import type { PodCounts } from "../world.js";
import type { Paint, Style } from "../../../base/paint.js";
import { fit } from "../../../base/paint.js";
import type { TrafficState, VersionState } from "./state.js";

/** How far the story is. */
export interface Progress {
  readonly controller: string;
  readonly seconds: number;
  readonly story: readonly Step[];
  readonly done: readonly StepResult[];
  readonly now: Step | undefined;
}

const barWidth = 20;
const colours: readonly Style[] = ["blue", "green", "magenta"];

/** The picture of a moment: a fixed number of lines for a story, none wider than `columns`. */
export function frame(
  progress: Progress,
  traffic: TrafficState,
  { paint, columns }: { readonly paint: Paint; readonly columns: number },
): readonly string[] {
  const { controller, seconds, now } = progress;
  const title = `${paint("bold", `Traffic by ${controller}`)}  a cluster in this process, ${seconds.toFixed(1)} s`;
  return [
    title,
    "",
    ...progress.story.map((step) => stepLine(step, progress, paint)),
    "",
    ...wrap(now?.says ?? "", columns).map((line) => paint("cyan", line)),
    "",
    paint("dim", `     weight ${" ".repeat(barWidth)}  requests/s  Pods`),
    ...[0, 1, 2].map((index) => versionLine(traffic.versions[index], index, paint)),
    "",
    totals(traffic, paint),
    "",
    ...[0, 1, 2].map((index) => paint("dim", traffic.events[index] ?? "")),
  ].map((line) => fit(line, columns));
}

/** A sentence in two lines; one that needs more is cut. */
function wrap(text: string, columns: number): readonly [string, string] {
  const room = Math.max(1, columns);
  if (text.length <= room) return [text, ""];
  const space = text.lastIndexOf(" ", room);
  const end = space > 0 ? space : room;
  return [text.slice(0, end), text.slice(end).trimStart()];
}

function stepLine(step: Step, { done, now }: Progress, paint: Paint): string {
  const result = done.find(({ name }) => name === step.name);
  if (result === undefined) return step === now ? paint("bold", ` ▸ ${step.title}`) : paint("dim", ` · ${step.title}`);
  const time = paint("dim", `${result.seconds.toFixed(1)} s`);
  if (result.missing !== undefined) return `${paint("red", ` ✗ ${step.title}`)}  ${time}  ${result.missing}`;
  const lost = result.lost === 0 ? "" : paint("red", `  ${result.lost} lost`);
  return `${paint("green", " ✓")} ${step.title}  ${time}${lost}`;
}

function versionLine(version: VersionState | undefined, index: number, paint: Paint): string {
  if (version === undefined) return "";
  const { name, percent, perSecond, pods } = version;
  const filled = Math.round((percent * barWidth) / 100);
  const bar = paint(colours[index] ?? "blue", "█".repeat(filled)) + paint("dim", "░".repeat(barWidth - filled));
  return ` ${name}  ${`${percent} %`.padStart(5)} ${bar}  ${String(perSecond).padStart(10)}  ${podText(pods)}${fate(version, paint)}`;
}

function podText({ ready, starting, ending }: PodCounts): string {
  const parts = [
    ready > 0 ? `${ready} ready` : "",
    starting > 0 ? `${starting} starting` : "",
    ending > 0 ? `${ending} ending` : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? "none" : parts.join(", ");
}

function fate({ isHeld, isDeleted }: VersionState, paint: Paint): string {
  if (isDeleted) return isHeld ? paint("yellow", "  deleted, held") : "  deleted";
  return isHeld ? paint("dim", "  held") : "";
}

function totals({ requests, lost, perSecond }: TrafficState, paint: Paint): string {
  const losses = lost === 0 ? paint("green", "0 lost") : paint("red", `${lost} lost`);
  return ` ${requests} requests, ${perSecond} answered in the last second, ${losses}`;
}
