import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

import { sleep, systemClock } from "../../src/base/clock.js";

const never = new AbortController().signal;

/** A child of the benchmark. It is killed with `end`, and by the system when the benchmark goes. */
export class Child {
  private text = "";
  private code: number | undefined;

  private constructor(private readonly child: ChildProcess) {
    const keep = (chunk: Buffer): void => void (this.text = (this.text + chunk.toString()).slice(-20_000));
    child.stdout?.on("data", keep);
    child.stderr?.on("data", keep);
    child.once("exit", (code) => (this.code = code ?? -1));
  }

  /** Runs a program of JavaScript in the same Node as ours, without flags. */
  static start(program: string, args: readonly string[], nodeFlags: readonly string[] = []): Child {
    const env = { ...process.env, NODE_OPTIONS: "" };
    return new Child(
      spawn(process.execPath, [...nodeFlags, program, ...args], { stdio: ["ignore", "pipe", "pipe"], env }),
    );
  }

  /** The end of its output. */
  get output(): string {
    return this.text;
  }

  /** Asks every few milliseconds until `probe` says yes; throws when the process ends first or after 30 s. */
  async until(what: string, probe: () => boolean | Promise<boolean>): Promise<void> {
    const end = systemClock.monotonic() + 30_000;
    while (!(await probe())) {
      if (this.code !== undefined) throw new Error(`ended with ${this.code} before ${what}: ${this.text}`);
      if (systemClock.monotonic() > end) throw new Error(`waited in vain for ${what}: ${this.text}`);
      await sleep(systemClock, 2, never);
    }
  }

  /** Waits like `until` for it to begin its work, and ends it where that fails. */
  async begin(what: string, probe: () => boolean | Promise<boolean>): Promise<void> {
    try {
      await this.until(what, probe);
    } catch (thrown) {
      await this.end();
      throw thrown;
    }
  }

  /** Resident memory in bytes, as the kernel counts it. */
  residentBytes(): number {
    const found = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${this.child.pid ?? 0}/status`, "utf8"));
    return Number(found?.[1] ?? NaN) * 1024;
  }

  /** Processor time so far, user and system, in milliseconds. */
  cpuMs(): number {
    const stat = readFileSync(`/proc/${this.child.pid ?? 0}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // Fields 14 and 15 of proc(5), in ticks of 10 ms.
    return (Number(fields[11]) + Number(fields[12])) * 10;
  }

  /** Ends it in order, so that profiles are written. */
  async end(): Promise<void> {
    this.child.kill("SIGTERM");
    const limit = systemClock.monotonic() + 5000;
    while (this.code === undefined && systemClock.monotonic() < limit) await sleep(systemClock, 10, never);
    if (this.code === undefined) this.child.kill("SIGKILL");
  }
}
