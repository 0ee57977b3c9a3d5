import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import type { RunResult } from "../../../../src/sandbox/demo/result.js";
import { isPerfect } from "../../../../src/sandbox/demo/result.js";
import { story } from "../../../../src/sandbox/demo/story.js";
import { summaryJson, summaryText } from "../../../../src/sandbox/demo/summary.js";
import type { Progress } from "../../../../src/sandbox/demo/view/frame.js";
import { frame } from "../../../../src/sandbox/demo/view/frame.js";
import { fit, painter } from "../../../../src/base/paint.js";
import { Screen } from "../../../../src/sandbox/demo/view/screen.js";
import type { TrafficState } from "../../../../src/sandbox/demo/view/state.js";

const done = story.slice(0, 2).map(({ name, title }) => ({ name, title, seconds: 1.23, requests: 100, lost: 0 }));
const progress: Progress = { controller: "Pointsman", seconds: 12.34, story, done, now: story[2] };
const pods = { ready: 2, starting: 0, ending: 0 };
const version = { percent: 70, perSecond: 105, pods, isHeld: true, isDeleted: false };
const traffic: TrafficState = {
  versions: [
    { ...version, name: "v1" },
    {
      name: "v2",
      percent: 30,
      perSecond: 45,
      pods: { ready: 0, starting: 1, ending: 2 },
      isHeld: true,
      isDeleted: true,
    },
  ],
  requests: 1234,
  lost: 0,
  perSecond: 150,
  events: ["TrafficRaised: to v2"],
};

const plain = { paint: painter(false), columns: 80 };

describe("the picture of the demo", () => {
  test("shows weights as bars, requests per second, Pods, losses, the step and what the controller said", () => {
    const text = frame(progress, traffic, plain).join("\n");
    expect(text).toContain(" ✓ A primary serves  1.2 s");
    expect(text).toContain(" ▸ Traffic splits");
    expect(text).toContain(story[2]?.says);
    expect(text).toContain(` v1   70 % ${"█".repeat(14)}${"░".repeat(6)}         105  2 ready  held`);
    expect(text).toContain("1 starting, 2 ending  deleted, held");
    expect(text).toContain(" 1234 requests, 150 answered in the last second, 0 lost");
    expect(text).toContain("TrafficRaised: to v2");
  });

  test("has the same number of lines at every moment, so that one can be drawn over the other", () => {
    const nothing: TrafficState = { versions: [], requests: 0, lost: 0, perSecond: 0, events: [] };
    const first = frame({ ...progress, done: [], now: undefined }, nothing, plain);
    expect(first).toHaveLength(frame(progress, traffic, plain).length);
  });

  test("tells every step of the story whole on a terminal of 80 columns", () => {
    for (const step of story) expect(frame({ ...progress, now: step }, traffic, plain).join(" ")).toContain(step.says);
  });

  test("is never wider than the terminal, with colours or without", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 120 }), fc.boolean(), (columns, hasColours) => {
        for (const line of frame(progress, traffic, { paint: painter(hasColours), columns }))
          expect(Array.from(withoutEscapes(line)).length).toBeLessThanOrEqual(columns);
      }),
    );
  });

  test("closes its colours where a line is cut", () => {
    expect(fit(painter(true)("red", "a long word"), 3)).toBe("\u001b[31ma l\u001b[0m");
  });
});

describe("a terminal", () => {
  test("is drawn over, and gets its cursor back once", () => {
    let written = "";
    const screen = new Screen({ write: (text) => (written += text) });
    screen.begin();
    screen.draw(["a", "b"]);
    screen.draw(["c", "d"]);
    screen.end();
    screen.end();
    expect(written.split("\u001b[2A")).toHaveLength(2);
    expect(written.split("\u001b[?25h")).toHaveLength(2);
  });
});

describe("the summary", () => {
  const run: RunResult = {
    controller: "Pointsman",
    requests: 200,
    lost: 0,
    lostByReason: {},
    seconds: 2.5,
    steps: done,
  };
  const steps = done.map((step, index) => (index === 0 ? step : { ...step, lost: 9, missing: "it stayed" }));
  const other: RunResult = {
    ...run,
    controller: "Other",
    lost: 9,
    lostByReason: { "status 503": 9 },
    steps,
  };

  test("for programs begins with what was lost, and holds the other controller too", () => {
    expect(summaryJson([run])).toMatch(/^\{"lost":0,"requests":200,/);
    const json: unknown = JSON.parse(summaryJson([run, other]));
    expect(json).toMatchObject({
      lost: 0,
      steps: [{ name: "primary" }, { name: "candidate" }],
      compared: [{ controller: "Other", lost: 9, lostByReason: { "status 503": 9 } }],
    });
  });

  test("for people shows both side by side, with reasons", () => {
    const text = summaryText([run, other]);
    expect(text).toMatch(/A candidate is deployed +0 +9 \(it stayed\) +100/);
    expect(text).toContain("Pointsman lost 0 of 200 requests in 3 s.");
    expect(text).toContain("Other lost 9 of 200 requests (9 × status 503) in 3 s.");
  });

  test("is perfect only if nothing was lost and nothing is missing", () => {
    expect(isPerfect(run)).toBe(true);
    expect(isPerfect({ ...run, lost: 1 })).toBe(false);
    expect(isPerfect({ ...run, steps: other.steps })).toBe(false);
  });
});

function withoutEscapes(line: string): string {
  return line
    .split("\u001b[")
    .reduce((text, part, index) => text + (index === 0 ? part : part.replace(/^\d+m/, "")), "");
}
