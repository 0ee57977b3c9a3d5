import type { JsonObject } from "../../base/json.js";
import { ok } from "../../base/result.js";
import { nonNegative, positive } from "../../stats/check.js";
import type { PowerQuestion } from "../../stats/power.js";
import { minimumDetectableEffect, sampleSize, sequentialInformation, timeLeft } from "../../stats/power.js";
import type { Arguments } from "../arguments.js";
import type { AnyCommand, CommandSpec } from "../command.js";
import { figure, list, percent, rows, signed } from "./format.js";
import type { Report } from "./report.js";
import { numberOption, outputOption, reporting, usage } from "./report.js";
import { parseNumber } from "./table.js";

const spec = {
  name: "stats power",
  summary: "say how many requests a difference takes to be found, or which difference so many can find, and how long",
  examples: [
    { line: "pointsman stats power --baseline 0.10 --effect 0.01", does: "Requests to find 10 % against 11 %." },
    {
      line: "pointsman stats power --baseline 0.10 --effect 10% --rate 1200 --seen 4000",
      does: "The same with a relative effect, at 1200 requests an hour (or day) in all, of which 4000 are in.",
    },
    {
      line: "pointsman stats power --baseline 0.02 --n 5000",
      does: "The smallest difference 5000 requests a version find.",
    },
    {
      line: "pointsman stats power --kind mean --baseline 200 --variance 3600 --effect=-10",
      does: "The same for a mean, here of latencies.",
    },
  ],
  options: {
    kind: { type: "text", value: "KIND", description: "default rate", oneOf: ["rate", "mean"] },
    baseline: { type: "text", value: "NUMBER", description: "rate (between 0 and 1) or mean of version A" },
    effect: { type: "text", value: "NUMBER", description: "B − A to be found, or with % a part of the baseline" },
    n: { type: "text", value: "NUMBER", description: "requests of version A: says the smallest effect they find" },
    variance: { type: "text", value: "NUMBER", description: "variance of one value, for means" },
    alpha: { type: "text", value: "RATE", description: "chance to invent a difference; default 0.05" },
    power: { type: "text", value: "RATE", description: "chance to find a real one; default 0.8" },
    sides: { type: "text", value: "SIDES", description: "default 2", oneOf: ["1", "2"] },
    ratio: { type: "text", value: "NUMBER", description: "requests of B per request of A; default 1" },
    rate: {
      type: "text",
      value: "NUMBER",
      description: "requests of both per hour, day or whatever: says how many of those",
    },
    seen: { type: "text", value: "NUMBER", description: "requests of both that are in already; default 0" },
    output: outputOption,
  },
} as const satisfies CommandSpec;

type Option = keyof typeof spec.options;

/** What is asked, as the engine asks it. */
type Question = PowerQuestion & { readonly ratio: number; readonly sides: 1 | 2 };

/** The command `stats power`. */
export function powerCommand(): AnyCommand {
  return reporting<Option>(spec, (args) => {
    const question = questionOf(args);
    const effect = effectOf(args.text("effect"), question.baseline);
    const n = numberOption(args, "n");
    if (effect === undefined && n === undefined)
      throw usage("--effect or --n is missing; write for example --effect 0.01, or --n 5000");
    const rate = numberOption(args, "rate");
    if (rate !== undefined) positive("rate", rate);
    const seen = nonNegative("seen", numberOption(args, "seen") ?? 0);
    const sized = effect === undefined ? undefined : sizesOf(question, effect, rate, seen);
    const smallest = n === undefined ? undefined : detectable(question, n);
    return Promise.resolve(ok(reportOf(question, sized, smallest)));
  });
}

function questionOf(args: Arguments<Option>): Question {
  const kind = args.text("kind") === "mean" ? "mean" : "proportion";
  const baseline = numberOption(args, "baseline");
  if (baseline === undefined) throw usage("--baseline is missing; write for example --baseline 0.1");
  const variance = numberOption(args, "variance");
  if (kind === "mean" && variance === undefined)
    throw usage("--variance is missing; a mean needs the variance of one value, for example --variance 3600");
  return {
    kind,
    baseline,
    alpha: numberOption(args, "alpha") ?? 0.05,
    power: numberOption(args, "power") ?? 0.8,
    sides: args.text("sides") === "1" ? 1 : 2,
    ratio: numberOption(args, "ratio") ?? 1,
    ...(variance === undefined ? {} : { variance }),
  };
}

function effectOf(text: string | undefined, baseline: number): number | undefined {
  if (text === undefined) return undefined;
  const part = text.endsWith("%") ? parseNumber(text.slice(0, -1)) : undefined;
  const effect = text.endsWith("%") ? part && (part / 100) * baseline : parseNumber(text);
  if (effect === undefined) throw usage(`--effect is ${JSON.stringify(text)}; write a number, or a part such as 10%`);
  return effect;
}

