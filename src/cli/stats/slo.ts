import type { JsonObject } from "../../base/json.js";
import type { Result } from "../../base/result.js";
import { fail, ok } from "../../base/result.js";
import { rateSequence } from "../../stats/sequential/rateSequence.js";
import type { SloDirection, SloPlan, SloVerdict } from "../../stats/sequential/slo.js";
import { sloTest } from "../../stats/sequential/slo.js";
import type { Arguments } from "../arguments.js";
import type { AnyCommand, CommandSpec } from "../command.js";
import { evidence, figure, list, percent, rows } from "./format.js";
import { refuseImpossible } from "./observations.js";
import type { Report } from "./report.js";
import { fileOption, numberOption, outputOption, reporting, usage } from "./report.js";
import type { ReadInput, Source } from "./source.js";
import { readSource } from "./source.js";
import type { Row } from "./table.js";
import { TableReader } from "./table.js";

const spec = {
  name: "stats slo",
  summary: "say whether a rate keeps its limit: satisfied, violated, undecided, or no data",
  examples: [
    {
      line: "pointsman stats slo --limit 0.01 3/500 9/480 14/510",
      does: "Judges three checks (errors/requests) against an error rate of at most 1 %.",
    },
    {
      line: "pointsman stats slo --limit 0.01 -f config/measurements/errors.csv",
      does: "Judges every version of a file (columns bad, n and, if there are several, version), a row a check.",
    },
    {
      line: "pointsman stats slo --limit 0.99 --direction at-least 495/500 476/480",
      does: "Judges a success rate; what counts is then what succeeded.",
    },
  ],
  options: {
    file: fileOption,
    limit: {
      type: "text",
      value: "RATE",
      description: "the limit, between 0 and 1; for p99 at most L count what exceeds L, with 0.01",
    },
    direction: {
      type: "text",
      value: "WHICH",
      description: "default at-most",
      oneOf: ["at-most", "at-least"],
    },
    alpha: { type: "text", value: "RATE", description: "error rate of either verdict over all checks; default 0.05" },
    "min-requests": { type: "text", value: "NUMBER", description: "fewer requests are no data; default 50" },
    output: outputOption,
  },
  operands: { usage: "[COUNTED/REQUESTS…]", most: 10_000 },
} as const satisfies CommandSpec;

type Option = keyof typeof spec.options;

/** One check of one version. */
interface Check {
  readonly n: number;
  readonly bad: number;
}

/** The command `stats slo`. */
export function sloCommand(readInput: ReadInput): AnyCommand {
  return reporting<Option>(spec, async (args) => {
    const limit = numberOption(args, "limit");
    if (limit === undefined) throw usage("--limit is missing; write for example --limit 0.01");
    const direction = args.text("direction") === "at-least" ? "at-least" : "at-most";
    const alpha = numberOption(args, "alpha") ?? 0.05;
    const minRequests = numberOption(args, "min-requests") ?? 50;
    const source = await sourceOf(args, readInput);
    if (!source.ok) return fail([source.error]);
    const checks = checksOf(source.value);
    if (!checks.ok) return checks;
    const plan = { limit, direction, alpha, minRequests } as const;
    return ok(
      reportOf(
        plan,
        [...checks.value].map(([version, all]) => judge(plan, version, all)),
      ),
    );
  });
}

async function sourceOf(args: Arguments<Option>, readInput: ReadInput): Promise<Result<Source, string>> {
  const file = args.text("file");
  const [first] = args.operands;
  if (file !== undefined && first !== undefined) throw usage(`both --file and ${first} are given; leave one out`);
  if (file !== undefined) return readSource(file, readInput);
  if (first === undefined) throw usage("nothing to judge: write COUNTED/REQUESTS for each check, or --file FILE");
  const checks = args.operands.map((operand): Row => {
    const [bad = "", n = "", ...rest] = operand.split("/");
    if (bad === "" || n === "" || rest.length > 0)
      throw usage(`${JSON.stringify(operand)} is not COUNTED/REQUESTS; write for example 3/500`);
    return { cells: new Map(Object.entries({ bad: { text: bad }, n: { text: n } })) };
  });
  return ok({ name: args.operands.join(" "), table: { columns: ["bad", "n"], rows: checks } });
}

