import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import { AddressPool } from "../../../../src/sandbox/workloads/addresses.js";

describe("a pool of addresses", () => {
  test("never gives one address to two Pods, whatever comes back in between", () => {
    const action = fc.oneof(fc.constant("take" as const), fc.nat(20));
    fc.assert(
      fc.property(fc.array(action, { maxLength: 200 }), fc.nat(65_023), (actions, start) => {
        const pool = new AddressPool(start);
        const held: string[] = [];
        for (const step of actions) {
          if (step === "take") {
            if (start + held.length >= 65_000) continue;
            const address = pool.take();
            expect(held).not.toContain(address);
            held.push(address);
          } else for (const address of held.splice(step, 1)) pool.giveBack(address);
        }
      }),
    );
  });

  test("gives every address of the network once, none ending in 0 or 255", () => {
    const pool = new AddressPool();
    const all = new Set(Array.from({ length: 256 * 254 }, () => pool.take()));
    expect(all.size).toBe(256 * 254);
    expect(
      [...all].filter((address) => !/^10\.1\.\d{1,3}\.([1-9]|[1-9]\d|1\d\d|2[0-4]\d|25[0-4])$/.test(address)),
    ).toEqual([]);
    expect(() => pool.take()).toThrow("in use");
  });

  test("uses a returned address again only when there is no fresh one", () => {
    const pool = new AddressPool(256 * 254 - 2);
    const first = pool.take();
    pool.giveBack(first);
    expect(pool.take()).toBe("10.1.255.254");
    expect(pool.take()).toBe(first);
  });

  test("leaves out addresses that somebody has already, and takes back none that nobody has", () => {
    const pool = new AddressPool();
    pool.reserve("10.1.0.1");
    pool.giveBack("10.1.0.9");
    expect(pool.take()).toBe("10.1.0.2");
    const last = new AddressPool(256 * 254);
    last.giveBack("10.1.0.9");
    expect(() => last.take()).toThrow("in use");
  });
});
