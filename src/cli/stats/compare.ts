import type { Result } from "../../base/result.js";
import { fail, ok } from "../../base/result.js";
import { nearest } from "../../base/suggest.js";
import { openUnit } from "../../stats/check.js";
import type { ScalarKind } from "../../stats/sequential/metric.js";
import type { Arguments } from "../arguments.js";
import type { AnyCommand, CommandSpec } from "../command.js";
import { compareReport } from "./compareReport.js";
import type { Horizon } from "./compareTest.js";
import { certainlyBest, compareAll } from "./compareTest.js";
import type { Observations } from "./observations.js";
import { kindOf, observe } from "./observations.js";
import { fileOption, numberOption, outputOption, reporting, usage } from "./report.js";
import type { ReadInput, Source } from "./source.js";
import { readSource } from "./source.js";
import type { Row } from "./table.js";

const spec = {
  name: "stats compare",
  summary: "say whether versions differ in a rate, in events per exposure, or in a mean, and by how much",
  examples: [
    {
      line: "pointsman stats compare stable=120/2400 new=171/2390",
      does: "Compares two rates (events/trials) for one look at a time that was fixed beforehand.",
    },
    {
      line: "pointsman stats compare --kind count stable=31/7200 new=55/7150",
      does: "Compares events per exposure, such as errors per second.",
    },
    {
      line: "pointsman stats compare --kind mean stable=212.5,3600,900 new=205.1,3400,880",
      does: "Compares means: mean,variance,number of values.",
    },
    {
      line: "pointsman stats compare -f config/measurements/orders.csv --better higher",
      does: "Compares batch by batch (columns batch, version, x, n). May be looked at after every batch.",
    },
    {
      line: "pointsman stats compare -f config/measurements/latency.json -o json",
      does: "Compares raw values (version, value or a list of them) and answers as JSON.",
    },
  ],
  options: {
    file: fileOption,
    kind: {
      type: "text",
      value: "KIND",
      description: "what is compared; default by the columns, rate without a file",
      oneOf: ["rate", "count", "mean"],
    },
    baseline: {
      type: "text",
      value: "NAME",
      description: "the version the others are compared with; default the first",
    },
    better: {
      type: "text",
      value: "WHICH",
      description: "which is better; then says what is better, and which version is best",
      oneOf: ["higher", "lower"],
    },
    test: {
      type: "text",
      value: "TEST",
      description: "default always-valid where there are batches, else fixed-horizon, which allows one look",
      oneOf: ["always-valid", "fixed-horizon"],
    },
    alpha: {
      type: "text",
      value: "RATE",
      description: "part of experiments in which a difference is invented; default 0.05",
    },
    output: outputOption,
  },
  operands: { usage: "[NAME=NUMBERS…]", most: 100 },
} as const satisfies CommandSpec;

type Option = keyof typeof spec.options;

/** The command `stats compare`. */
export function compareCommand(readInput: ReadInput): AnyCommand {
  return reporting<Option>(spec, async (args) => {
    const alpha = openUnit("alpha", numberOption(args, "alpha") ?? 0.05);
    const source = await sourceOf(args, readInput);
    if (!source.ok) return fail([source.error]);
    const named = args.text("kind");
    const observed = observe(source.value, named === undefined ? kindOf(source.value.table) : kinds(named));
    if (!observed.ok) return observed;
    const observations = observed.value;
    const baseline = baselineOf(observations, args.text("baseline"));
    const horizon = horizonOf(observations, args.text("test"));
    const better = args.text("better");
    return ok(
      compareReport({
        observations,
        baseline,
        horizon,
        alpha,
        comparisons: compareAll({ observations, baseline, horizon, alpha }),
        ...(better === undefined ? {} : { lowerIsBetter: better === "lower" }),
        ...(better === undefined || horizon === "fixed-horizon"
          ? {}
          : { best: certainlyBest(observations, better === "lower", alpha) ?? null }),
      }),
    );
  });
}

function kinds(named: string): ScalarKind {
  return named === "count" || named === "mean" ? named : "binary";
}

const shapes = {
  binary: { names: ["x", "n"], separator: "/", written: "EVENTS/TRIALS", example: "stable=120/2400" },
  count: { names: ["x", "exposure"], separator: "/", written: "EVENTS/EXPOSURE", example: "stable=31/7200" },
  mean: {
    names: ["mean", "variance", "n"],
    separator: ",",
    written: "MEAN,VARIANCE,NUMBER",
    example: "stable=212.5,3600,900",
  },
} as const;

async function sourceOf(args: Arguments<Option>, readInput: ReadInput): Promise<Result<Source, string>> {
  const file = args.text("file");
  if (file !== undefined && args.operands.length > 0)
    throw usage(`both --file and ${args.operands[0] ?? ""} are given; leave one out`);
  if (file !== undefined) return readSource(file, readInput);
  if (args.operands.length === 0)
    throw usage("nothing to compare: write NAME=EVENTS/TRIALS for each version, or --file FILE");
  const { names, separator, written, example } = shapes[kinds(args.text("kind") ?? "rate")];
  const rows = args.operands.map((operand): Row => {
    const [version = "", numbers = "", ...rest] = operand.split("=");
    const parts = numbers.split(separator);
    if (version === "" || rest.length > 0 || parts.length !== names.length)
      throw usage(`${JSON.stringify(operand)} is not NAME=${written}; write for example ${example}`);
    const cells = [["version", version] as const, ...names.map((name, index) => [name, parts[index] ?? ""] as const)];
    return { cells: new Map(cells.map(([name, text]) => [name, { text }])) };
  });
  return ok({ name: args.operands.join(" "), table: { columns: ["version", ...names], rows } });
}

function baselineOf({ versions }: Observations, name: string | undefined): number {
  if (versions.length < 2) throw usage(`there is one version, ${versions.join("")}; a comparison takes two or more`);
  if (name === undefined) return 0;
  const index = versions.indexOf(name);
  if (index >= 0) return index;
  const meant = nearest(name, versions);
  const fix = meant === undefined ? `the versions are ${versions.join(", ")}` : `did you mean ${meant}?`;
  throw usage(`--baseline ${JSON.stringify(name)} is no version; ${fix}`);
}

function horizonOf({ kind, isBatched, batches }: Observations, asked: string | undefined): Horizon {
  if (asked === "fixed-horizon") return asked;
  if (asked === undefined) return isBatched ? "always-valid" : "fixed-horizon";
  if (kind !== "count" && batches.length < 2)
    throw usage(
      "--test always-valid takes at least two batches, the first one only teaches it; give batches, or use fixed-horizon",
    );
  return "always-valid";
}