/** Requests of each version, and how many of the units of `--rate` are left. */
interface Sizes {
  readonly nA: number;
  readonly nB: number;
  readonly unitsLeft?: number;
}

interface Sized {
  readonly effect: number;
  readonly fixed: Sizes;
  readonly always: Sizes;
}

function sizesOf(question: Question, effect: number, rate: number | undefined, seen: number): Sized {
  const { ratio, alpha, power, sides } = question;
  const fixed = sampleSize({ ...question, effect });
  // A bet on an effect of the size sought; a one-sided test is at most as hard as a two-sided one of twice the error.
  const mixture = { effect, tau: Math.abs(effect), alpha: sides === 1 ? Math.min(0.99, 2 * alpha) : alpha, power };
  const perInformation = varianceOf(question, effect);
  const nA = sequentialInformation(mixture) * perInformation;
  const always = { nA, nB: nA * ratio };
  if (rate === undefined) return { effect, fixed, always };
  const information = (requests: number): number => requests / (1 + ratio) / perInformation;
  const left = timeLeft({ ...mixture, information: information(seen), informationPerTick: information(rate) });
  return {
    effect,
    fixed: { ...fixed, unitsLeft: Math.max(0, fixed.nA + fixed.nB - seen) / rate },
    always: { ...always, ...(left.ticks === undefined ? {} : { unitsLeft: left.ticks }) },
  };
}

/** The variance of the difference, times the requests of A. */
function varianceOf({ kind, baseline, variance = 0, ratio }: Question, effect: number): number {
  if (kind === "mean") return variance * (1 + 1 / ratio);
  const other = baseline + effect;
  return baseline * (1 - baseline) + (other * (1 - other)) / ratio;
}

interface Detectable {
  readonly nA: number;
  readonly increase?: number;
  readonly decrease?: number;
}

function detectable(question: Question, nA: number): Detectable {
  const increase = minimumDetectableEffect({ ...question, nA, direction: "increase" });
  const decrease = minimumDetectableEffect({ ...question, nA, direction: "decrease" });
  return { nA, ...(increase === undefined ? {} : { increase }), ...(decrease === undefined ? {} : { decrease }) };
}

function reportOf(question: Question, sized: Sized | undefined, smallest: Detectable | undefined): Report {
  const { kind, baseline, alpha, power, sides } = question;
  const level = (x: number): string => (kind === "proportion" ? percent(x) : figure(x));
  const change = (x: number): string => (kind === "proportion" ? `${signed(100 * x)} points` : signed(x));
  const errors = `power ${percent(power)}, α = ${percent(alpha)}, ${sides === 2 ? "two-sided" : "one-sided"}`;
  const notConcluded = [
    ...(sized === undefined ? [] : ["how long this experiment will take, if the effect is not the one given"]),
    "anything about an effect that was found: these figures are of a plan, not of data",
  ];
  return {
    lines: [
      ...(sized === undefined
        ? []
        : [
            `to find ${level(baseline)} against ${level(baseline + sized.effect)} (${change(sized.effect)}; ${errors}):`,
            ...rows([
              ["fixed horizon", `${sizeText(sized.fixed)}, and one look at the end`],
              ["always valid", `${sizeText(sized.always)}, any number of looks; most experiments end sooner`],
            ]),
          ]),
      ...(smallest === undefined
        ? []
        : [
            `${figure(smallest.nA)} requests of A (${errors}), one look at the end, find:`,
            ...rows(
              (["increase", "decrease"] as const).map((direction) => {
                const effect = smallest[direction];
                const none = "none: it would take more requests";
                return [direction, effect === undefined ? none : `${change(effect)}, to ${level(baseline + effect)}`];
              }),
            ),
          ]),
      ...list("not to be concluded:", notConcluded),
    ],
    json: {
      command: "power",
      ...question,
      kind: kind === "mean" ? "mean" : "rate",
      ...(sized === undefined ? {} : sizedJson(sized)),
      ...(smallest === undefined ? {} : { minimumDetectableEffect: { ...smallest } }),
      notConcluded,
    },
  };
}

function sizedJson({ effect, fixed, always }: Sized): JsonObject {
  return { effect, fixedHorizon: { ...fixed }, alwaysValid: { ...always } };
}

function sizeText({ nA, nB, unitsLeft }: Sizes): string {
  const left = unitsLeft === undefined ? "" : ` (${figure(unitsLeft)} units of the rate left)`;
  return `${Math.ceil(nA)} of A and ${Math.ceil(nB)} of B${left}`;
}
