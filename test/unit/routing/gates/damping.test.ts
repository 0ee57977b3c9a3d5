import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import { stableSince } from "../../../../src/routing/gates/damping.js";
import type { Verdict } from "../../../../src/routing/gates/verdict.js";

const now = 1_000_000;

function verdicts(...times: readonly (number | undefined)[]): readonly Verdict[] {
  return times.map((since) => ({
    answer: "ready",
    gate: "g",
    reason: "R",
    message: "m",
    resource: "r",
    ...(since === undefined ? {} : { since }),
  }));
}

describe("an answer", () => {
  it("is stable since it was first seen where that is later than every transition", () => {
    expect(stableSince(verdicts(100, 200), { since: 900, initial: false }, now)).toBe(900);
  });

  it("is stable since the latest transition where that is later than the first sight", () => {
    expect(stableSince(verdicts(100, 950, undefined), { since: 900, initial: false }, now)).toBe(950);
  });

  it("of the initial list is stable since its transitions alone, so that a restart does not wait again", () => {
    expect(stableSince(verdicts(100, 200), { since: 999_999, initial: true }, now)).toBe(200);
    expect(stableSince(verdicts(undefined), { since: 999_999, initial: true }, now)).toBe(0);
  });

  it("counts a transition in the future as the moment it was first seen", () => {
    expect(stableSince(verdicts(now + 60_000), { since: 900, initial: false }, now)).toBe(900);
    expect(stableSince(verdicts(now + 60_000), { since: 900, initial: true }, now)).toBe(900);
  });

  it("is new where it was never sighted", () => {
    expect(stableSince(verdicts(100), undefined, now)).toBe(now);
  });

  it("is never stable since a time to come", () => {
    const time = fc.integer({ min: 0, max: 2 * now });
    const sighting = fc.option(fc.record({ since: time, initial: fc.boolean() }), { nil: undefined });
    fc.assert(
      fc.property(fc.array(fc.option(time, { nil: undefined })), sighting, (times, seen) => {
        expect(stableSince(verdicts(...times), seen, now)).toBeLessThanOrEqual(now);
      }),
    );
  });
});
