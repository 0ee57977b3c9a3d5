import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { closeSync, openSync, readdirSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";

import { sleep, systemClock } from "../../../src/base/clock.js";
import { freePort } from "../../support/plane/ports.js";
import type { ControllerStart } from "../controller.js";
import { Scrape } from "./scrape.js";

const never = new AbortController().signal;
const patience = 120_000;

/** How a replica differs from the others. */
export interface ReplicaOptions {
  /** Names its log in `folder`. */
  readonly name: string;
  readonly folder: string;
  /** Absent: the whole cluster. */
  readonly namespace?: string;
  /** Default: that of the start. */
  readonly kubeconfig?: string;
}

/** One replica of the shipped controller in a process of its own, with leader election; its log is a file. */
export class Replica {
  private code: number | undefined;
  /** Milliseconds from the start of the process until /readyz said 200, which it does when its caches are synced. */
  readyMs = NaN;

  private constructor(
    private readonly child: ChildProcess,
    private readonly port: number,
    readonly logFile: string,
  ) {
    child.once("exit", (code) => (this.code = code ?? -1));
  }

  /** Starts it and waits until its caches are synced. */
  static async start(start: ControllerStart, options: ReplicaOptions): Promise<Replica> {
    const port = await freePort();
    const scope = options.namespace === undefined ? [] : ["--namespace", options.namespace];
    const flags = ["--kubeconfig", options.kubeconfig ?? start.kubeconfig, "--config", start.configFile, ...scope];
    const more = ["--http-address", `127.0.0.1:${port}`, "--leader-elect=true"];
    const logFile = join(options.folder, `${options.name}.log`);
    const log = openSync(logFile, "a");
    const child = spawn(process.execPath, [...start.nodeFlags, start.bundle, "controller", ...flags, ...more], {
      stdio: ["ignore", log, log],
      env: { ...process.env, NODE_OPTIONS: "" },
    });
    closeSync(log);
    const replica = new Replica(child, port, logFile);
    await replica.untilReady();
    return replica;
  }

  private async untilReady(): Promise<void> {
    const started = systemClock.monotonic();
    while ((await this.ask("/readyz")).status !== 200) {
      const waited = systemClock.monotonic() - started;
      if (this.code !== undefined || waited > patience) {
        await this.end();
        throw new Error(`not ready after ${Math.round(waited)} ms: ${this.log().slice(-2000)}`);
      }
      await sleep(systemClock, 10, never);
    }
    this.readyMs = systemClock.monotonic() - started;
  }

  /** Everything it logged. */
  log(): string {
    return readFileSync(this.logFile, "utf8");
  }

  /** Exit code, once it has ended. */
  get exitCode(): number | undefined {
    return this.code;
  }

  async metrics(): Promise<Scrape> {
    return new Scrape((await this.ask("/metrics")).text);
  }

  /** Waits until it leads. */
  async untilLeading(ms: number): Promise<void> {
    const end = systemClock.monotonic() + ms;
    while ((await this.metrics()).sum("leader_election_master_status") !== 1) {
      if (systemClock.monotonic() > end || this.code !== undefined) throw new Error("nobody leads");
      await sleep(systemClock, 50, never);
    }
  }

  /** Resident memory in bytes, now and at its highest, as the kernel counts it. */
  memory(): { readonly now: number; readonly peak: number } {
    const status = readFileSync(`/proc/${this.pid}/status`, "utf8");
    const read = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]) * 1024;
    return { now: read("VmRSS"), peak: read("VmHWM") };
  }

  /** Processor time so far, user and system, all threads, in milliseconds. */
  cpuMs(): number {
    const stat = readFileSync(`/proc/${this.pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // Fields 14 and 15 of proc(5), in ticks of 10 ms.
    return (Number(fields[11]) + Number(fields[12])) * 10;
  }

  /** Open file descriptors. */
  openFiles(): number {
    return readdirSync(`/proc/${this.pid}/fd`).length;
  }

  /** Ends it in order, so that it gives its lease back and profiles are written; resolves with its exit code. */
  async end(): Promise<number> {
    if (this.code === undefined) this.child.kill("SIGTERM");
    const limit = systemClock.monotonic() + 30_000;
    while (this.code === undefined && systemClock.monotonic() < limit) await sleep(systemClock, 10, never);
    if (this.code === undefined) this.child.kill("SIGKILL");
    return this.code ?? -1;
  }

  /** Lets it write a heap snapshot into its working folder; only where it was started to do so. */
  snapshot(): void {
    this.child.kill("SIGUSR2");
  }

  private get pid(): number {
    return this.child.pid ?? 0;
  }

  private ask(path: string): Promise<{ readonly status: number; readonly text: string }> {
    return new Promise((resolve) => {
      const outgoing = request({ host: "127.0.0.1", port: this.port, path }, (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => (text += chunk));
        response.once("close", () => resolve({ status: response.statusCode ?? 0, text }));
      });
      outgoing.once("error", () => resolve({ status: 0, text: "" }));
      outgoing.end();
    });
  }
}
