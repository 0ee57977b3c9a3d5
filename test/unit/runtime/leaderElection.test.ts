import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import { seededRandom } from "../../../src/base/random.js";
import { LeaderElection } from "../../../src/runtime/leaderElection.js";
import { FakeClock, settle } from "../../support/fakeClock.js";
import { candidate } from "../../support/leaderCandidate.js";
import type { Network } from "../../support/memoryLeases.js";
import { MemoryLeases } from "../../support/memoryLeases.js";

function pair() {
  const leases = new MemoryLeases();
  const clock = new FakeClock();
  return { leases, clock, first: candidate(leases, clock, "first"), second: candidate(leases, clock, "second") };
}

describe("taking the lease", () => {
  test("a lone candidate creates it and leads at once, without a predecessor", async () => {
    const { leases, clock, first } = pair();
    expect(first.gate()).toBe("this process is not the leader");
    void first.run();
    await settle();
    expect(first.states).toEqual([{ state: "standby" }, { state: "leader", since: 0, term: 0, predecessor: false }]);
    expect(first.gate()).toBeUndefined();
    expect(leases.record).toMatchObject({
      holderIdentity: "first",
      leaseDurationSeconds: 10,
      acquireTime: "2030-01-01T00:00:00.000000Z",
      leaseTransitions: 0,
    });
    await clock.advance(5000);
    expect(leases.record?.acquireTime).toBe("2030-01-01T00:00:00.000000Z");
    expect(leases.record?.renewTime).toBe("2030-01-01T00:00:05.000000Z");
  });

  test("of two candidates that start together exactly one leads, and the other stays standby", async () => {
    const { clock, first, second } = pair();
    void first.run();
    void second.run();
    await clock.advance(30_000);
    expect([first.state(), second.state()].sort()).toEqual(["leader", "standby"]);
    expect([first.gate(), second.gate()].filter((reason) => reason === undefined)).toHaveLength(1);
  });

  test("somebody else's edit of the Lease does not end the leadership", async () => {
    const { leases, clock, first } = pair();
    void first.run();
    await clock.advance(2000);
    leases.touch();
    await clock.advance(20_000);
    expect(first.state()).toBe("leader");
    expect(first.errors).toEqual([]);
  });

  test("a deleted Lease is created again by its leader; a standby waits as if it were still there", async () => {
    const { leases, clock, first, second } = pair();
    void first.run();
    await clock.advance(100);
    void second.run();
    await clock.advance(2000);
    leases.record = undefined;
    await clock.advance(20_000);
    expect(first.state()).toBe("leader");
    expect(second.states).toEqual([{ state: "standby" }]);
    expect(new Set(leases.writers)).toEqual(new Set(["first"]));
  });

  test("a reply that is lost does not lose the lease: the next try finds it is ours", async () => {
    const { leases, clock, first } = pair();
    first.wire.network = "loses replies";
    void first.run();
    await clock.advance(3000);
    expect(leases.record?.holderIdentity).toBe("first");
    expect(first.state()).toBe("standby");
    first.wire.network = "up";
    await clock.advance(1000);
    expect(first.state()).toBe("leader");
    first.wire.network = "loses replies";
    await clock.advance(3500);
    first.wire.network = "up";
    await clock.advance(20_000);
    expect(first.state()).toBe("leader");
  });
});

describe("expiry", () => {
  test("a standby takes over 10 s after the last renewal it saw, as the next term, with a predecessor", async () => {
    const { leases, clock, first, second } = pair();
    void first.run();
    await clock.advance(500);
    void second.run();
    await clock.advance(4500);
    first.wire.network = "down";
    await clock.advance(9000);
    expect(first.state()).toBe("lost");
    expect(second.state()).toBe("standby");
    await clock.advance(3000);
    expect(second.states.at(-1)).toMatchObject({ state: "leader", term: 1, predecessor: true });
    expect(leases.record).toMatchObject({ holderIdentity: "second", leaseTransitions: 1 });
  });

  test("the times inside the record mean nothing: a holder whose clock is a day behind is not pushed out", async () => {
    const { leases, clock, first, second } = pair();
    void first.run();
    await clock.advance(100);
    clock.setWall(clock.now() + 86_400_000);
    void second.run();
    for (let second_ = 0; second_ < 30; second_++) {
      await clock.advance(1000);
      leases.touch({ renewTime: "2001-01-01T00:00:00.000000Z" });
    }
    expect(second.states).toEqual([{ state: "standby" }]);
    expect(first.state()).toBe("leader");
  });

  test("a foreign record cannot ask for a lease without end", async () => {
    const { leases, clock, first, second } = pair();
    void first.run();
    await clock.advance(100);
    first.wire.network = "hangs";
    leases.touch({ leaseDurationSeconds: 1e9, holderIdentity: "gone" });
    void second.run();
    await clock.advance(59_000);
    expect(second.state()).toBe("standby");
    await clock.advance(3000);
    expect(second.state()).toBe("leader");
  });
});

