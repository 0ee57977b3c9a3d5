import { parseArgs } from "node:util";

/** What a run measures; a short one is for trying things out. */
export interface BenchOptions {
  readonly root: string;
  readonly binaries: string;
  readonly floorProgram: string;
  /** The controller's program. */
  readonly bundle: string;
  readonly sizes: readonly number[];
  readonly rounds: number;
  /** Where the page is; absent: the section goes to standard output only. */
  readonly page: string | undefined;
  /** Folder for processor profiles of the controller. */
  readonly profiles: string | undefined;
}

/** What a run of the latency benchmark measures besides. */
export interface LatencyOptions extends BenchOptions {
  readonly starts: number;
  readonly idleMs: number;
}

const text = (value: string) => ({ type: "string", default: value }) as const;
const common = {
  root: text("."),
  binaries: text(""),
  floor: text(""),
  bundle: text("dist/pointsman.mjs"),
  sizes: text("1,20,200"),
  rounds: text("200"),
  out: text("docs/benchmarks.md"),
  profiles: { type: "string" },
} as const;

/** Reads the command line; a wrong one throws. */
export function benchOptions(words: readonly string[]): BenchOptions {
  return commonOptions(parseArgs({ args: [...words], options: common }).values);
}

/** Reads the latency benchmark's command line; a wrong one throws. */
export function latencyOptions(words: readonly string[]): LatencyOptions {
  const options = { ...common, starts: text("10"), idle: text("60") };
  const { values } = parseArgs({ args: [...words], options });
  return { ...commonOptions(values), starts: count(values.starts), idleMs: count(values.idle) * 1000 };
}

interface CommonValues extends Readonly<Record<Exclude<keyof typeof common, "profiles">, string>> {
  readonly profiles?: string | undefined;
}

function commonOptions(values: CommonValues): BenchOptions {
  return {
    root: values.root,
    binaries: values.binaries,
    floorProgram: values.floor,
    bundle: values.bundle,
    sizes: values.sizes.split(",").filter(Boolean).map(count),
    rounds: count(values.rounds),
    page: values.out === "" ? undefined : values.out,
    profiles: values.profiles,
  };
}

function count(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0) return value;
  throw new RangeError(`"${text}" is not a count`);
}
