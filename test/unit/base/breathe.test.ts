import { setImmediate as afterEvents } from "node:timers";

import { describe, expect, it } from "@jest/globals";

import { Breath } from "../../../src/base/breathe.js";

describe("a breath in long work", () => {
  it("is drawn once the work since the last one has taken ten milliseconds, and not before", async () => {
    let now = 1000;
    const breath = new Breath({ monotonic: () => now });
    let turns = 0;
    afterEvents(() => (turns += 1));
    now += 9;
    await breath.draw();
    expect(turns).toBe(0);
    now += 1;
    await breath.draw();
    expect(turns).toBe(1);
    afterEvents(() => (turns += 1));
    now += 9;
    await breath.draw();
    expect(turns).toBe(1);
  });
});
