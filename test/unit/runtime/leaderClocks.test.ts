import { describe, expect, test } from "@jest/globals";

import { FakeClock } from "../../support/fakeClock.js";
import { candidate } from "../../support/leaderCandidate.js";
import { MemoryLeases } from "../../support/memoryLeases.js";

describe("row 16: clocks that are wrong", () => {
  test("wall time that jumps by an hour, at the leader or at the standby, moves nothing", async () => {
    const leases = new MemoryLeases();
    const clocks = [new FakeClock(), new FakeClock()] as const;
    const [leader, standby] = [candidate(leases, clocks[0], "leader"), candidate(leases, clocks[1], "standby")];
    void leader.run();
    await pass(clocks, 500);
    void standby.run();
    for (const hours of [1, -1, -1, 1])
      for (const clock of clocks) {
        clock.setWall(clock.now() + hours * 3_600_000);
        await pass(clocks, 15_000);
      }
    expect([leader.state(), standby.states]).toEqual(["leader", [{ state: "standby" }]]);
  });

  test("a standby whose clock runs 1.5 times as fast leaves a leader alone that renews, and is early by less than a second where none does", async () => {
    const leases = new MemoryLeases();
    const clocks = [new FakeClock(), new FakeClock()] as const;
    const [leader, standby] = [candidate(leases, clocks[0], "leader"), candidate(leases, clocks[1], "standby")];
    void leader.run();
    await pass(clocks, 500, 1.5);
    void standby.run();
    await pass(clocks, 60_000, 1.5);
    expect([leader.state(), standby.state()]).toEqual(["leader", "standby"]);
    leader.wire.network = "down";
    let both = 0;
    for (let passed = 0; passed < 12_000; passed += 10) {
      await pass(clocks, 10, 1.5);
      if (leader.gate() === undefined && standby.gate() === undefined) both += 10;
    }
    expect([leader.state(), standby.state()]).toEqual(["lost", "leader"]);
    expect(both).toBeLessThan(1000);
  });

  /** Lets `ms` pass at the first clock and `rate` times as many at the second, in steps of 10 ms. */
  async function pass(clocks: readonly [FakeClock, FakeClock], ms: number, rate = 1): Promise<void> {
    for (let passed = 0; passed < ms; passed += 10) {
      await clocks[0].advance(10);
      await clocks[1].advance(10 * rate);
    }
  }
});
