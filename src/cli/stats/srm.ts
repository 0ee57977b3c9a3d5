import type { JsonObject } from "../../base/json.js";
import type { Result } from "../../base/result.js";
import { fail, ok } from "../../base/result.js";
import { openUnit, whole } from "../../stats/check.js";
import { StatsError } from "../../stats/errors.js";
import { srmEProcess } from "../../stats/sequential/srm.js";
import { srmDirichlet } from "../../stats/sequential/srmDirichlet.js";
import { srmChiSquare } from "../../stats/tests/chiSquare.js";
import type { Arguments } from "../arguments.js";
import type { AnyCommand, CommandSpec } from "../command.js";
import { chance, evidence, figure, list, percent, rows } from "./format.js";
import type { Report } from "./report.js";
import { fileOption, numberOption, outputOption, reporting, usage } from "./report.js";
import type { ReadInput, Source } from "./source.js";
import { readSource } from "./source.js";
import type { Row } from "./table.js";
import { TableReader } from "./table.js";

const spec = {
  name: "stats srm",
  summary: "say whether users arrive in the intended shares (sample ratio mismatch)",
  examples: [
    {
      line: "pointsman stats srm stable=5210/50 new=4790/50",
      does: "Compares counts with intended shares, in percent.",
    },
    {
      line: "pointsman stats srm -f config/measurements/exposures.csv",
      does: "Checks batch by batch (columns batch, version, count, share); the shares may move.",
    },
  ],
  options: {
    file: fileOption,
    alpha: {
      type: "text",
      value: "RATE",
      description: "part of experiments that is alarmed for nothing; default 0.001",
    },
    output: outputOption,
  },
  operands: { usage: "[NAME=COUNT/SHARE…]", most: 100 },
} as const satisfies CommandSpec;

type Option = keyof typeof spec.options;

/** Counts of one batch with the shares that were in force, in the order of the versions. */
interface Split {
  readonly counts: readonly number[];
  readonly shares: readonly number[];
}

/** The command `stats srm`. */
export function srmCommand(readInput: ReadInput): AnyCommand {
  return reporting<Option>(spec, async (args) => {
    const alpha = openUnit("alpha", numberOption(args, "alpha") ?? 0.001);
    const source = await sourceOf(args, readInput);
    if (!source.ok) return fail([source.error]);
    const splits = splitsOf(source.value);
    return splits.ok ? ok(reportOf(judge(splits.value, alpha), alpha)) : splits;
  });
}

async function sourceOf(args: Arguments<Option>, readInput: ReadInput): Promise<Result<Source, string>> {
  const file = args.text("file");
  const [first] = args.operands;
  if (file !== undefined && first !== undefined) throw usage(`both --file and ${first} are given; leave one out`);
  if (file !== undefined) return readSource(file, readInput);
  if (first === undefined) throw usage("nothing to check: write NAME=COUNT/SHARE for each version, or --file FILE");
  const found = args.operands.map((operand): Row => {
    const [, version = "", count = "", share = ""] = /^([^=]+)=([^/]+)\/([^/]+)$/.exec(operand) ?? [];
    if (share === "")
      throw usage(`${JSON.stringify(operand)} is not NAME=COUNT/SHARE; write for example stable=5210/50`);
    const cells = Object.entries({ version, count, share }).map(([name, text]) => [name, { text }] as const);
    return { cells: new Map(cells) };
  });
  return ok({ name: args.operands.join(" "), table: { columns: ["version", "count", "share"], rows: found } });
}

interface Splits {
  readonly versions: readonly string[];
  readonly splits: readonly Split[];
}

function splitsOf({ name, table }: Source): Result<Splits, readonly string[]> {
  const reader = new TableReader(name);
  for (const column of ["version", "count", "share"]) reader.require(table, column);
  if (reader.complaints.length > 0) return fail(reader.complaints);
  const isBatched = table.columns.includes("batch");
  const batches = new Map<string, Map<string, { row: Row; count: number; share: number }>>();
  const versions = new Set<string>();
  for (const row of table.rows) {
    const label = isBatched ? reader.text(row, "batch") : "";
    const batch = batches.get(label) ?? new Map<string, { row: Row; count: number; share: number }>();
    const version = reader.text(row, "version");
    if (batch.has(version))
      reader.refuse(row, "version", `${JSON.stringify(version)} is there twice in one batch`, "add the rows up");
    batches.set(label, batch.set(version, { row, count: countOf(reader, row), share: reader.number(row, "share") }));
    versions.add(version);
  }
  if (reader.complaints.length > 0) return fail(reader.complaints);
  const splits = [...batches].map(([label, batch]): Split => {
    const members = [...versions].map((version) => batch.get(version));
    const sum = members.reduce((total, member) => total + (member?.share ?? 0), 0);
    // Percent and parts of 1 are told apart by their sum; anything else is a mistake.
    const scale = [1, 100].find((all) => Math.abs(sum - all) <= 1e-6 * all);
    const [first] = [...batch.values()];
    const where = isBatched ? ` of batch ${JSON.stringify(label)}` : "";
    if (scale === undefined || members.some((member) => (member?.share ?? 0) < 0))
      reader.refuse(
        first?.row.cells.get("share") ?? {},
        "share",
        `the shares${where} sum to ${figure(sum)}`,
        "write shares of at least 0 that sum to 1, or to 100",
      );
    return {
      counts: members.map((member) => member?.count ?? 0),
      shares: members.map((member) => (member?.share ?? 0) / (scale ?? 1)),
    };
  });
  return reader.complaints.length > 0 ? fail(reader.complaints) : ok({ versions: [...versions], splits });
}

