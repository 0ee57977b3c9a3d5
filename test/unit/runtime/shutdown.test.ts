import { EventEmitter } from "node:events";

import { describe, expect, test } from "@jest/globals";

import { installShutdown, shutdownGrace } from "../../../src/runtime/shutdown.js";
import { FakeClock } from "../../support/fakeClock.js";

class Host extends EventEmitter {
  readonly codes: number[] = [];
  exit(code: number): void {
    this.codes.push(code);
  }
}

function bench() {
  const host = new Host();
  const clock = new FakeClock();
  const log: unknown[][] = [];
  const shutdown = installShutdown(host, clock, {
    stopping: (signal) => log.push(["stopping", signal]),
    forced: (reason, error) => log.push(["forced", reason, error]),
  });
  return { host, clock, log, shutdown };
}

describe("installShutdown", () => {
  test.each(["SIGTERM", "SIGINT"])("the first %s aborts and exits nothing", (name) => {
    const { host, log, shutdown } = bench();
    expect(shutdown.signal.aborted).toBe(false);
    host.emit(name, name);
    expect(shutdown.signal.aborted).toBe(true);
    expect(host.codes).toEqual([]);
    expect(log).toEqual([["stopping", name]]);
  });

  test("a second signal, of either kind, exits at once with 1", () => {
    const { host, log } = bench();
    host.emit("SIGTERM", "SIGTERM");
    host.emit("SIGINT", "SIGINT");
    expect(host.codes).toEqual([1]);
    expect(log.at(-1)).toEqual(["forced", "SIGINT came a second time", undefined]);
  });

  test("an end that takes too long is forced", async () => {
    const { host, clock } = bench();
    host.emit("SIGTERM", "SIGTERM");
    await clock.advance(shutdownGrace - 1);
    expect(host.codes).toEqual([]);
    await clock.advance(1);
    expect(host.codes).toEqual([1]);
  });

  test.each([
    ["unhandledRejection", "unhandled rejection"],
    ["uncaughtException", "uncaught exception"],
  ])("%s is reported with its error and exits with 1", (event, reason) => {
    const { host, log } = bench();
    const error = new Error("bug");
    host.emit(event, error);
    expect(host.codes).toEqual([1]);
    expect(log).toEqual([["forced", reason, error]]);
  });

  test("release leaves neither listeners nor a timer", () => {
    const { host, clock, shutdown } = bench();
    host.emit("SIGTERM", "SIGTERM");
    shutdown.release();
    expect(clock.pending).toBe(0);
    expect(host.eventNames()).toEqual([]);
  });
});
