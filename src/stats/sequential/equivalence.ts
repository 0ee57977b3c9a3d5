import { at, openUnit, whole } from "../check.js";
import { StatsError } from "../errors.js";
import type { Saved } from "../json.js";
import { StateReader } from "../json.js";
import type { Summary } from "../moments.js";
import { checkSummary } from "../moments.js";
import type { Margin } from "./margin.js";
import { decodeMargin, MarginEProcess } from "./margin.js";
import { samePlan } from "./plan.js";
import { rejects } from "./evidence.js";

/** The plan of a test that several arms are equal for all practical purposes. */
export interface EquivalencePlan {
  readonly arms: number;
  /** The region of practical equivalence: a difference below it does not matter. */
  readonly rope: Margin;
  readonly lowerIsBetter?: boolean;
  /** Chance of ever calling arms equivalent that are not; default 0.05. */
  readonly alpha?: number;
}

/** Every pair has its own two certificates, so arms are not without end. */
const mostArms = 100;

/** A saved Equivalence. */
export interface EquivalenceState extends Saved<"equivalence"> {
  readonly arms: number;
  readonly rope: Margin;
  readonly lowerIsBetter: boolean;
  readonly alpha: number;
  readonly pairs: readonly unknown[];
}

/**
 * Ends a search in which no arm is best: the arms are equivalent once each is certified not to be worse than any other by
 * the region of practical equivalence. All certificates must hold together, so none needs a correction. Run it beside
 * BestArm, which decides when one arm wins. Give the moments of batches (of zeros and ones for rates).
 * Approximate as MarginEProcess is. Source: Schuirmann 1987 and Berger & Hsu 1996 (intersection–union of one-sided tests),
 * each made always valid.
 */
export class Equivalence {
  private readonly pairs: MarginEProcess[][];

  private constructor(private readonly plan: Required<EquivalencePlan>) {
    if (whole("arms", plan.arms, 2) > mostArms) throw new StatsError("arms", plan.arms, `at most ${mostArms} arms`);
    openUnit("alpha", plan.alpha);
    const { rope, lowerIsBetter } = plan;
    if (!(rope.value > 0)) throw new StatsError("rope.value", rope.value, "a number above 0");
    this.pairs = Array.from({ length: plan.arms }, () =>
      Array.from({ length: plan.arms }, () => MarginEProcess.of({ margin: rope, lowerIsBetter })),
    );
  }

  /** Throws StatsError below 2 arms, on a region not above 0, and unless 0 < alpha < 1. */
  static of({ arms, rope, lowerIsBetter = false, alpha = 0.05 }: EquivalencePlan): Equivalence {
    return new Equivalence({ arms, rope: decodeMargin(rope), lowerIsBetter, alpha });
  }

  static fromJSON(json: unknown): Equivalence {
    const state = new StateReader("equivalence", json);
    const found = Equivalence.of({
      arms: whole("equivalence.arms", state.number("arms"), 2),
      rope: decodeMargin(state.part("rope")),
      lowerIsBetter: state.boolean("lowerIsBetter"),
      alpha: state.number("alpha"),
    });
    const saved = state.list("pairs");
    const { arms } = found.plan;
    if (saved.length !== arms * (arms - 1))
      throw new StatsError("equivalence.pairs.length", saved.length, `${arms * (arms - 1)}, one per ordered pair`);
    let next = 0;
    found.eachPair((i, j) => {
      at(found.pairs, i)[j] = MarginEProcess.fromJSON(saved[next]);
      next += 1;
    });
    return found;
  }

  /** Takes the moments of one batch of each arm. Throws StatsError on impossible ones, before any is taken. */
  add(arms: readonly Summary[]): this {
    if (arms.length !== this.plan.arms) throw new StatsError("arms.length", arms.length, `${this.plan.arms} arms`);
    arms.forEach((arm, index) => checkSummary(`arms[${index}]`, arm));
    this.eachPair((i, j, test) => test.add({ a: at(arms, j), b: at(arms, i) }));
    return this;
  }

  /** Takes the evidence of an independent stream. Throws StatsError, before any is taken, where the plans or bets differ. */
  merge(other: Equivalence): this {
    samePlan("plan", this.plan, other.plan);
    const merged = Equivalence.fromJSON(this.toJSON());
    merged.eachPair((i, j, test) => test.merge(at(at(other.pairs, i), j)));
    merged.pairs.forEach((row, i) => (this.pairs[i] = row));
    return this;
  }

  /** Whether those `alive` (default all) are equivalent; false below two of them, which have nothing to be equal to. */
  equivalent(alive: readonly boolean[] = []): boolean {
    const counts = (arm: number): boolean => alive[arm] ?? true;
    let [asked, held] = [0, 0];
    this.eachPair((i, j, test) => {
      if (!counts(i) || !counts(j)) return;
      asked += 1;
      if (rejects(test, this.plan.alpha)) held += 1;
    });
    return asked > 0 && held === asked;
  }

  /** The evidence of each certificate: that arm `i` is not worse than arm `j` by the region. */
  get evidence(): { readonly i: number; readonly j: number; readonly logE: number; readonly supLogE: number }[] {
    const all: { i: number; j: number; logE: number; supLogE: number }[] = [];
    this.eachPair((i, j, { logE, supLogE }) => all.push({ i, j, logE, supLogE }));
    return all;
  }

  toJSON(): EquivalenceState {
    const pairs: unknown[] = [];
    this.eachPair((_i, _j, test) => pairs.push(test.toJSON()));
    return { kind: "equivalence", version: 1, ...this.plan, pairs };
  }

  private eachPair(visit: (i: number, j: number, test: MarginEProcess) => unknown): void {
    this.pairs.forEach((row, i) => row.forEach((test, j) => i !== j && visit(i, j, test)));
  }
}

/** Starts an Equivalence. */
export function equivalence(plan: EquivalencePlan): Equivalence {
  return Equivalence.of(plan);
}
equivalence.fromJSON = (json: unknown): Equivalence => Equivalence.fromJSON(json);
