import { describe, expect, it } from "@jest/globals";

import { explain } from "../../../../src/routing/explain/explain.js";
import type { Cause, Explanation } from "../../../../src/routing/explain/explanation.js";
import { plan } from "../../../../src/routing/plan.js";
import { situations } from "./situations.js";
import type { Situation } from "./situations/situation.js";

function explained({ world, seen }: Pick<Situation, "world" | "seen">): Explanation {
  const made = world();
  const observed = made.observe();
  const now = { monotonic: made.time, server: made.epoch };
  const shown = { ...observed, ...seen?.(observed) };
  return explain(shown, plan(shown, now), now);
}

function asked(explanation: Explanation, version: string | undefined): readonly Cause[] {
  if (version === undefined) return explanation.causes;
  return explanation.versions.find(({ name }) => name === version)?.causes ?? [];
}

describe("why", () => {
  it.each(situations)("names the true cause first where $title", (situation) => {
    const explanation = explained(situation);
    const [first] = asked(explanation, situation.version);
    const told = JSON.stringify(explanation.causes.map(({ reason, message }) => `${reason}: ${message}`));
    expect([first?.reason, told]).toEqual([situation.reason, told]);
    expect(first?.severity).toBe(situation.severity);
    expect(first?.message).toMatch(situation.says);
    if (situation.field !== undefined) expect(first?.evidence?.field).toBe(situation.field);
  });

  it("is asked about forty situations at least", () => {
    expect(situations.length).toBeGreaterThanOrEqual(40);
    expect(new Set(situations.map(({ title }) => title)).size).toBe(situations.length);
  });

  it.each(situations)("says what to do about every error where $title", (situation) => {
    const { causes, versions } = explained(situation);
    const errors = [...causes, ...versions.flatMap((version) => version.causes)].filter(
      ({ severity }) => severity === "error",
    );
    for (const { reason, fix } of errors) expect([reason, fix]).toEqual([reason, expect.any(String)]);
  });

  it.each(situations)("is plain JSON with a cause for every version where $title", (situation) => {
    const explanation = explained(situation);
    expect(JSON.parse(JSON.stringify(explanation))).toEqual(explanation);
    expect(explanation.causes.length).toBeGreaterThan(0);
    for (const version of explanation.versions) expect(version.causes.length).toBeGreaterThan(0);
  });
});
