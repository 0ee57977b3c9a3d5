import { describe, expect, it } from "@jest/globals";

import { Slots } from "../../../src/kube/slots.js";

const signal = new AbortController().signal;

describe("slots", () => {
  it("are given in order, never more than there are", async () => {
    const slots = new Slots(1);
    const order: number[] = [];
    const first = await slots.acquire(signal);
    const waiting = [1, 2].map(async (n) => {
      const release = await slots.acquire(signal);
      order.push(n);
      release?.();
    });
    await Promise.resolve();
    expect(order).toEqual([]);
    first?.();
    first?.();
    await Promise.all(waiting);
    expect(order).toEqual([1, 2]);
    expect(await slots.acquire(signal)).toBeDefined();
  });

  it("leave the queue when their signal aborts, and are not lost by it", async () => {
    const slots = new Slots(1);
    const first = await slots.acquire(signal);
    const caller = new AbortController();
    const second = slots.acquire(caller.signal);
    caller.abort();
    expect(await second).toBeUndefined();
    first?.();
    expect(await slots.acquire(AbortSignal.abort())).toBeUndefined();
    expect(await slots.acquire(signal)).toBeDefined();
  });
});
