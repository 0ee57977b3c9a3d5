import { at } from "../../../../src/stats/check.js";
import type { Rng } from "../../../../src/stats/random.js";
import { BestArm } from "../../../../src/stats/sequential/bestArm.js";
import { figure, grouped, percent } from "../format.js";
import { meanAtMost, shareAtLeast, worse } from "../marks.js";
import type { Cell, Curve, Outcome, Row, Scenario, Tallies } from "../scenario.js";
import { tallyOf } from "../scenario.js";
import type { Counts } from "./arms.js";
import { addCounts, armBatches, drawArms, noCounts } from "./arms.js";
import type { Policy } from "./policies.js";
import { earn, learn, learnAndStop, policiesOf } from "./policies.js";

const [rounds, requests] = [200, 500];
const certifiedBy = 100;

interface Question {
  readonly key: string;
  readonly name: string;
  /** The best arm is the last, so that Iter8's baseline is not it. */
  readonly rates: readonly number[];
  readonly part: number;
  /** Has targets and the chart. */
  readonly main?: boolean;
}

const gap = (arms: number, best: number): number[] => [...Array.from({ length: arms - 1 }, () => 0.1), best];

const questions: readonly Question[] = [
  { key: "2-gap-5", name: "2 arms, +5 %", rates: gap(2, 0.105), part: 0.1 },
  { key: "2-gap-10", name: "2 arms, +10 %", rates: gap(2, 0.11), part: 0.1 },
  { key: "2-gap-20", name: "2 arms, +20 %", rates: gap(2, 0.12), part: 0.1 },
  { key: "5-gap-0", name: "5 arms, equal", rates: gap(5, 0.1), part: 0.1 },
  { key: "5-gap-10", name: "5 arms, +10 %", rates: gap(5, 0.11), part: 0.1 },
  { key: "5-gap-20", name: "5 arms, +20 %", rates: gap(5, 0.12), part: 0.5, main: true },
  { key: "10-gap-20", name: "10 arms, +20 %", rates: gap(10, 0.12), part: 0.02 },
];

/** Plays one policy: conversions lost on average, requests to the best, the round of the certificate, the final leader. */
function played(policy: Policy, { rates, main = false }: Question, rng: Rng): Record<string, number> {
  const best = Math.max(...rates);
  const search = BestArm.of({ kind: "binary", arms: rates.length });
  const outcome: Record<string, number> = {};
  let [lost, onBest, certified, wrong] = [0, 0, 0, 0];
  let totals: readonly Counts[] = noCounts(rates.length);
  let shares = policy.start(rates.length);
  let final: readonly number[] | undefined;
  for (let round = 1; round <= rounds; round++) {
    const batch = drawArms(shares, requests, rates, rng);
    totals = addCounts(totals, batch);
    batch.forEach(({ n }, i) => {
      lost += n * (best - at(rates, i));
      onBest += at(rates, i) === best ? n : 0;
    });
    if (certified === 0) {
      const winner = search.add(armBatches(batch)).winner();
      if (winner !== undefined) {
        [certified, wrong] = [round, at(rates, winner) < best || best === at(rates, 0) ? 1 : 0];
        final = rates.map((_, i) => (i === winner ? 1 : 0));
      }
    }
    if (main && round % 10 === 0) outcome[`${policy.name}@${round}`] = Math.round(lost);
    shares = policy.stops === true && final !== undefined ? final : policy.next({ totals, shares, round });
  }
  const rate = ({ n, x }: Counts): number => (n === 0 ? 0 : x / n);
  const leader = totals.reduce((lead, arm, i) => (rate(arm) > rate(at(totals, lead)) ? i : lead), 0);
  outcome[`${policy.name}, lost`] = Math.round(lost);
  outcome[`${policy.name}, on best`] = Math.round((100 * onBest) / (rounds * requests));
  outcome[`${policy.name}, certified`] = certified;
  outcome[`${policy.name}, wrong`] = wrong;
  outcome[`${policy.name}, final`] = at(rates, leader) === best ? 1 : 0;
  return outcome;
}

const yes = (value: number): boolean => value > 0;
const inTime = (round: number): boolean => round > 0 && round <= certifiedBy;

function goalOf(name: string, tallies: Tallies): Pick<Row, "target" | "mark"> {
  const lost = tallyOf(tallies, `${name}, lost`);
  if (name === earn.name) return { target: "lost ≤ 300", mark: meanAtMost(lost, 300) };
  if (name !== learn.name && name !== learnAndStop.name) return {};
  const certified = shareAtLeast(tallyOf(tallies, `${name}, certified`), inTime, 0.99);
  return { target: "lost ≤ 950, certified ≥ 99 %", mark: worse(meanAtMost(lost, 950), certified) };
}

function cellOf(question: Question): Cell {
  const { key, name, rates, part, main = false } = question;
  const policies = policiesOf(rates.length);
  return {
    key,
    name,
    part,
    simulate: (stream): Outcome =>
      Object.fromEntries(policies.flatMap((policy) => Object.entries(played(policy, question, stream.copy())))),
    rows: (tallies): Row[] =>
      policies.map((policy) => {
        const of = (what: string) => tallyOf(tallies, `${policy.name}, ${what}`);
        const onBest = of("on best").mean();
        const values = [
          figure(of("lost").mean()),
          `${grouped(onBest.value)} %`,
          percent(of("final").share(yes)),
          percent(of("certified").share(inTime)),
          percent(of("certified").share(yes)),
          of("certified").hits(yes) === 0 ? "–" : figure(of("certified").where(yes).mean()),
          percent(of("wrong").share(yes)),
        ];
        return { method: policy.name, values, ...(main ? goalOf(policy.name, tallies) : {}) };
      }),
    ...(main ? { curves: (tallies: Tallies) => regretCurves(policies, tallies) } : {}),
  };
}

function regretCurves(policies: readonly Policy[], tallies: Tallies): Curve[] {
  return policies.map(({ name }) => ({
    chart: "regret",
    name,
    points: Array.from({ length: rounds / 10 }, (_, i) => {
      const x = 10 * (i + 1);
      const { value, error } = tallyOf(tallies, `${name}@${x}`).mean();
      return { x, y: value, error };
    }),
  }));
}

/** Scenario 8. */
export const bandits: Scenario = {
  id: 8,
  title: "Traffic that goes to the better version",
  text:
    "Arms of 10 % and a last one that is better; 200 rounds of 500 requests, new shares after each. Lost are the conversions " +
    "that sending all to the best would have brought. Certified means that our best-arm test has declared a winner, under " +
    "the shares of the policy, at 5 %. Beliefs are beta laws, of more than two arms normal ones of the same mean and " +
    "deviation from 20 events an arm on. Top-two Thompson sampling keeps half of the traffic off the leader, so over all " +
    "rounds it loses about half of what could be lost, 1000 here, and cannot come below; ended by the certificate it can.",
  columns: [
    "conversions lost",
    "requests on the best",
    "leader correct in the end",
    `certified by round ${certifiedBy}`,
    `certified by round ${rounds}`,
    "round of the certificate, mean",
    "wrongly certified",
  ],
  ci: false,
  cells: () => questions.map(cellOf),
};
