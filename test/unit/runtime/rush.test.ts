import { describe, expect, it } from "@jest/globals";

import { Rush } from "../../../src/runtime/rush.js";
import { FakeClock } from "../../support/fakeClock.js";

describe("a rush", () => {
  it("is eight pieces of work within a quarter of a second, and is over when that has passed", async () => {
    const clock = new FakeClock();
    const rush = new Rush(clock);
    for (let piece = 0; piece < 7; piece += 1) rush.note();
    expect(rush.on).toBe(false);
    await clock.advance(249);
    rush.note();
    expect(rush.on).toBe(true);
    await clock.advance(1);
    expect(rush.on).toBe(false);
  });

  it("goes on as long as work goes on", async () => {
    const clock = new FakeClock();
    const rush = new Rush(clock);
    for (let piece = 0; piece < 100; piece += 1) {
      rush.note();
      await clock.advance(25);
    }
    expect(rush.on).toBe(true);
    for (let piece = 0; piece < 100; piece += 1) {
      rush.note();
      await clock.advance(40);
    }
    expect(rush.on).toBe(false);
  });
});