describe("losing it", () => {
  test.each<Network>(["down", "hangs", "loses replies"])(
    "7 s after the start of the last renewal that succeeded, with the network %s",
    async (network) => {
      const { clock, first } = pair();
      const ended = first.run();
      await clock.advance(3000);
      first.wire.network = network;
      await clock.advance(6999);
      expect(first.gate()).toBeUndefined();
      await clock.advance(1);
      expect(first.gate()).toBe("this process is not the leader");
      await expect(ended).resolves.toEqual({ state: "lost", reason: "the lease could not be renewed for 7000 ms" });
      expect(clock.pending).toBe(0);
    },
  );

  test("at once when another is seen to hold it", async () => {
    const { leases, clock, first } = pair();
    const ended = first.run();
    await clock.advance(1500);
    leases.touch({ holderIdentity: "usurper" });
    await clock.advance(1000);
    await expect(ended).resolves.toEqual({ state: "lost", reason: "usurper holds the lease" });
    expect(leases.record?.holderIdentity).toBe("usurper");
  });

  test("is final: the network coming back changes nothing", async () => {
    const { clock, first } = pair();
    void first.run();
    await clock.advance(1000);
    first.wire.network = "down";
    await clock.advance(8000);
    first.wire.network = "up";
    await clock.advance(60_000);
    expect(first.states.map(({ state }) => state)).toEqual(["standby", "leader", "lost"]);
    expect(first.gate()).toBeDefined();
  });

  test("every failed renewal is reported", async () => {
    const { clock, first } = pair();
    void first.run();
    await clock.advance(500);
    first.wire.network = "down";
    await clock.advance(3000);
    expect(first.errors.map(({ reason }) => reason)).toEqual([
      "ConnectionRefused",
      "ConnectionRefused",
      "ConnectionRefused",
    ]);
  });
});

describe("a leader that was stopped and continued", () => {
  /** A clock that can jump without its timers firing, as a stopped process sees it. */
  class StoppableClock extends FakeClock {
    private jumped = 0;
    override monotonic(): number {
      return super.monotonic() + this.jumped;
    }
    jump(ms: number): void {
      this.jumped += ms;
    }
  }

  test("finds its gate closed before any timer has fired, and then gives up", async () => {
    const clock = new StoppableClock();
    const leases = new MemoryLeases();
    const first = candidate(leases, clock, "first");
    const ended = first.run();
    await clock.advance(2500);
    expect(first.gate()).toBeUndefined();
    clock.jump(60_000);
    expect(first.gate()).toBe("the lease was last renewed 60500 ms ago");
    const writes = leases.writers.length;
    await clock.advance(1000);
    await expect(ended).resolves.toMatchObject({ state: "lost" });
    expect(leases.writers).toHaveLength(writes);
  });

  test("a renewal that was under way when it was stopped does not open the gate, though it succeeded", async () => {
    const clock = new StoppableClock();
    const leases = new MemoryLeases();
    const real = leases.candidate("first");
    let reply: (() => void) | undefined;
    const election = new LeaderElection({
      store: {
        ...real,
        update: async (record, signal) => {
          const written = await real.update(record, signal);
          await new Promise<void>((resolve) => (reply = resolve));
          return written;
        },
      },
      identity: "first",
      clock,
      random: seededRandom(1),
    });
    const ended = election.run(new AbortController().signal);
    await clock.advance(1000);
    expect(reply).toBeDefined();
    clock.jump(60_000);
    reply?.();
    await settle();
    expect(election.writeGate()).toBeDefined();
    await clock.advance(7000);
    await expect(ended).resolves.toMatchObject({ state: "lost" });
  });

  test("an acquisition that was under way when it was stopped is not leadership", async () => {
    const clock = new StoppableClock();
    const leases = new MemoryLeases();
    const real = leases.candidate("first");
    const election = new LeaderElection({
      store: {
        ...real,
        create: async (record, signal) => {
          const written = await real.create(record, signal);
          clock.jump(60_000);
          return written;
        },
      },
      identity: "first",
      clock,
      random: seededRandom(1),
    });
    const states: string[] = [];
    election.leadership$.subscribe(({ state }) => states.push(state));
    void election.run(new AbortController().signal);
    await settle();
    expect(states).toEqual(["standby"]);
    await clock.advance(1000);
    expect(states).toEqual(["standby", "leader"]);
    expect(election.writeGate()).toBeUndefined();
  });
});

