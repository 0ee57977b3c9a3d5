import { ok } from "../../base/result.js";
import { closedUnit, openUnit, whole } from "../../stats/check.js";
import type { Arguments } from "../arguments.js";
import type { AnyCommand, CommandSpec } from "../command.js";
import { chance, evidence, list, percent, rows, several, signed } from "./format.js";
import type { Report } from "./report.js";
import { numberOption, outputOption, reporting, usage } from "./report.js";
import type { Look, Outcome, Scenario } from "./simulation.js";
import { simulate } from "./simulation.js";
import type { Column } from "../table.js";
import { plainLook, table } from "../table.js";
import { parseNumber } from "./table.js";

const spec = {
  name: "stats simulate",
  summary: "show on invented data how often this engine and a z test say that two versions differ",
  examples: [
    { line: "pointsman stats simulate", does: "Two identical versions, looked at 200 times." },
    {
      line: "pointsman stats simulate --ramp 5:95 --drift 0.08:0.12",
      does: "The same while the candidate ramps from 5 to 95 % and the rate of both drifts from 8 to 12 %.",
    },
    { line: "pointsman stats simulate --effect 0.02 --runs 50", does: "A real difference: who finds it, and when." },
  ],
  options: {
    baseline: { type: "text", value: "RATE", description: "rate of A, between 0 and 1; default 0.1" },
    drift: {
      type: "text",
      value: "FROM:TO",
      description: "rate of A at the first and the last look, in place of --baseline",
    },
    effect: { type: "text", value: "NUMBER", description: "rate of B less rate of A; default 0, identical versions" },
    looks: { type: "text", value: "NUMBER", description: "how often one looks; default 200" },
    requests: { type: "text", value: "NUMBER", description: "requests of both between two looks; default 500" },
    ramp: { type: "text", value: "FROM:TO", description: "share of B in percent; default 50:50" },
    alpha: { type: "text", value: "RATE", description: "error rate both promise; default 0.05" },
    runs: { type: "text", value: "NUMBER", description: "how many experiments; default 200" },
    seed: { type: "text", value: "NUMBER", description: "the same seed gives the same numbers; default 1" },
    output: outputOption,
  },
} as const satisfies CommandSpec;

type Option = keyof typeof spec.options;

/** How many looks in all are still a matter of seconds. */
const mostLooks = 5_000_000;

/** The command `stats simulate`. */
export function simulateCommand(): AnyCommand {
  return reporting<Option>(spec, (args) => {
    const scenario = scenarioOf(args);
    const runs = whole("runs", numberOption(args, "runs") ?? 200, 1);
    const seed = whole("seed", numberOption(args, "seed") ?? 1);
    if (runs * scenario.looks > mostLooks)
      throw usage(`--runs ${runs} of --looks ${scenario.looks} are more than ${mostLooks} looks; take fewer`);
    return Promise.resolve(ok(reportOf(scenario, seed, simulate(scenario, runs, seed))));
  });
}

function scenarioOf(args: Arguments<Option>): Scenario {
  const baseline = numberOption(args, "baseline") ?? 0.1;
  const rate = rangeOption(args, "drift") ?? [baseline, baseline];
  const effect = numberOption(args, "effect") ?? 0;
  for (const p of rate) {
    openUnit(args.text("drift") === undefined ? "baseline" : "drift", p);
    openUnit(`${args.text("drift") === undefined ? "baseline" : "drift"} + effect`, p + effect);
  }
  const [from, to] = rangeOption(args, "ramp") ?? [50, 50];
  return {
    looks: whole("looks", numberOption(args, "looks") ?? 200, 1),
    requests: whole("requests", numberOption(args, "requests") ?? 500, 1),
    rate,
    effect,
    share: [percentOf(from), percentOf(to)],
    alpha: openUnit("alpha", numberOption(args, "alpha") ?? 0.05),
  };
}

function percentOf(share: number): number {
  if (!(share >= 0 && share <= 100)) throw usage(`--ramp has the share ${share}; write percent from 0 to 100`);
  return closedUnit("ramp", share / 100);
}

