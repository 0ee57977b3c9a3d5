import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { systemClock } from "../base/clock.js";
import { describeError, PointsmanError } from "../base/errors.js";
import { systemRandom } from "../base/random.js";
import { installShutdown } from "../runtime/shutdown.js";
import { startApiServer } from "../sandbox/apiserver/apiServer.js";
import { controllerConfig } from "../sandbox/cluster/controllerConfig.js";
import { ControllerProcess } from "../sandbox/cluster/controllerProcess.js";
import { readDefinitions } from "../sandbox/cluster/definitions.js";
import type { Manifest } from "../sandbox/cluster/manifests.js";
import { readManifests } from "../sandbox/cluster/manifests.js";
import { Sandbox } from "../sandbox/cluster/sandbox.js";
import type { StartServer } from "../sandbox/cluster/server.js";
import type { Io } from "./command.js";
import type { SandboxRun } from "./sandbox.js";

/** What the program brings along for a sandbox. */
export interface SandboxParts {
  /** The folder with the definitions of the sandbox's kinds. */
  readonly definitions: string;
  /** The program itself, which is started anew as the controller. */
  readonly program: string;
  readonly readInput: () => Promise<string>;
}

/** How long the gateway takes to follow a route, and what the controller is told of it, milliseconds. */
const lag = { routes: 100, endpoints: 0, statusMs: 10 } as const;
const settleMs = 1_000;
const startMs = 1_000;

/** Starts the embedded API server; it runs until it is closed. */
export const startEmbedded: StartServer = (port) =>
  startApiServer({ port, clock: systemClock, random: systemRandom, signal: new AbortController().signal });

/** Runs a sandbox until SIGINT or SIGTERM, or until its controller ends, which is a failure. */
export async function runSandbox(run: SandboxRun, io: Io, parts: SandboxParts): Promise<number> {
  const manifests = await readFiles(run.files, io, parts);
  if (manifests === undefined) return 1;
  const folder = await mkdtemp(join(tmpdir(), "pointsman-sandbox-"));
  const shutdown = installShutdown(process, systemClock, {
    stopping: () => io.stderr.write("\nending the sandbox\n"),
    forced: (reason, error) => io.stderr.write(`pointsman: ${reason}: ${describeError(error)}\n`),
  });
  try {
    const sandbox = await Sandbox.start(await optionsOf(run, io, folder, parts), shutdown.signal);
    try {
      return await serve({ run, io, parts, folder, sandbox, manifests }, shutdown.signal);
    } finally {
      await sandbox.stop();
    }
  } catch (thrown) {
    // What was under way when it was told to end could not come to its own end.
    if (shutdown.signal.aborted) return 0;
    throw thrown;
  } finally {
    shutdown.release();
    await rm(folder, { recursive: true, force: true });
  }
}

async function optionsOf(run: SandboxRun, io: Io, folder: string, parts: SandboxParts) {
  return {
    startServer: startEmbedded,
    clock: systemClock,
    random: systemRandom,
    kubeconfigFile: run.kubeconfigOut ?? join(folder, "kubeconfig"),
    definitions: await readDefinitions(parts.definitions),
    port: run.port,
    gatewayPort: run.gatewayPort,
    lag,
    startMs,
    onProblem: (line: string): void => void io.stderr.write(`pointsman: ${line}\n`),
  };
}

interface Serving {
  readonly run: SandboxRun;
  readonly io: Io;
  readonly parts: SandboxParts;
  readonly folder: string;
  readonly sandbox: Sandbox;
  readonly manifests: readonly Manifest[];
}

async function serve(serving: Serving, signal: AbortSignal): Promise<number> {
  const { run, io, sandbox, manifests, folder } = serving;
  const controller = run.withController ? await startController(serving, signal) : undefined;
  try {
    await sandbox.apply(manifests, signal);
    io.stdout.write(directions(serving, controller?.dashboard));
    const stopped = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
    await Promise.race([stopped, ...(controller === undefined ? [] : [controller.ended])]);
    if (signal.aborted) return 0;
    const tail = (await readFile(join(folder, logName), "utf8").catch(() => "")).slice(-1_000).trim();
    io.stderr.write(`pointsman: the controller ended; its log ends: ${tail}\n`);
    return 1;
  } finally {
    await controller?.stop();
  }
}

const logName = "controller.log";

async function startController({ parts, folder, sandbox, io }: Serving, signal: AbortSignal) {
  const config = join(folder, "controller.yaml");
  await writeFile(config, controllerConfig({ settleMs }));
  const { kubeconfigFile: kubeconfig } = sandbox;
  const { program } = parts;
  const logFile = join(folder, logName);
  const common = { program, kubeconfig, config, logFile, clock: systemClock, env: io.env };
  const started = await ControllerProcess.start(common, signal);
  if (!started.ok) throw new PointsmanError("PM_USAGE", { problem: started.error });
  return started.value;
}

/** How to go on. */
function directions({ run, sandbox, folder, manifests }: Serving, dashboard: string | undefined): string {
  const { host, port } = sandbox.gatewayAddress;
  const controller = run.withController
    ? [`  Pointsman    ${join(folder, logName)} is its log`]
    : [`  Pointsman    npx pointsman controller --kubeconfig ${sandbox.kubeconfigFile}`];
  return [
    "The sandbox is ready.",
    `  API server   ${sandbox.server.url}`,
    `  gateway      http://${host}:${port}, for routes whose parentRef is the Gateway "gateway" in the namespace default`,
    ...controller,
    ...(dashboard === undefined ? [] : [`  dashboard    ${dashboard}`]),
    ...(manifests.length === 0
      ? []
      : [`  applied      ${manifests.map(({ kind, name }) => `${kind} ${name}`).join(", ")}`]),
    "",
    "Go on in another terminal:",
    `  export KUBECONFIG=${sandbox.kubeconfigFile}`,
    "  kubectl get deployments,pods,services,httproutes -A",
    `  curl -H 'Host: httpbin.example.com' http://${host}:${port}/`,
    "",
    "Ctrl-C ends it, and nothing of it stays.",
    "",
  ].join("\n");
}

async function readFiles(
  files: readonly string[],
  io: Io,
  { readInput }: SandboxParts,
): Promise<readonly Manifest[] | undefined> {
  const manifests: Manifest[] = [];
  const problems: string[] = [];
  for (const file of files) {
    try {
      const text = file === "-" ? await readInput() : await readFile(file, "utf8");
      const read = readManifests(file === "-" ? "standard input" : file, text);
      if (read.ok) manifests.push(...read.value);
      else problems.push(...read.error);
    } catch (thrown) {
      problems.push(`cannot read ${file}: ${describeError(thrown)}`);
    }
  }
  for (const problem of problems) io.stderr.write(`pointsman: ${problem}\n`);
  return problems.length === 0 ? manifests : undefined;
}