describe("giving it back", () => {
  test("at shutdown the gate closes, the record is emptied, and a standby leads within a second", async () => {
    const { leases, clock, first, second } = pair();
    const ended = first.run();
    await clock.advance(100);
    void second.run();
    await clock.advance(3000);
    first.stop.abort();
    await settle();
    expect(first.gate()).toBe("this process is not the leader");
    expect(leases.record).toMatchObject({ holderIdentity: "", leaseDurationSeconds: 1 });
    await expect(ended).resolves.toEqual({ state: "released" });
    await clock.advance(1000);
    expect(second.states.at(-1)).toMatchObject({ state: "leader", term: 1, predecessor: true });
  });

  test("a standby gives nothing back", async () => {
    const { leases, clock, first, second } = pair();
    void first.run();
    await clock.advance(100);
    const ended = second.run();
    await clock.advance(2000);
    second.stop.abort();
    await expect(ended).resolves.toEqual({ state: "released" });
    expect(leases.record?.holderIdentity).toBe("first");
  });

  test("finds and gives back a lease whose acquisition was still under way", async () => {
    const { leases, first } = pair();
    first.wire.network = "loses replies";
    leases.record = {
      holderIdentity: "",
      leaseDurationSeconds: 1,
      acquireTime: "",
      renewTime: "",
      leaseTransitions: 3,
      resourceVersion: "0",
    };
    const ended = first.run();
    await settle();
    expect(leases.record.holderIdentity).toBe("first");
    expect(first.state()).toBe("standby");
    first.wire.network = "up";
    first.stop.abort();
    await expect(ended).resolves.toEqual({ state: "released" });
    expect(leases.record.holderIdentity).toBe("");
  });

  test("copes with a renewal under way, and with an edit in between", async () => {
    const { leases, clock, first } = pair();
    const ended = first.run();
    await clock.advance(500);
    first.wire.network = "loses replies";
    await clock.advance(1000);
    leases.touch();
    first.wire.network = "up";
    first.stop.abort();
    await expect(ended).resolves.toEqual({ state: "released" });
    expect(leases.record?.holderIdentity).toBe("");
  });

  test("takes at most 1.5 s where nobody answers", async () => {
    const { clock, first } = pair();
    let ended = false;
    void first.run().then(() => (ended = true));
    await clock.advance(500);
    first.wire.network = "hangs";
    first.stop.abort();
    await clock.advance(1500);
    expect(ended).toBe(true);
    expect(clock.pending).toBe(0);
  });
});

describe("whatever the network does", () => {
  test("two gates are never open at once, and a healthy candidate leads in the end", async () => {
    const network = fc.constantFrom<Network>("up", "up", "down", "hangs", "loses replies");
    const step = fc.record({ who: fc.nat(2), network, ms: fc.integer({ min: 100, max: 6000 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const leases = new MemoryLeases();
        const clock = new FakeClock();
        const all = ["a", "bb", "ccc"].map((name) => candidate(leases, clock, name));
        for (const one of all) void one.run();
        const check = (): void => {
          expect(all.filter((one) => one.gate() === undefined).length).toBeLessThanOrEqual(1);
        };
        for (const { who, network: next, ms } of steps) {
          const one = all[who];
          if (one !== undefined) one.wire.network = next;
          for (let passed = 0; passed < ms; passed += 100) {
            await clock.advance(100);
            check();
          }
        }
        for (const one of all) one.wire.network = "up";
        await clock.advance(25_000);
        check();
        const alive = all.filter((one) => one.state() !== "lost");
        expect(alive.filter((one) => one.state() === "leader")).toHaveLength(alive.length > 0 ? 1 : 0);
      }),
      { numRuns: 40 },
    );
  });
});
