import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Watches over servers: a small shell outside our process group that, once its stdin closes because we ended in whatever
 * manner, kills by id what is still on its list and removes the folder.
 */
export class Guard {
  private constructor(private readonly shell: ChildProcess) {}

  static start(folder: string): Guard {
    const script = `
      pids=" "
      while read -r word pid; do
        case "$word" in
          add) pids="$pids$pid " ;;
          drop) pids="\${pids%% $pid *} \${pids#* $pid }" ;;
        esac
      done
      for pid in $pids; do kill -9 "$pid" 2>/dev/null; done
      rm -rf "$0"`;
    const shell = spawn("sh", ["-c", script, folder], { stdio: ["pipe", "ignore", "ignore"], detached: true });
    shell.unref();
    return new Guard(shell);
  }

  add(pid: number): void {
    this.shell.stdin?.write(`add ${pid}\n`);
  }

  drop(pid: number): void {
    this.shell.stdin?.write(`drop ${pid}\n`);
  }

  /** Lets the guard do its work now, and waits for it. */
  end(): Promise<void> {
    return new Promise((resolve) => {
      this.shell.once("exit", () => resolve());
      this.shell.stdin?.end();
    });
  }
}

/** What to run, and where its output goes. */
export interface ServerCommand {
  readonly name: string;
  readonly binaries: string;
  readonly folder: string;
  readonly args: readonly string[];
}

/** A server that runs as a child process; its output is kept in FOLDER/NAME.log. */
export class ServerProcess {
  private running = true;
  readonly exited: Promise<void>;

  private constructor(
    private readonly child: ChildProcess,
    private readonly command: ServerCommand,
    guard: Guard,
  ) {
    this.exited = new Promise((resolve) => {
      const onEnd = (): void => {
        this.running = false;
        if (child.pid !== undefined) guard.drop(child.pid);
        resolve();
      };
      child.once("exit", onEnd);
      child.once("error", onEnd);
    });
  }

  static start(guard: Guard, command: ServerCommand, program = command.name): ServerProcess {
    const log = openSync(join(command.folder, `${command.name}.log`), "a");
    const child = spawn(join(command.binaries, program), [...command.args], { stdio: ["ignore", log, log] });
    closeSync(log);
    if (child.pid !== undefined) guard.add(child.pid);
    return new ServerProcess(child, command, guard);
  }

  /** Throws with the end of its log if it has ended. */
  assertRunning(): void {
    if (this.running) return;
    const log = readFileSync(join(this.command.folder, `${this.command.name}.log`), "utf8");
    const end = log.trimEnd().split("\n").slice(-15).join("\n");
    throw new Error(`${this.command.name} ended:\n${end}`);
  }

  /** Stops (SIGSTOP) or continues (SIGCONT) it. */
  signal(signal: "SIGSTOP" | "SIGCONT"): void {
    this.child.kill(signal);
  }

  /** SIGKILL: an API server with open watches outlives SIGTERM. */
  async kill(): Promise<void> {
    if (this.running) this.child.kill("SIGKILL");
    await this.exited;
  }
}
