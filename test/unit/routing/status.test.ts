import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import type { Condition, Status } from "../../../src/routing/status.js";
import { formatStatus, transitionTimes } from "../../../src/routing/status.js";

const ready = (status: Condition["status"], message = ""): Condition => ({
  type: "Ready",
  status,
  reason: "R",
  message,
});
const status = (...conditions: readonly Condition[]): Status => ({ conditions, versions: [], routes: [] });
const t0 = Date.UTC(2030, 0, 1);

describe("a published status", () => {
  it("carries the time of an unchanged condition over, so that a restart writes nothing", () => {
    const first = formatStatus(status(ready("True")), [undefined], t0);
    expect(formatStatus(status(ready("True")), [first], t0 + 60_000)).toBe(first);
  });

  it("dates a condition anew when its status changes", () => {
    const first = formatStatus(status(ready("True")), [undefined], t0);
    const second = formatStatus(status(ready("False")), [first], t0 + 60_000);
    expect(transitionTimes(second).get("Ready")).toEqual({ status: "False", time: "2030-01-01T00:01:00Z" });
  });

  it("has the earlier time where another controller dated the same change, so that both come to rest", () => {
    const [ours, theirs] = [t0 + 1000, t0].map((now) => formatStatus(status(ready("True")), [], now));
    expect(formatStatus(status(ready("True")), [ours, theirs], t0 + 60_000)).toBe(theirs);
    expect(formatStatus(status(ready("True")), [theirs, ours], t0 + 60_000)).toBe(theirs);
    const late = formatStatus(status(ready("False")), [ours, theirs], t0 + 60_000);
    expect(formatStatus(status(ready("False")), [late, theirs], t0 + 90_000)).toBe(late);
  });

  it("takes nothing but times from what is stored, and survives anything stored there", () => {
    const forged = JSON.stringify({
      conditions: [{ type: "Ready", status: "True", lastTransitionTime: "yesterday" }],
      versions: [{ name: "v9", phase: "Active" }],
    });
    expect(formatStatus(status(ready("True")), [forged], t0)).toBe(
      formatStatus(status(ready("True")), [undefined], t0),
    );
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(JSON.parse(formatStatus(status(ready("True")), [text], t0))).toMatchObject({ versions: [], routes: [] });
      }),
    );
  });

  it("is never larger than 16 KiB", () => {
    const many = Array.from({ length: 300 }, (_, i): Condition => ({
      ...ready("True", "x".repeat(400)),
      type: `C${i}`,
    }));
    const text = formatStatus(
      {
        ...status(...many),
        versions: Array.from({ length: 60 }, (_, i) => ({
          name: `v${i}`,
          phase: "Idle",
          weight: 0,
          reason: "r".repeat(200),
        })),
      },
      [],
      t0,
    );
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(16_384);
  });
});
