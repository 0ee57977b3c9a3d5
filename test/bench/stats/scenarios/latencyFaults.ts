import { at } from "../../../../src/stats/check.js";
import { Moments } from "../../../../src/stats/moments.js";
import type { Rng } from "../../../../src/stats/random.js";
import { normalDraw } from "../../../../src/stats/random.js";
import { logMeanExp } from "../../../../src/stats/sequential/evidence.js";
import { MeanEProcess } from "../../../../src/stats/sequential/mean.js";
import { TailEProcess } from "../../../../src/stats/sequential/tail.js";
import { rejection } from "../ours.js";
import { kayenta } from "../rivals/kayenta.js";
import type { Cell, Outcome } from "../scenario.js";
import type { Fault } from "./faults.js";
import { faultRows, firstJudged, harmlessGoal, minutes, perMinute } from "./faults.js";

interface LatencyFault extends Fault {
  /** A latency of the canary. */
  readonly draw: (rng: Rng) => number;
}

const sigma = 0.8;
const healthy = (rng: Rng): number => 100 * Math.exp(sigma * normalDraw(rng));

const faults: readonly LatencyFault[] = [
  { key: "latency-none", name: "latency, no fault", draw: healthy, harmless: true },
  { key: "latency-mean", name: "all requests 10 % slower", draw: (rng) => 1.1 * healthy(rng) },
  {
    key: "latency-tail",
    name: "1 % of requests 10 times as slow",
    draw: (rng) => healthy(rng) * (rng.next() < 0.01 ? 10 : 1),
  },
  {
    key: "latency-spread",
    name: "log-deviation 1.1, same mean",
    draw: (rng) => 100 * Math.exp((sigma ** 2 - 1.1 ** 2) / 2 + 1.1 * normalDraw(rng)),
  },
  {
    key: "latency-bimodal",
    name: "10 % of requests 3 times as slow",
    draw: (rng) => healthy(rng) * (rng.next() < 0.1 ? 3 : 1),
  },
];

const warmUp = 5;

/** The minute in which our two e-values, of the mean and of the tail, average to a rejection; 0 for never. */
class LatencyWatch {
  private readonly mean = MeanEProcess.of({ side: "greater" });
  private tail: TailEProcess | undefined;
  private edges: readonly number[] = [];
  private readonly first: number[] = [];
  private minute = 0;

  look(a: readonly number[], b: readonly number[]): boolean {
    this.minute += 1;
    if (this.tail !== undefined) {
      const above = (values: readonly number[]): number[] =>
        this.edges.map((edge) => values.filter((value) => value > edge).length);
      this.tail.add({ nA: a.length, aboveA: above(a), nB: b.length, aboveB: above(b) });
    } else {
      this.first.push(...a);
      if (this.minute === warmUp) this.startTail();
    }
    this.mean.add({ a: Moments.of(a), b: Moments.of(b) });
    return logMeanExp([this.mean.logE, this.tail?.logE ?? 0]) >= rejection;
  }

  private startTail(): void {
    const sorted = [...this.first].sort((x, y) => x - y);
    this.edges = [0.5, 0.9, 0.95, 0.99].map((q) => at(sorted, Math.floor(q * (sorted.length - 1))));
    this.tail = TailEProcess.of({ side: "greater", edges: this.edges });
  }
}

function watched({ draw, harmless = false }: LatencyFault, rng: Rng): Outcome {
  const ours = new LatencyWatch();
  const outcome = { ours: 0, "Kayenta, in the end": 0, ...(harmless ? { "Kayenta, each minute": 0 } : {}) };
  const [baseline, canary]: [number[], number[]] = [[], []];
  for (let minute = 1; minute <= minutes; minute++) {
    const a = Array.from({ length: perMinute }, () => healthy(rng));
    const b = Array.from({ length: perMinute }, () => draw(rng));
    if (ours.look(a, b) && outcome.ours === 0) outcome.ours = minute;
    baseline.push(Moments.of(a).mean);
    canary.push(Moments.of(b).mean);
    if (
      harmless &&
      minute >= firstJudged &&
      outcome["Kayenta, each minute"] === 0 &&
      kayenta(baseline, canary) === "High"
    )
      outcome["Kayenta, each minute"] = minute;
  }
  outcome["Kayenta, in the end"] = kayenta(baseline, canary) === "High" ? minutes : 0;
  return outcome;
}

/** The cells of scenario 7 on latencies. */
export function latencyCells(): Cell[] {
  return faults.map((fault) => ({
    key: fault.key,
    name: fault.name,
    simulate: (rng) => watched(fault, rng),
    rows: (tallies) => faultRows(tallies, (method) => (fault.harmless === true ? harmlessGoal(tallies, method) : {})),
  }));
}
