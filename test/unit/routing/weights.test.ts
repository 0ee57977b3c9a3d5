import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import { effectiveWeight, maxWeight, percents } from "../../../src/routing/weights.js";

const annotation = (value: string): Readonly<Record<string, string>> => ({ "iter8.tools/weight": value });
const resources = ["svc", "deploy", "cm"].map((kind) => ({ kind, namespace: "default", name: "app" }));

function weightOf(
  stated: number | undefined,
  annotations: Parameters<typeof effectiveWeight>[0]["annotations"],
): ReturnType<typeof effectiveWeight> {
  const version = { name: "v1", resources, ...(stated === undefined ? {} : { weight: stated }) };
  return effectiveWeight({ version, annotations, stored: 7, path: "versions[1]" });
}

describe("the weight of a version", () => {
  it("is 1 where nobody says anything, and the spec's where it does", () => {
    expect(weightOf(undefined, [{}, undefined])).toEqual({ weight: 1, source: "default", problems: [] });
    expect(weightOf(0, [{}])).toEqual({ weight: 0, source: "spec", problems: [] });
    expect(weightOf(80, [])).toEqual({ weight: 80, source: "spec", problems: [] });
  });

  it("is the annotation of the first resource that carries one, wherever it stands", () => {
    expect(weightOf(80, [{}, undefined, annotation("30")])).toMatchObject({
      weight: 30,
      source: "annotation",
      resource: 2,
    });
    expect(weightOf(80, [annotation("0"), annotation("30")]).weight).toBe(0);
    expect(weightOf(80, [annotation("1000000")]).weight).toBe(1_000_000);
  });

  it.each(["", " 5", "-1", "1.5", "1e3", "abc", "0x10", "1000001", "99999999", "٣"])(
    "keeps the stored weight where the annotation is %j, and says so",
    (value) => {
      const { weight, problems } = weightOf(80, [undefined, annotation(value)]);
      expect(weight).toBe(7);
      expect(problems).toHaveLength(1);
      expect(problems[0]).toMatchObject({ path: "versions[1].resources[1]" });
      expect(problems[0]?.message).toContain(`deploy app is ${JSON.stringify(value)}`);
    },
  );

  it("is an integer in its bounds, whatever is written", () => {
    fc.assert(
      fc.property(
        fc.option(fc.integer({ min: 0, max: maxWeight }), { nil: undefined }),
        fc.string(),
        (stated, text) => {
          const { weight } = weightOf(stated, [annotation(text)]);
          expect(Number.isInteger(weight) && weight >= 0 && weight <= maxWeight).toBe(true);
        },
      ),
    );
  });
});

describe("percents", () => {
  it.each([
    [[], []],
    [
      [0, 0],
      [0, 0],
    ],
    [[1], [100]],
    [
      [1, 1, 1],
      [34, 33, 33],
    ],
    [
      [2, 1],
      [67, 33],
    ],
    [
      [1, 2],
      [33, 67],
    ],
    [
      [1, 1, 1, 1, 1, 1],
      [17, 17, 17, 17, 16, 16],
    ],
    [
      [1_000_000, 1],
      [100, 0],
    ],
    [
      [0, 5, 0],
      [0, 100, 0],
    ],
  ])("of %j are %j", (weights, expected) => {
    expect(percents(weights)).toEqual(expected);
  });

  it("sum to 100, stay within one of the exact share, give zero to zero and keep the order", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: maxWeight }), { minLength: 1, maxLength: 20 }), (weights) => {
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        const shares = percents(weights);
        expect(shares.reduce((sum, share) => sum + share, 0)).toBe(total === 0 ? 0 : 100);
        weights.forEach((weight, index) => {
          const share = shares[index] ?? NaN;
          expect(Number.isInteger(share)).toBe(true);
          if (weight === 0) expect(share).toBe(0);
          if (total > 0) expect(Math.abs(share - (weight * 100) / total)).toBeLessThan(1);
          weights.forEach((other, at) => {
            if (weight > other) expect(share).toBeGreaterThanOrEqual(shares[at] ?? NaN);
          });
        });
      }),
    );
  });
});