function countOf(reader: TableReader, row: Row): number {
  const count = reader.number(row, "count");
  try {
    return whole("count", count);
  } catch (error) {
    if (!(error instanceof StatsError)) throw error;
    reader.refuse(row.cells.get("count") ?? row, "count", `${count} is not possible`, `give ${error.expected}`);
    return 0;
  }
}

/** What was found about one experiment. */
interface Finding {
  readonly verdict: "mismatch" | "noneFound" | "noData";
  readonly versions: readonly { version: string; count: number; intended: number; arrived: number }[];
  readonly supLogE: number;
  readonly chiSquareP: number;
  readonly batches: number;
}

function judge({ versions, splits }: Splits, alpha: number): Finding {
  const shares = splits[0]?.shares ?? [1];
  const process = srmEProcess({ shares });
  for (const split of splits) process.add(split.counts, split.shares);
  const { counts } = process;
  const n = counts.reduce((sum, count) => sum + count, 0);
  const intended = n === 0 ? shares : process.intended.map((count) => count / n);
  const isOnce = splits.length === 1;
  // One batch has no earlier one to learn from; the Dirichlet mixture bets on it all the same.
  const supLogE = isOnce ? onceLogE(counts, shares) : process.supLogE;
  const chiSquareP = srmChiSquare(counts, intended);
  const isMismatch = isOnce ? chiSquareP <= alpha : supLogE >= -Math.log(alpha);
  return {
    verdict: n === 0 ? "noData" : isMismatch ? "mismatch" : "noneFound",
    versions: versions.map((version, index) => {
      const count = counts[index] ?? 0;
      return { version, count, intended: intended[index] ?? 0, arrived: n === 0 ? 0 : count / n };
    }),
    supLogE,
    chiSquareP,
    batches: splits.length,
  };
}

const verdicts = { mismatch: "mismatch", noneFound: "no mismatch found", noData: "no data" } as const;

function reportOf({ verdict, versions, supLogE, chiSquareP, batches }: Finding, alpha: number): Report {
  const pValue = Math.min(1, Math.exp(-supLogE));
  const notConcluded =
    verdict === "mismatch"
      ? ["anything else that this experiment measures, until the cause is known", "which version loses users, or why"]
      : ["that the shares are right: a small deviation takes many users to be seen"];
  const alarm = `${figure(1 / alpha)} is an alarm (p = ${chance(pValue)})`;
  return {
    lines: [
      `sample ratio: ${verdicts[verdict]}`,
      ...rows([
        ...versions.map((arm) => [arm.version, armText(arm)] as const),
        ["evidence", `E = ${evidence(supLogE)} at its largest; ${alarm}`],
        ["chi-square", `p = ${chance(chiSquareP)}, for one look`],
      ]),
      batches === 1
        ? "test: chi-square, valid for one look; looked at again and again only the evidence counts (Dirichlet mixture)"
        : "test: multinomial e-process, batch by batch, valid at every look also while the shares move",
      ...list("not to be concluded:", notConcluded),
    ],
    json: {
      command: "srm",
      verdict,
      alpha,
      batches,
      versions: versions.map((arm): JsonObject => ({ ...arm })),
      // A user where none was meant to go is infinite evidence, which JSON cannot say.
      supLogE: Math.min(supLogE, Number.MAX_VALUE),
      pValue,
      chiSquareP,
      notConcluded,
    },
  };
}

function onceLogE(counts: readonly number[], shares: readonly number[]): number {
  const alpha = shares.map((share) => Math.max(1e-3, 1000 * share));
  return Math.max(0, srmDirichlet({ probabilities: shares, alpha }).add(counts).logPosteriorOdds);
}

function armText({ count, intended, arrived }: { count: number; intended: number; arrived: number }): string {
  return `${count}, ${percent(arrived)} of all, intended ${percent(intended)}`;
}
