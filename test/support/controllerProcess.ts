import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { rmSync } from "node:fs";
import { chmod, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { waitFor } from "./plane/waitFor.js";

/** How the program is started. */
export interface ControllerProcessOptions {
  readonly kubeconfig: string;
  readonly namespace?: string;
  /** Text of the configuration file; absent: none. */
  readonly config?: string;
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Program and words before the command; default: this Node and the bundle. */
  readonly program?: readonly string[];
  /** Where it runs, and as whom. */
  readonly cwd?: string;
  readonly user?: { readonly uid: number; readonly gid: number };
  /** Told of the process as soon as there is one, long before it is ready. */
  readonly onSpawn?: (started: ControllerProcess) => void;
}

/** Times short enough for tests: a release takes about half a second. */
export const quickConfig = `
clusterScoped: true
release: {minStable: 200ms, settle: 200ms, drain: 200ms, confirmTimeout: 2s}
settle: {unknownClass: 200ms, virtualService: 200ms}
`;

/** The real program, as users start it: the bundle in a process of its own. */
export class ControllerProcess {
  private text = "";
  private ended: number | undefined;

  private constructor(
    readonly child: ChildProcess,
    readonly configFile: string,
  ) {
    child.stderr?.on("data", (chunk: Buffer) => (this.text += chunk.toString()));
    child.stdout?.on("data", (chunk: Buffer) => (this.text += chunk.toString()));
    child.once("exit", (code) => {
      this.ended = code ?? -1;
      rmSync(dirname(configFile), { recursive: true, force: true });
    });
  }

  /** Starts it and waits until its caches are synced. */
  static async start(options: ControllerProcessOptions): Promise<ControllerProcess> {
    const folder = await mkdtemp(join(tmpdir(), "pointsman-controller-"));
    const configFile = join(folder, "config.yaml");
    await writeFile(configFile, options.config ?? quickConfig);
    await chmod(folder, 0o755);
    const [command = process.execPath, ...words] = options.program ?? [process.execPath, "dist/pointsman.mjs"];
    const args = [
      ...words,
      "controller",
      "--kubeconfig",
      options.kubeconfig,
      "--config",
      configFile,
      "--http-address",
      "127.0.0.1:0",
    ];
    if (options.namespace !== undefined) args.push("--namespace", options.namespace);
    const child = spawn(command, [...args, ...(options.flags ?? ["--leader-elect=true"])], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, NODE_OPTIONS: "", ...options.env },
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...options.user,
    });
    const started = new ControllerProcess(child, configFile);
    options.onSpawn?.(started);
    await waitFor(async () => started.ended !== undefined || (await started.http("/readyz"))?.status === 200, {
      describe: `the controller to be ready: ${started.text}`,
      timeoutMs: 20_000,
    });
    if (started.ended !== undefined) throw new Error(`the controller ended with ${started.ended}: ${started.text}`);
    return started;
  }

  /** Everything it logged so far. */
  get log(): string {
    return this.text;
  }

  /** Exit code, once it has ended. */
  get exitCode(): number | undefined {
    return this.ended;
  }

  get port(): number | undefined {
    const found = /"address":\{"host":"127\.0\.0\.1","port":(\d+)\}/.exec(this.text);
    return found?.[1] === undefined ? undefined : Number(found[1]);
  }

  /** An answer of its HTTP server; undefined while it does not listen. */
  async http(path: string): Promise<{ readonly status: number; readonly body: string } | undefined> {
    const { port } = this;
    if (port === undefined) return undefined;
    const answer = await fetch(`http://127.0.0.1:${port}${path}`);
    return { status: answer.status, body: await answer.text() };
  }

  /** Sum of a metric's series whose text contains `label`. */
  async metric(name: string, label = ""): Promise<number> {
    const answer = await this.http("/metrics");
    const lines = (answer?.body ?? "").split("\n").filter((line) => line.startsWith(name) && line.includes(label));
    return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" ") + 1)), 0);
  }

  /** Sends a signal to this process. */
  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Waits for the end. */
  async end(timeoutMs = 10_000): Promise<number> {
    await waitFor(() => this.ended !== undefined, { describe: "the controller to end", timeoutMs });
    return this.ended ?? -1;
  }

  /** Kills it without a chance to tidy up, and waits for the end. */
  async kill(): Promise<void> {
    if (this.ended !== undefined) return;
    this.signal("SIGCONT");
    this.signal("SIGKILL");
    await this.end();
  }
}
