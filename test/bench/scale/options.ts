import { parseArgs } from "node:util";

import type { BenchOptions } from "../options.js";

/** The parts of a run. */
export const sections = ["start", "storm", "shift", "soak"] as const;
export type Section = (typeof sections)[number];

/** What a run measures; a short one is for trying things out. */
export interface ScaleOptions extends BenchOptions {
  readonly routemaps: number;
  /** How long the storm lasts. */
  readonly stormMs: number;
  /** Status writes a second that the storm asks of the API server. */
  readonly rate: number;
  readonly soakMs: number;
  /** Routemaps of the soak. */
  readonly soakRoutemaps: number;
  readonly seed: number;
  readonly sections: ReadonlySet<Section>;
  /** Whether the project's own API server takes the place of etcd and kube-apiserver. */
  readonly embedded: boolean;
}

const text = (value: string) => ({ type: "string", default: value }) as const;
const options = {
  root: text("."),
  binaries: text(""),
  floor: text(""),
  bundle: text("dist/pointsman.mjs"),
  out: text("docs/benchmarks.md"),
  profiles: { type: "string" },
  routemaps: text("10000"),
  minutes: text("5"),
  rate: text("1000"),
  soak: text("2"),
  "soak-routemaps": text("50"),
  seed: text("1"),
  section: { type: "string", multiple: true },
  embedded: { type: "boolean", default: false },
} as const;

/** Reads the command line; a wrong one throws. */
export function scaleOptions(words: readonly string[]): ScaleOptions {
  const { values } = parseArgs({ args: [...words], options });
  return {
    root: values.root,
    binaries: values.binaries,
    floorProgram: values.floor,
    bundle: values.bundle,
    page: values.out === "" ? undefined : values.out,
    profiles: values.profiles,
    sizes: [],
    rounds: 0,
    routemaps: amount(values.routemaps),
    stormMs: amount(values.minutes) * 60_000,
    rate: amount(values.rate),
    soakMs: amount(values.soak) * 60_000,
    soakRoutemaps: amount(values["soak-routemaps"]),
    seed: amount(values.seed),
    sections: new Set(values.section === undefined ? sections : values.section.map(sectionOf)),
    embedded: values.embedded,
  };
}

function sectionOf(name: string): Section {
  const found = sections.find((section) => section === name);
  if (found !== undefined) return found;
  throw new RangeError(`"${name}" is no section; there are ${sections.join(", ")}`);
}

function amount(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value >= 0) return value;
  throw new RangeError(`"${text}" is not an amount`);
}
