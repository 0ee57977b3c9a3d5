import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";

import type { Heap, HeapRoom } from "../../../src/runtime/calmCompaction.js";
import { CalmCompaction } from "../../../src/runtime/calmCompaction.js";
import { FakeClock } from "../../support/fakeClock.js";

const mega = 1024 ** 2;

/** A heap whose waste shrinks by `freed` with each pass. */
class MadeHeap implements Heap {
  used = 50 * mega;
  taken = 100 * mega;
  freed = 10 * mega;
  /** So much stays taken whatever is done. */
  least = 0;
  share = 0.01;
  passes = 0;
  youth = 0;
  youngPasses = 0;

  room(): HeapRoom {
    return { used: this.used, taken: this.taken };
  }

  busy(): number {
    return this.share;
  }

  compact(): void {
    this.passes += 1;
    this.taken = Math.max(this.used, this.least, this.taken - this.freed);
  }

  young(): number {
    return this.youth;
  }

  collectYoung(): void {
    this.youngPasses += 1;
  }
}

describe("a process whose heap is scattered", () => {
  let clock: FakeClock;
  let heap: MadeHeap;
  let stop: AbortController;
  beforeEach(() => {
    clock = new FakeClock(0);
    heap = new MadeHeap();
    stop = new AbortController();
    void new CalmCompaction(clock, heap).run(stop.signal);
  });
  afterEach(async () => {
    stop.abort();
    await clock.advance(1);
  });

  test("is left alone while it works", async () => {
    heap.share = 0.2;
    await clock.advance(60_000);
    expect(heap.passes).toBe(0);
  });

  test("is compacted when it has been calm for three seconds, a pass a second, until little is wasted", async () => {
    await clock.advance(2999);
    expect(heap.passes).toBe(0);
    await clock.advance(1);
    expect(heap.passes).toBe(1);
    await clock.advance(1000);
    expect(heap.passes).toBe(2);
    await clock.advance(60_000);
    expect([heap.passes, heap.taken / mega]).toEqual([5, 50]);
  });

  test("is left alone again as soon as there is work", async () => {
    await clock.advance(3000);
    heap.share = 0.5;
    await clock.advance(10_000);
    expect(heap.passes).toBe(1);
    heap.share = 0;
    await clock.advance(2999);
    expect(heap.passes).toBe(1);
    await clock.advance(1);
    expect(heap.passes).toBe(2);
  });

  test("is left alone for ten minutes when three passes in a row gave nothing back", async () => {
    heap.freed = 0;
    await clock.advance(5000);
    expect(heap.passes).toBe(3);
    await clock.advance(10 * 60_000 - 1);
    expect(heap.passes).toBe(3);
    heap.freed = 50 * mega;
    await clock.advance(1);
    expect([heap.passes, heap.taken / mega]).toEqual([4, 50]);
  });

  test.each([
    ["in bytes", 20, 27],
    ["for its size", 85, 100],
  ])("is left alone when little is wasted %s", async (_, used, taken) => {
    heap.used = used * mega;
    heap.taken = taken * mega;
    await clock.advance(60_000);
    expect(heap.passes).toBe(0);
  });

  test("ends a series after three passes that gave nothing back, and begins another one after a minute", async () => {
    heap.used = 30 * mega;
    heap.least = 50 * mega;
    await clock.advance(10_000);
    expect([heap.passes, heap.taken / mega]).toEqual([8, 50]);
    await clock.advance(59_999);
    expect(heap.passes).toBe(8);
    await clock.advance(1);
    expect(heap.passes).toBe(9);
  });

  test("has its young generation shrunk when it has been calm for eight seconds, once a minute", async () => {
    heap.youth = 33 * mega;
    await clock.advance(7999);
    expect(heap.youngPasses).toBe(0);
    await clock.advance(1);
    expect(heap.youngPasses).toBe(1);
    await clock.advance(59_999);
    expect(heap.youngPasses).toBe(1);
    await clock.advance(1);
    expect(heap.youngPasses).toBe(2);
  });

  test("keeps a young generation that is small, and one that there is work for", async () => {
    heap.youth = 4 * mega;
    await clock.advance(60_000);
    heap.youth = 33 * mega;
    heap.share = 0.2;
    await clock.advance(60_000);
    expect(heap.youngPasses).toBe(0);
  });

  test("is not compacted again within a minute", async () => {
    await clock.advance(8000);
    expect([heap.passes, heap.taken / mega]).toEqual([5, 50]);
    heap.taken = 100 * mega;
    await clock.advance(59_999);
    expect(heap.passes).toBe(5);
    await clock.advance(1);
    expect(heap.passes).toBe(6);
  });
});