function checksOf({ name, table }: Source): Result<ReadonlyMap<string, readonly Check[]>, readonly string[]> {
  const reader = new TableReader(name);
  for (const column of ["bad", "n"]) reader.require(table, column);
  if (reader.complaints.length > 0) return fail(reader.complaints);
  const versions = new Map<string, Check[]>();
  for (const row of table.rows) {
    const before = reader.complaints.length;
    const version = table.columns.includes("version") ? reader.text(row, "version") : "";
    const check = { bad: reader.number(row, "bad"), n: reader.number(row, "n") };
    if (reader.complaints.length === before)
      refuseImpossible(reader, row, { kind: "binary", x: check.bad, n: check.n }, "binary", { x: "bad" });
    const checks = versions.get(version);
    if (checks === undefined) versions.set(version, [check]);
    else checks.push(check);
  }
  return reader.complaints.length > 0 ? fail(reader.complaints) : ok(versions);
}

/** One version against the limit. */
interface Judgement {
  readonly version: string;
  readonly verdict: SloVerdict;
  readonly checks: number;
  /** The check (from 1) that brought the verdict. */
  readonly decidedAt?: number;
  readonly n: number;
  readonly bad: number;
  readonly low: number;
  readonly high: number;
  readonly logE: { readonly above: number; readonly below: number };
  readonly probabilitySatisfied: number;
  readonly requestsNeeded?: number;
}

function judge(plan: Required<SloPlan>, version: string, checks: readonly Check[]): Judgement {
  const test = sloTest(plan);
  let decidedAt: number | undefined;
  let verdict = test.verdict;
  for (const [index, check] of checks.entries()) {
    const now = test.add(check).verdict;
    if (now !== verdict) decidedAt = now === "satisfied" || now === "violated" ? index + 1 : undefined;
    verdict = now;
  }
  const { totals, evidence: logE, probabilitySatisfied, requestsNeeded } = test;
  return {
    version,
    verdict,
    checks: checks.length,
    ...(decidedAt === undefined ? {} : { decidedAt }),
    ...totals,
    ...rateSequence({ x: totals.bad, n: totals.n }, { alpha: plan.alpha }),
    logE,
    probabilitySatisfied,
    ...(requestsNeeded === undefined ? {} : { requestsNeeded }),
  };
}

function reportOf(plan: Required<SloPlan>, judgements: readonly Judgement[]): Report {
  const notes = notConcluded(judgements);
  return {
    lines: [
      ...judgements.flatMap((judgement) => describe(plan, judgement)),
      "test: mixture of likelihood ratios, exact, valid after every check",
      ...list("not to be concluded:", notes),
    ],
    json: {
      command: "slo",
      ...plan,
      versions: judgements.map(({ version, ...rest }): JsonObject => {
        return { ...(version === "" ? {} : { version }), ...rest, logE: { ...rest.logE } };
      }),
      notConcluded: notes,
    },
  };
}

const sides: Readonly<Record<SloDirection, string>> = { "at-most": "at most", "at-least": "at least" };

function describe({ limit, direction, alpha }: Required<SloPlan>, judgement: Judgement): string[] {
  const { version, verdict, checks, decidedAt, n, bad, low, high, logE, requestsNeeded } = judgement;
  const when = decidedAt === undefined ? "" : ` at check ${decidedAt} of ${checks}`;
  const who = version === "" ? "" : `${version}: `;
  const rate = n === 0 ? "no requests" : `${percent(bad / n)} (${bad} of ${n})`;
  const interval = `${percent(1 - alpha)} interval ${percent(low)} to ${percent(high)}`;
  const needed =
    verdict === "noData" ? "more requests until there can be a verdict" : "more requests, if the rate stays";
  return [
    `${who}${sides[direction]} ${percent(limit)}: ${verdict === "noData" ? "no data" : verdict}${when}`,
    ...rows([
      ["rate", n === 0 ? rate : `${rate}, ${interval}`],
      [
        "evidence",
        `above the limit E = ${evidence(logE.above)}, below it E = ${evidence(logE.below)}; ${figure(1 / alpha)} decides`,
      ],
      ["P(kept)", `${figure(judgement.probabilitySatisfied)}, to look at, not to stop on`],
      ...(requestsNeeded === undefined ? [] : [["needed", `about ${requestsNeeded} ${needed}`] as const]),
    ]),
  ];
}

function notConcluded(judgements: readonly Judgement[]): string[] {
  const verdicts = new Set(judgements.map(({ verdict }) => verdict));
  return [
    ...(verdicts.has("satisfied")
      ? ["that a satisfied limit will be kept from now on: begin anew after a change"]
      : []),
    ...(verdicts.has("undecided")
      ? ["that an undecided limit is nearly broken: the rate is near it, or requests were few"]
      : []),
    ...(verdicts.has("noData") ? ["that no data are no errors"] : []),
    "anything, if errors come in bursts: count minutes with errors then",
  ];
}
