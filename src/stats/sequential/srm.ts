import { at, finite, nonNegative, positive, sharesOf, whole } from "../check.js";
import { StatsError } from "../errors.js";
import type { Saved } from "../json.js";
import { StateReader } from "../json.js";
import type { Evidence } from "./evidence.js";
import { evidencePValue, mergedSup } from "./evidence.js";
import { samePlan } from "./plan.js";

/** The plan of a test that counts follow intended shares. */
export interface SrmPlan {
  /** Intended shares; a batch may bring its own. */
  readonly shares: readonly number[];
  /** Requests for which the intended shares are trusted before the learned tilt takes over. */
  readonly concentration?: number;
}

/** A saved SrmEProcess. */
export interface SrmState extends Saved<"srm-e-process"> {
  readonly shares: readonly number[];
  readonly concentration: number;
  readonly seen: readonly number[];
  readonly expected: readonly number[];
  readonly logE: number;
  readonly supLogE: number;
  /** A count fell where the intended share was 0. */
  readonly impossible: boolean;
}

/**
 * The sequential test of a sample ratio mismatch, valid under shares that change with every batch. Each batch is predicted
 * by the intended shares tilted by what earlier batches showed; the one-step expectation is exactly 1 without mismatch.
 * Alarm at E ≥ 1000 (α = 0.001). Count first exposures of users, not requests of sticky ones.
 * Source: Lindon & Malek 2022 (multinomial test martingale), with a tilt in place of the Dirichlet posterior.
 */
export class SrmEProcess implements Evidence {
  private readonly seen: number[];
  private readonly expected: number[];
  private log = 0;
  private sup = 0;
  private impossible = false;

  private constructor(
    private readonly shares: readonly number[],
    private readonly concentration: number,
  ) {
    positive("concentration", concentration);
    this.seen = shares.map(() => 0);
    this.expected = shares.map(() => 0);
  }

  /** Throws StatsError on shares that do not sum to 1 and a concentration not above 0. */
  static of({ shares, concentration = 1000 }: SrmPlan): SrmEProcess {
    return new SrmEProcess(sharesOf("shares", shares), concentration);
  }

  static fromJSON(json: unknown): SrmEProcess {
    const state = new StateReader("srm-e-process", json);
    const process = SrmEProcess.of({ shares: state.numbers("shares"), concentration: state.number("concentration") });
    for (const name of ["seen", "expected"] as const) {
      const values = state.numbers(name);
      if (values.length !== process.shares.length)
        throw new StatsError(`srm-e-process.${name}`, values, "one per share");
      process[name].splice(0, values.length, ...values);
    }
    process.log = finite("srm-e-process.logE", state.number("logE"));
    process.sup = finite("srm-e-process.supLogE", state.number("supLogE"));
    process.impossible = state.boolean("impossible");
    return process;
  }

  /** Infinity once something was counted where the share was 0. */
  get logE(): number {
    return this.impossible ? Infinity : this.log;
  }

  get supLogE(): number {
    return this.impossible ? Infinity : this.sup;
  }

  get pValue(): number {
    return evidencePValue(this.supLogE);
  }

  /** All counts so far. */
  get counts(): readonly number[] {
    return this.seen;
  }

  /** What the intended shares of every batch would have given. */
  get intended(): readonly number[] {
    return this.expected;
  }

  /** Takes the counts of one batch, under the shares that were in force, and returns ln E. */
  add(counts: readonly number[], shares?: readonly number[]): number {
    const intended = shares === undefined ? this.shares : sharesOf("shares", shares);
    if (counts.length !== this.shares.length || intended.length !== this.shares.length)
      throw new StatsError("counts.length", counts.length, `${this.shares.length} counts and as many shares`);
    counts.forEach((count, index) => whole(`counts[${index}]`, count));
    const n = counts.reduce((sum, count) => sum + count, 0);
    const prior = this.concentration / counts.length;
    const tilted = intended.map((share, i) => (share * (at(this.seen, i) + prior)) / (at(this.expected, i) + prior));
    const total = tilted.reduce((sum, t) => sum + t, 0);
    counts.forEach((count, i) => {
      const share = at(intended, i);
      if (count > 0 && share === 0) this.impossible = true;
      else if (count > 0) this.log += count * Math.log(at(tilted, i) / total / share);
      this.seen[i] = at(this.seen, i) + count;
      this.expected[i] = at(this.expected, i) + n * share;
    });
    this.sup = Math.max(this.sup, this.log);
    return this.logE;
  }

  /** Takes the evidence of an independent stream (another cluster). Throws StatsError where the plans differ. */
  merge(other: SrmEProcess): this {
    samePlan("plan", [this.shares, this.concentration], [other.shares, other.concentration]);
    const sides = [this, other].map(({ seen, sup }) => ({ batches: seen.reduce((n, x) => n + x, 0), supLogE: sup }));
    this.log += other.log;
    this.impossible ||= other.impossible;
    this.seen.forEach((count, i) => (this.seen[i] = count + at(other.seen, i)));
    this.expected.forEach((count, i) => (this.expected[i] = count + at(other.expected, i)));
    this.sup = mergedSup(at(sides, 0), at(sides, 1), this.log);
    return this;
  }

  toJSON(): SrmState {
    return {
      kind: "srm-e-process",
      version: 1,
      shares: [...this.shares],
      concentration: this.concentration,
      seen: [...this.seen],
      expected: [...this.expected],
      logE: this.log,
      supLogE: this.sup,
      impossible: this.impossible,
    };
  }
}

/** Starts an SrmEProcess: `srmEProcess({shares: [0.5, 0.5]}).add([1021, 979])`. */
export function srmEProcess(plan: SrmPlan): SrmEProcess {
  return SrmEProcess.of(plan);
}
srmEProcess.fromJSON = (json: unknown): SrmEProcess => SrmEProcess.fromJSON(json);

/** Checks a list of prior parameters, all above 0, one per probability. */
export function checkPrior(alpha: readonly number[], count: number): void {
  if (alpha.length !== count) throw new StatsError("alpha.length", alpha.length, `${count} parameters`);
  alpha.forEach((a, index) => positive(`alpha[${index}]`, nonNegative(`alpha[${index}]`, a)));
}