function rangeOption(args: Arguments<Option>, name: "drift" | "ramp"): readonly [number, number] | undefined {
  const text = args.text(name);
  if (text === undefined) return undefined;
  const [from, to, ...rest] = text.split(":").map(parseNumber);
  if (from === undefined || to === undefined || rest.length > 0)
    throw usage(
      `--${name} is ${JSON.stringify(text)}; write FROM:TO, for example ${name === "ramp" ? "5:95" : "0.08:0.12"}`,
    );
  return [from, to];
}

const methods = [
  ["engine", "e-process, every look"],
  ["zEachLook", "z test, every look"],
  ["zLastLook", "z test, last look only"],
] as const;

interface Simulated {
  readonly first: readonly Look[];
  readonly outcomes: readonly Outcome[];
}

/** How often one method said "different", with the Monte-Carlo error, and at which look in the middle. */
function tally(outcomes: readonly Outcome[], method: keyof Outcome) {
  const looks = outcomes.flatMap((outcome) => outcome[method] ?? []).sort((a, b) => a - b);
  const part = looks.length / outcomes.length;
  const medianLook = looks[looks.length >> 1] ?? null;
  return { part, standardError: Math.sqrt((part * (1 - part)) / outcomes.length), medianLook };
}

function reportOf(scenario: Scenario, seed: number, { first, outcomes }: Simulated): Report {
  const { effect, alpha } = scenario;
  const said = methods.map(([method, name]) => ({ method, name, ...tally(outcomes, method) }));
  const meaning = effect === 0 ? "a false alarm: the versions are identical" : "right: the versions differ";
  const notConcluded = [
    "how your own data behave: the requests here are independent, and nothing but what was asked for moves",
  ];
  const summary = said.map(({ name, part, standardError, medianLook }) => {
    const when = medianLook === null ? "" : `, in the middle at look ${medianLook}`;
    return [name, `${percent(part)} ± ${percent(Number(standardError.toPrecision(1)))}${when}`] as const;
  });
  return {
    lines: [
      describe(scenario),
      `${several(outcomes.length, "run", "runs")} with seed ${seed}; said "different" at α = ${percent(alpha)} (${meaning}):`,
      ...rows(summary),
      "the first run, rates of all requests so far:",
      ...describeLooks(first),
      ...list("not to be concluded:", notConcluded),
    ],
    json: {
      command: "simulate",
      ...scenario,
      rate: [...scenario.rate],
      share: [...scenario.share],
      seed,
      runs: outcomes.length,
      saidDifferent: Object.fromEntries(said.map(({ method, name: _, ...rest }) => [method, rest])),
      firstRun: first.map((look) => ({ ...look })),
      notConcluded,
    },
  };
}

function describe({ looks, requests, rate, effect, share }: Scenario): string {
  const moves = ([from, to]: readonly [number, number]): string =>
    from === to ? percent(from) : `${percent(from)} to ${percent(to)}`;
  const difference = effect === 0 ? "B the same" : `B ${signed(100 * effect)} points`;
  return `${several(looks, "look", "looks")}, ${requests} requests before each, rate of A ${moves(rate)}, ${difference}, share of B ${moves(share)}`;
}

const columns = ["look", "share B", "rate A", "rate B", "p of z", "our E", "our p"].map((heading): Column => {
  return { heading, align: "right" };
});

/** About ten looks of a run. */
function describeLooks(looks: readonly Look[]): readonly string[] {
  const step = Math.max(1, Math.ceil(looks.length / 10));
  const shown = looks.filter(({ look }) => look === 1 || look % step === 0 || look === looks.length);
  const rate = (x: number): string => `${(100 * x).toFixed(2)} %`;
  const cells = shown.map(({ look, shareB, rateA, rateB, zP, logE, eP }) => {
    return [look, percent(shareB), rate(rateA), rate(rateB), chance(zP), evidence(logE), chance(eP)];
  });
  return table(columns, cells, { ...plainLook, indent: 2 });
}
