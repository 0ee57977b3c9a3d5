import type { AnyCommand, CommandSpec, Io } from "./command.js";
import { command } from "./main.js";

/** What `demo` was asked to do. */
export interface DemoRun {
  /** End when the story does, and draw nothing. */
  readonly headless: boolean;
  /** Print the summary as one line of JSON at the end. */
  readonly json: boolean;
  readonly compare: boolean;
  readonly seed: number;
  readonly speed: number;
}

/** Plays the demo; returns the exit code: 1 if a request was lost or something did not happen. */
export type RunDemo = (run: DemoRun, io: Io) => Promise<number>;

const slowest = 0.1;
const fastest = 10;

const spec = {
  name: "demo",
  summary: "watch Pointsman at work on a cluster in this process, in a minute",
  examples: [
    {
      line: "pointsman demo",
      does: "Candidates come, break and go under load. Afterwards the cluster stays until Ctrl-C, to go on by hand.",
    },
    {
      line: "pointsman demo --compare",
      does: "Plays it a second time with a controller that does what Iter8 1.1.2 does.",
    },
    {
      line: "pointsman demo --headless --json",
      does: "For scripts: lines, and a summary as JSON in the last one; exit code 1 if a request was lost.",
    },
  ],
  options: {
    headless: { type: "flag", description: "lines instead of a picture, and an end when the story ends" },
    json: { type: "flag", description: "the last line of standard output is the summary, as JSON" },
    compare: { type: "flag", description: "play it a second time with a controller that does what Iter8 1.1.2 does" },
    seed: { type: "text", value: "N", description: "what is left to chance comes out as N says; default 1" },
    speed: {
      type: "text",
      value: "X",
      description: `how much faster than usual the story goes on, ${slowest} to ${fastest}; default 1`,
    },
  },
} as const satisfies CommandSpec;

/** The command `demo`, over what plays it. */
export function demoCommand(run: RunDemo): AnyCommand {
  return command<keyof typeof spec.options>({
    spec,
    run(args, io) {
      const seed = numberIn(args.text("seed") ?? "1", 0, 2 ** 32 - 1);
      const speed = numberIn(args.text("speed") ?? "1", slowest, fastest);
      if (seed === undefined || !Number.isInteger(seed)) return refuse(io, "--seed needs a whole number from 0 on");
      if (speed === undefined) return refuse(io, `--speed needs a number from ${slowest} to ${fastest}`);
      const flag = (name: "headless" | "json" | "compare"): boolean => args.flag(name) ?? false;
      return run({ headless: flag("headless"), json: flag("json"), compare: flag("compare"), seed, speed }, io);
    },
  });
}

function numberIn(text: string, least: number, most: number): number | undefined {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  return value >= least && value <= most ? value : undefined;
}

function refuse(io: Io, problem: string): Promise<number> {
  io.stderr.write(`pointsman: ${problem}\n`);
  return Promise.resolve(1);
}
