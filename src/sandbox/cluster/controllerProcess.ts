import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import type { WriteStream } from "node:fs";

import type { Clock } from "../../base/clock.js";
import { sleep } from "../../base/clock.js";
import type { Result } from "../../base/result.js";
import { fail, ok } from "../../base/result.js";

/** How the program starts its own controller. */
export interface ControllerProcessOptions {
  /** The program: what `node` is told to run. */
  readonly program: string;
  readonly kubeconfig: string;
  /** Configuration file. */
  readonly config: string;
  readonly logFile: string;
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Loaded before the program: ends it in order when its standard input does, which is when this process is gone. */
const guard = 'process.stdin.on("end", () => process.kill(process.pid, "SIGTERM")).resume().unref();';

const readyWithin = 20_000;
const lookEvery = 30;
const endWithin = 5_000;
const keptLog = 20_000;

/**
 * The controller as users run it, in a process of its own: `pointsman controller`. Its log goes to a file. Should this
 * process be killed, the other ends too.
 */
export class ControllerProcess {
  private text = "";
  private dashboardUrl: string | undefined;
  private readonly log: WriteStream;
  private exitCode: number | undefined;
  /** Resolves when the process has ended and its log is written. */
  readonly ended: Promise<void>;

  private constructor(
    private readonly child: ChildProcess,
    private readonly options: ControllerProcessOptions,
  ) {
    this.log = createWriteStream(options.logFile);
    // A log that cannot be kept is no reason to end.
    this.log.on("error", () => undefined);
    child.stderr?.on("data", (chunk: Buffer) => this.onLog(chunk));
    this.ended = new Promise((resolve) => {
      const end = (code: number | null): void => {
        this.exitCode = code ?? 1;
        this.log.end(() => resolve());
      };
      child.once("error", () => end(1));
      // Not "exit": what it said last may come after that.
      child.once("close", end);
    });
  }

  /** Starts it; resolves when it has read everything and works. The failure says what it said last. */
  static async start(
    options: ControllerProcessOptions,
    signal: AbortSignal,
  ): Promise<Result<ControllerProcess, string>> {
    const { program, kubeconfig, config } = options;
    const addresses = ["--http-address", "127.0.0.1:0", "--dashboard-address", "127.0.0.1:0"];
    const flags = ["--kubeconfig", kubeconfig, "--config", config, ...addresses];
    const node = ["--import", `data:text/javascript,${encodeURIComponent(guard)}`];
    const child = spawn(process.execPath, [...node, program, "controller", ...flags], {
      stdio: ["pipe", "ignore", "pipe"],
      env: { ...options.env },
    });
    const started = new ControllerProcess(child, options);
    if (await started.untilReady(signal)) return ok(started);
    await started.stop();
    return fail(`the controller did not become ready; its log ends: ${started.text.slice(-1_000).trim()}`);
  }

  /** Address of its dashboard, once it has told that. */
  get dashboard(): string | undefined {
    return this.dashboardUrl;
  }

  /** Ends it as Kubernetes would, and by force if that takes too long. */
  async stop(): Promise<void> {
    if (this.exitCode !== undefined) return;
    this.child.kill("SIGTERM");
    const giveUp = this.options.clock.after(endWithin, () => void this.child.kill("SIGKILL"));
    await this.ended;
    giveUp();
  }

  private onLog(chunk: Buffer): void {
    this.log.write(chunk);
    this.text = (this.text + chunk.toString()).slice(-keptLog);
    this.dashboardUrl ??= /"url":"(http:[^"]+)"/.exec(this.text)?.[1];
  }

  private async untilReady(signal: AbortSignal): Promise<boolean> {
    const { clock } = this.options;
    const end = clock.monotonic() + readyWithin;
    while (clock.monotonic() < end && !signal.aborted && this.exitCode === undefined) {
      if (await this.isReady(signal)) return true;
      await sleep(clock, lookEvery, signal);
    }
    return false;
  }

  private async isReady(signal: AbortSignal): Promise<boolean> {
    const port = /"address":\{"host":"127\.0\.0\.1","port":(\d+)\}/.exec(this.text)?.[1];
    if (port === undefined) return false;
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`, { signal }).catch(() => undefined);
    return answer?.status === 200;
  }
}
