import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import type { Contender } from "../../../src/routing/desired.js";
import { desire, fallback } from "../../../src/routing/desired.js";

const contender = (over: Partial<Contender> = {}): Contender => ({
  listed: true,
  answer: "ready",
  standing: true,
  stillServing: false,
  weight: 1,
  stored: 0,
  share: 0,
  ...over,
});
const down: Partial<Contender> = { answer: "notReady" };

describe("the desired weights", () => {
  it("are the weights of the versions that are ready", () => {
    expect(desire([contender({ weight: 80 }), contender({ weight: 20, ...down })], false)).toEqual({
      weights: [80, 0],
      rule: "weights",
    });
  });

  it("keep a version that cannot be seen as the stored route shows it", () => {
    const versions = [contender({ weight: 50 }), contender({ weight: 50, answer: "unseen", stored: 20 })];
    expect(desire(versions, false).weights).toEqual([50, 20]);
  });

  it("give an unseen version that carries nothing nothing", () => {
    expect(desire([contender(), contender({ answer: "unseen", stored: 0 })], false).weights).toEqual([1, 0]);
  });

  it("send everything to the primary while force-primary is set and the primary is ready", () => {
    expect(desire([contender({ weight: 5 }), contender({ weight: 95 })], true)).toEqual({
      weights: [1, 0],
      rule: "force-primary",
    });
  });

  it("follow the fallback where force-primary is set and the primary is not ready", () => {
    const versions = [contender({ ...down }), contender({ stored: 3, share: 3 })];
    expect(desire(versions, true)).toEqual({ weights: [0, 3], rule: "fallback-carrying" });
  });

  it("give the primary 1 where every ready version has weight 0", () => {
    expect(desire([contender({ weight: 0 }), contender({ weight: 0 })], false)).toEqual({
      weights: [1, 0],
      rule: "fallback-primary",
    });
  });
});

describe("the fallback", () => {
  it("goes to ready versions in the proportions they already carry", () => {
    const versions = [contender(down), contender({ stored: 30, share: 30 }), contender({ stored: 10, share: 10 })];
    expect(fallback(versions)).toEqual({ weights: [0, 30, 10], rule: "fallback-carrying" });
  });

  it("never hands everybody's traffic to a canary that only its own match reaches, while the primary stands", () => {
    const versions = [contender(down), contender({ stored: 1, share: 0 })];
    expect(fallback(versions)).toEqual({ weights: [1, 0], rule: "fallback-unready-primary" });
  });

  it("goes to all ready versions in equal parts once the primary is deleting or gone", () => {
    const versions = [contender({ ...down, standing: false }), contender({ stored: 1 }), contender({ weight: 9 })];
    expect(fallback(versions)).toEqual({ weights: [0, 1, 1], rule: "fallback-any-ready" });
  });

  it("leaves a deleting version that still serves where nothing else is ready", () => {
    const versions = [
      contender({ ...down }),
      contender({ answer: "notReady", stored: 4, share: 4, standing: false, stillServing: true }),
    ];
    expect(fallback(versions)).toEqual({ weights: [0, 4], rule: "fallback-still-serving" });
  });

  it("changes nothing where nothing is ready and there is no primary", () => {
    const gone = contender({ ...down, standing: false, stored: 2 });
    expect(fallback([gone, contender({ ...down, standing: false })])).toEqual({
      weights: [2, 0],
      rule: "fallback-stored",
    });
  });

  it("passes over a version that refuses our finalizer", () => {
    const versions = [contender({ stored: 1, share: 1 }), contender({ stored: 1, share: 1 })];
    expect(fallback(versions, new Set([0])).weights).toEqual([0, 1]);
  });
});

const anyContender = fc.record({
  listed: fc.boolean(),
  answer: fc.constantFrom("ready", "notReady", "unseen"),
  standing: fc.boolean(),
  stillServing: fc.boolean(),
  weight: fc.nat(100),
  stored: fc.nat(100),
  share: fc.nat(100),
});

describe("for any versions", () => {
  it("a version that is not ready gets weight only where no version is ready to take it", () => {
    fc.assert(
      fc.property(fc.array(anyContender, { minLength: 1, maxLength: 5 }), fc.boolean(), (versions, force) => {
        const { weights, rule } = desire(versions, force);
        const primary = versions[0];
        const usable = primary?.listed === true && primary.answer === "ready";
        const raised = versions.some((v, i) => (weights[i] ?? 0) > v.stored && !(v.listed && v.answer === "ready"));
        if (usable) expect(raised).toBe(false);
        expect(weights.every((weight) => Number.isInteger(weight) && weight >= 0)).toBe(true);
        expect(weights.some((weight) => weight > 0) || rule === "fallback-none").toBe(true);
      }),
    );
  });
});
