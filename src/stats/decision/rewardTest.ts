import { at } from "../check.js";
import type { Saved } from "../json.js";
import { StateReader } from "../json.js";
import type { BestArmPlan } from "../sequential/bestArm.js";
import { BestArm } from "../sequential/bestArm.js";
import { MeanEProcess } from "../sequential/mean.js";
import type { ArmBatch } from "../sequential/metric.js";
import type { EffectFigures } from "./effect.js";
import { effectFigures, effectProcess, summaryOf } from "./effect.js";

/** A saved RewardTest. */
export interface RewardState extends Saved<"reward-test"> {
  readonly best: unknown;
  readonly effects: readonly unknown[];
}

/** The search for the best version by a reward, with the effect of each candidate against the baseline. */
export class RewardTest {
  private constructor(
    readonly best: BestArm,
    private readonly processes: readonly MeanEProcess[],
  ) {}

  static of(plan: BestArmPlan): RewardTest {
    return new RewardTest(
      BestArm.of(plan),
      Array.from({ length: plan.arms - 1 }, () => effectProcess()),
    );
  }

  static fromJSON(json: unknown): RewardTest {
    const state = new StateReader("reward-test", json);
    return new RewardTest(
      BestArm.fromJSON(state.part("best")),
      state.list("effects").map((effect) => MeanEProcess.fromJSON(effect)),
    );
  }

  /** The effect of each candidate, in the order of the versions. */
  get effects(): EffectFigures[] {
    return this.processes.map(effectFigures);
  }

  /** Takes what each version did in one tick. */
  add(arms: readonly ArmBatch[]): this {
    this.best.add(arms);
    const baseline = summaryOf(at(arms, 0));
    this.processes.forEach((process, index) => process.add({ a: baseline, b: summaryOf(at(arms, index + 1)) }));
    return this;
  }

  toJSON(): RewardState {
    const effects = this.processes.map((process) => process.toJSON());
    return { kind: "reward-test", version: 1, best: this.best.toJSON(), effects };
  }
}
