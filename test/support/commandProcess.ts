import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";

/** A command of the program that has ended. */
export interface Ended {
  /** Absent where a signal ended it. */
  readonly code: number | undefined;
  readonly out: string;
  readonly err: string;
}

/** A command of the real program in a process of its own. */
export class CommandProcess {
  /** What it wrote so far. */
  out = "";
  err = "";
  readonly ended: Promise<Ended>;

  private constructor(readonly child: ChildProcess) {
    child.stdout?.on("data", (chunk: Buffer) => (this.out += chunk.toString()));
    child.stderr?.on("data", (chunk: Buffer) => (this.err += chunk.toString()));
    this.ended = new Promise((resolve) =>
      child.once("close", (code) => resolve({ code: code ?? undefined, out: this.out, err: this.err })),
    );
  }

  static start(words: readonly string[], env: Readonly<Record<string, string>> = {}): CommandProcess {
    const child = spawn(process.execPath, ["dist/pointsman.mjs", ...words], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, NODE_OPTIONS: "", ...env },
    });
    return new CommandProcess(child);
  }
}
