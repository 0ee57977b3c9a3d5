import { at } from "../../stats/check.js";
import type { Rng } from "../../stats/random.js";
import { binomialDraw, seededRng } from "../../stats/random.js";
import { BinaryEProcess } from "../../stats/sequential/binary.js";
import type { BinaryPair } from "../../stats/tests/twoProportions.js";
import { twoProportionTest } from "../../stats/tests/twoProportions.js";

/** Two versions with rates, looked at again and again; from and to are the values at the first and the last look. */
export interface Scenario {
  readonly looks: number;
  /** Requests of both versions between two looks. */
  readonly requests: number;
  /** Rate of A. */
  readonly rate: readonly [from: number, to: number];
  /** Rate of B less that of A. */
  readonly effect: number;
  /** Share of B. */
  readonly share: readonly [from: number, to: number];
  readonly alpha: number;
}

/** What both methods say at one look; rates are those of all requests so far. */
export interface Look {
  readonly look: number;
  readonly shareB: number;
  readonly rateA: number;
  readonly rateB: number;
  readonly zP: number;
  readonly logE: number;
  readonly eP: number;
}

/** The look at which each method first said "different", absent: never. */
export interface Outcome {
  readonly engine?: number;
  readonly zEachLook?: number;
  readonly zLastLook?: number;
}

/** One run of a scenario, look by look. */
export function play(scenario: Scenario, rng: Rng): Look[] {
  const process = BinaryEProcess.of({ side: "two-sided" });
  const sum = { nA: 0, xA: 0, nB: 0, xB: 0 };
  return Array.from({ length: scenario.looks }, (_, index) => {
    const batch = draw(scenario, index, rng);
    const logE = process.add(batch);
    for (const name of ["nA", "xA", "nB", "xB"] as const) sum[name] += batch[name];
    return {
      look: index + 1,
      shareB: batch.nB / scenario.requests,
      rateA: sum.nA === 0 ? 0 : sum.xA / sum.nA,
      rateB: sum.nB === 0 ? 0 : sum.xB / sum.nB,
      zP: twoProportionTest(sum).pValue,
      logE,
      eP: process.pValue,
    };
  });
}

function draw({ looks, requests, rate, effect, share }: Scenario, index: number, rng: Rng): BinaryPair {
  const part = looks === 1 ? 0 : index / (looks - 1);
  const between = ([from, to]: readonly [number, number]): number => from + (to - from) * part;
  const nB = Math.round(requests * between(share));
  const nA = requests - nB;
  const p = between(rate);
  return { nA, xA: binomialDraw(rng, nA, p), nB, xB: binomialDraw(rng, nB, p + effect) };
}

/** When each method said "different" in a run. */
export function outcome(looks: readonly Look[], alpha: number): Outcome {
  const engine = looks.find(({ eP }) => eP <= alpha)?.look;
  const zEachLook = looks.find(({ zP }) => zP <= alpha)?.look;
  const last = at(looks, looks.length - 1);
  return {
    ...(engine === undefined ? {} : { engine }),
    ...(zEachLook === undefined ? {} : { zEachLook }),
    ...(last.zP <= alpha ? { zLastLook: last.look } : {}),
  };
}

/** A seeded number of runs: the first one in full, of all of them what was said when. */
export function simulate(scenario: Scenario, runs: number, seed: number): { first: Look[]; outcomes: Outcome[] } {
  const rng = seededRng(seed);
  const first = play(scenario, rng);
  const others = Array.from({ length: runs - 1 }, () => outcome(play(scenario, rng), scenario.alpha));
  return { first, outcomes: [outcome(first, scenario.alpha), ...others] };
}
