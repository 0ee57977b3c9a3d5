import { at, openUnit, whole } from "../check.js";
import { StatsError } from "../errors.js";
import type { Saved } from "../json.js";
import { StateReader } from "../json.js";
import type { ArmBatch, ScalarKind } from "./metric.js";
import { scalarKinds } from "./metric.js";
import { PairTest } from "./pair.js";
import { samePlan } from "./plan.js";

/** The plan of a search for the best of several arms. */
export interface BestArmPlan {
  /** Not a tail: of two arms each can be the better one at some edge. */
  readonly kind: ScalarKind;
  readonly arms: number;
  /** Chance of ever declaring an arm that is not the best; default 0.05. */
  readonly alpha?: number;
  readonly lowerIsBetter?: boolean;
}

/** Every ordered pair has its own evidence, so arms are not without end. */
const mostArms = 100;

/** A saved BestArm. */
export interface BestArmState extends Saved<"best-arm"> {
  readonly metric: ScalarKind;
  readonly arms: number;
  readonly alpha: number;
  readonly lowerIsBetter: boolean;
  readonly pairs: readonly unknown[];
}

/** Evidence that arm `i` is better than arm `j`. */
export interface PairEvidence {
  readonly i: number;
  readonly j: number;
  readonly logE: number;
  readonly supLogE: number;
}

/**
 * Finds the best arm with certainty 1 − alpha, however the traffic is divided and however often one looks: arm i is
 * declared when the evidence that it beats j reaches (K − 1)/alpha for every other j. Arms that are equally good best are
 * never told apart, except with chance alpha. With one arm there is nothing to declare.
 * Source: union bound over Ville's inequality for ordered pairs (cf. Howard & Ramdas 2022, §5).
 */
export class BestArm {
  private readonly pairs: PairTest[][];

  private constructor(private readonly plan: Required<BestArmPlan>) {
    if (!scalarKinds.includes(plan.kind)) throw new StatsError("kind", plan.kind, "binary, count or mean");
    if (whole("arms", plan.arms, 1) > mostArms) throw new StatsError("arms", plan.arms, `at most ${mostArms} arms`);
    openUnit("alpha", plan.alpha);
    const side = plan.lowerIsBetter ? "less" : "greater";
    this.pairs = Array.from({ length: plan.arms }, () =>
      Array.from({ length: plan.arms }, () => PairTest.of({ kind: plan.kind, side })),
    );
  }

  /** Throws StatsError unless there is an arm and 0 < alpha < 1. */
  static of({ kind, arms, alpha = 0.05, lowerIsBetter = false }: BestArmPlan): BestArm {
    return new BestArm({ kind, arms, alpha, lowerIsBetter });
  }

  static fromJSON(json: unknown): BestArm {
    const state = new StateReader("best-arm", json);
    const best = BestArm.of({
      kind: state.text("metric", scalarKinds),
      arms: state.number("arms"),
      alpha: state.number("alpha"),
      lowerIsBetter: state.boolean("lowerIsBetter"),
    });
    const saved = state.list("pairs");
    whole("best-arm.pairs.length", saved.length, best.plan.arms * (best.plan.arms - 1));
    let next = 0;
    best.eachPair((i, j) => {
      at(best.pairs, i)[j] = PairTest.fromJSON(saved[next]);
      next += 1;
    });
    return best;
  }

  /** Takes what each arm did in one batch; an arm that did nothing has n (or exposure) 0. */
  add(arms: readonly ArmBatch[]): this {
    if (arms.length !== this.plan.arms) throw new StatsError("arms.length", arms.length, `${this.plan.arms} arms`);
    this.eachPair((i, j, test) => test.add(at(arms, j), at(arms, i)));
    return this;
  }

  /** Takes the evidence of an independent stream. Throws StatsError, before any is taken, where the plans or bets differ. */
  merge(other: BestArm): this {
    samePlan("plan", this.plan, other.plan);
    const merged = BestArm.fromJSON(this.toJSON());
    merged.eachPair((i, j, test) => test.merge(at(at(other.pairs, i), j)));
    merged.pairs.forEach((row, i) => (this.pairs[i] = row));
    return this;
  }

  /** The arm that is best among those `alive` (default all), or undefined while none is certain. */
  winner(alive: readonly boolean[] = []): number | undefined {
    const { arms, alpha } = this.plan;
    const counts = (arm: number): boolean => alive[arm] ?? true;
    const rivals = arms - 1;
    if (rivals === 0) return undefined;
    const bound = Math.log(rivals / alpha);
    for (let i = 0; i < arms; i++) {
      if (!counts(i)) continue;
      const others = at(this.pairs, i).filter((_, j) => j !== i && counts(j));
      if (others.length > 0 && others.every(({ supLogE }) => supLogE >= bound)) return i;
    }
    return undefined;
  }

  /** ln of the bound that each pair's evidence must reach. */
  get bound(): number {
    return Math.log((this.plan.arms - 1) / this.plan.alpha);
  }

  /** The evidence of every ordered pair. */
  get evidence(): PairEvidence[] {
    const all: PairEvidence[] = [];
    this.eachPair((i, j, { logE, supLogE }) => all.push({ i, j, logE, supLogE }));
    return all;
  }

  toJSON(): BestArmState {
    const pairs: unknown[] = [];
    this.eachPair((_i, _j, test) => pairs.push(test.toJSON()));
    const { kind, ...rest } = this.plan;
    return { kind: "best-arm", version: 1, metric: kind, ...rest, pairs };
  }

  private eachPair(visit: (i: number, j: number, test: PairTest) => unknown): void {
    this.pairs.forEach((row, i) => row.forEach((test, j) => i !== j && visit(i, j, test)));
  }
}

/** Starts a BestArm. */
export function bestArm(plan: BestArmPlan): BestArm {
  return BestArm.of(plan);
}
bestArm.fromJSON = (json: unknown): BestArm => BestArm.fromJSON(json);
