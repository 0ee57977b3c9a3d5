import { describe, expect, test } from "@jest/globals";

import { Serial } from "../../../../src/sandbox/workloads/serial.js";

function gate(): { readonly open: () => void; readonly passed: Promise<void> } {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), passed };
}

describe("serial work", () => {
  test("melts requests that come while its key runs into one more run", async () => {
    const serial = new Serial();
    const first = gate();
    const ran: string[] = [];
    serial.run("a", async () => {
      ran.push("first");
      await first.passed;
    });
    for (const name of ["second", "third"]) {
      serial.run("a", () => {
        ran.push(name);
        return Promise.resolve();
      });
    }
    expect(ran).toEqual(["first"]);
    first.open();
    await serial.idle();
    expect(ran).toEqual(["first", "third"]);
  });

  test("runs other keys meanwhile, and waits for the asked keys only", async () => {
    const serial = new Serial();
    const slow = gate();
    serial.run("slow", () => slow.passed);
    let ran = false;
    serial.run("fast", () => {
      ran = true;
      return Promise.resolve();
    });
    await serial.idle(["fast"]);
    expect(ran).toBe(true);
    slow.open();
    await serial.idle();
  });

  test("counts what a run asks for itself as work to wait for", async () => {
    const serial = new Serial();
    let runs = 0;
    const work = (): Promise<void> => {
      runs += 1;
      if (runs < 3) serial.run("a", work);
      return Promise.resolve();
    };
    serial.run("a", work);
    await serial.idle();
    expect(runs).toBe(3);
  });

  test("tells the waiting what a run threw, and runs again afterwards", async () => {
    const serial = new Serial();
    serial.run("a", () => Promise.reject(new Error("broken")));
    await expect(serial.idle()).rejects.toThrow("broken");
    let ran = false;
    serial.run("a", () => {
      ran = true;
      return Promise.resolve();
    });
    await serial.idle();
    expect(ran).toBe(true);
  });
});
