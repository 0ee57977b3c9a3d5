import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import { seededRandom } from "../../../../src/base/random.js";
import { arrivals } from "../../../../src/sandbox/load/arrivals.js";
import { Histogram } from "../../../../src/sandbox/load/histogram.js";
import type { Outcome } from "../../../../src/sandbox/load/outcome.js";
import { LoadRecord } from "../../../../src/sandbox/load/record.js";
import { pickShape } from "../../../../src/sandbox/load/shape.js";

describe("arrivals", () => {
  test("come in order, one in each interval of the rate", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(),
        (rate, jitter, seed) => {
          const due = arrivals(rate, jitter, seededRandom(seed));
          let last = 0;
          for (let number = 0; number < 100; number += 1) {
            const at = due.next().value;
            expect(at).toBeGreaterThanOrEqual(Math.max(last, (number * 1_000) / rate));
            expect(at).toBeLessThanOrEqual(((number + jitter) * 1_000) / rate);
            last = at;
          }
        },
      ),
    );
  });

  test("are the same for the same seed", () => {
    const [first, second] = [arrivals(100, 1, seededRandom(5)), arrivals(100, 1, seededRandom(5))];
    const take = (from: Generator<number>): number[] => Array.from({ length: 50 }, () => Number(from.next().value));
    expect(take(first)).toEqual(take(second));
  });
});

test("a histogram's quantiles are those of the values, to 3 %", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.02, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 300 }),
      fc.constantFrom(0.01, 0.5, 0.9, 0.99, 1),
      (values, share) => {
        const histogram = new Histogram();
        for (const value of values) histogram.add(value);
        const sorted = [...values].sort((a, b) => a - b);
        const exact = sorted[Math.max(1, Math.ceil(share * values.length)) - 1] ?? 0;
        expect(histogram.quantile(share)).toBeGreaterThanOrEqual(exact * 0.999);
        expect(histogram.quantile(share)).toBeLessThanOrEqual(exact * 1.03);
        expect(histogram.max).toBe(sorted.at(-1));
      },
    ),
  );
  expect(new Histogram().quantile(0.5)).toBe(0);
});

describe("the record of a load", () => {
  const answered = (version: string): Outcome => ({ kind: "answered", version, pod: `${version}-a` });
  const lost: Outcome = { kind: "lost", reason: "status 503" };

  function add(record: LoadRecord, outcome: Outcome, sentAt: number, endedAt: number): void {
    record.add({ id: `r-${sentAt}`, protocol: "http1", sentAt, endedAt, outcome });
  }

  test("counts by version, by reason and over time, and keeps the last answer of each version", () => {
    const record = new LoadRecord(100);
    add(record, answered("v1"), 0, 10);
    add(record, answered("v2"), 40, 260);
    add(record, answered("v1"), 50, 120);
    add(record, answered("v1"), 20, 130);
    add(record, lost, 100, 125);
    const { losses, latency, ...summary } = record.summary();
    expect(summary).toEqual({
      total: 5,
      answered: 4,
      lost: 1,
      lostByReason: { "status 503": 1 },
      versions: {
        v1: { answered: 3, last: { id: "r-20", pod: "v1-a", answeredAt: 130, lastSentAt: 50 } },
        v2: { answered: 1, last: { id: "r-40", pod: "v2-a", answeredAt: 260, lastSentAt: 40 } },
      },
      bucketMs: 100,
      buckets: [
        { at: 0, answered: { v1: 1 }, lost: 0 },
        { at: 100, answered: { v1: 2 }, lost: 1 },
        { at: 200, answered: { v2: 1 }, lost: 0 },
      ],
    });
    expect(losses).toEqual([{ id: "r-100", protocol: "http1", reason: "status 503", sentAt: 100, lostAt: 125 }]);
    expect(latency.max).toBe(220);
  });

  test("stays small however long the load, however many versions and reasons, and counts everything", () => {
    const record = new LoadRecord(1);
    const count = 20_000;
    for (let turn = 0; turn < count; turn += 1) {
      const reason = `error E${turn}` as const;
      add(record, turn % 2 === 0 ? answered(`v${turn}`) : { kind: "lost", reason }, turn, turn + 1);
    }
    const { total, losses, lostByReason, versions, buckets, bucketMs } = record.summary();
    expect(total).toBe(count);
    expect(losses).toHaveLength(1_000);
    expect(Object.keys(lostByReason).length).toBeLessThanOrEqual(201);
    expect(Object.values(lostByReason).reduce<number>((sum, many) => sum + Number(many), 0)).toBe(count / 2);
    expect(Object.keys(versions).length).toBeLessThanOrEqual(201);
    expect(buckets.length).toBeLessThanOrEqual(2_000);
    expect(bucketMs).toBe(16);
    const inBuckets = buckets.flatMap((bucket) => [bucket.lost, ...Object.values(bucket.answered)]);
    expect(inBuckets.reduce((sum, many) => sum + many, 0)).toBe(count);
  });
});

test("shapes are picked in the proportions of their shares", () => {
  const shapes = [
    { protocol: "http1", host: "a" },
    { protocol: "h2c", host: "b", share: 3 },
  ] as const;
  const picked = Array.from({ length: 100 }, (_, turn) => pickShape(shapes, turn / 100).host);
  expect(picked.filter((host) => host === "a")).toHaveLength(25);
  expect(() => pickShape([], 0)).toThrow("at least one shape");
});
