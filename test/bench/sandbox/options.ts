import { parseArgs } from "node:util";

/** What a run measures; a short one is for trying things out. */
export interface SandboxBenchOptions {
  readonly root: string;
  /** The programs that run as processes of their own. */
  readonly serverProgram: string;
  readonly gatewayProgram: string;
  /** Pointsman itself, for `pointsman sandbox`. */
  readonly bundle: string;
  readonly starts: number;
  /** Objects of each kind in each phase of the applies. */
  readonly objects: number;
  readonly watchers: number;
  readonly routemaps: number;
  readonly gatewayMs: number;
  /** Where the page is; absent: the section goes to standard output only. */
  readonly page: string | undefined;
  /** Folder for processor profiles of server and gateway. */
  readonly profiles: string | undefined;
}

const text = (value: string) => ({ type: "string", default: value }) as const;
const options = {
  root: text("."),
  server: text(""),
  gateway: text(""),
  bundle: text("dist/pointsman.mjs"),
  starts: text("10"),
  objects: text("1000"),
  watchers: text("50"),
  routemaps: text("10000"),
  seconds: text("10"),
  out: text("docs/benchmarks.md"),
  profiles: { type: "string" },
} as const;

/** Reads the command line; a wrong one throws. A count of 0 leaves its part out. */
export function sandboxBenchOptions(words: readonly string[]): SandboxBenchOptions {
  const { values } = parseArgs({ args: [...words], options });
  return {
    root: values.root,
    serverProgram: values.server,
    gatewayProgram: values.gateway,
    bundle: values.bundle,
    starts: count(values.starts),
    objects: count(values.objects),
    watchers: count(values.watchers),
    routemaps: count(values.routemaps),
    gatewayMs: count(values.seconds) * 1_000,
    page: values.out === "" ? undefined : values.out,
    profiles: values.profiles,
  };
}

function count(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0) return value;
  throw new RangeError(`"${text}" is not a count`);
}
