import { systemClock } from "../base/clock.js";
import { parseDuration } from "../base/duration.js";
import { PointsmanError } from "../base/errors.js";
import { formatComplaint, formatProblem } from "../base/problem.js";
import type { ControllerConfig } from "../config/config.js";
import { defaultConfig } from "../config/defaults.js";
import { loadConfig } from "../config/load.js";
import type { CredentialsOptions } from "../kube/kubeconfig.js";
import { loadCredentials } from "../kube/kubeconfig.js";
import { installShutdown } from "../runtime/shutdown.js";
import type { Arguments } from "./arguments.js";
import type { AnyCommand, CommandSpec, Io } from "./command.js";
import { command } from "./main.js";
import { options } from "./options.js";
import { leaseNamespace, resolveScope } from "./scope.js";
import type { UninstallReport } from "./uninstallReport.js";
import { isComplete, uninstallJson, uninstallText } from "./uninstallReport.js";
import type { UninstallRun } from "./uninstallRun.js";

const spec = {
  name: "uninstall",
  summary: "give all routes and held objects back, with the controller running or not",
  examples: [
    { line: "pointsman uninstall --dry-run", does: "Says what would be done." },
    {
      line: "pointsman uninstall",
      does: "Brings all traffic to the primaries, gives the routes up and takes every finalizer off.",
    },
    {
      line: "pointsman uninstall --routes freeze",
      does: "Leaves the routes as they are. What they lead to is protected by nothing from then on.",
    },
    { line: "pointsman uninstall --namespace shop", does: "The same for an installation that serves one namespace." },
  ],
  options: {
    routes: {
      type: "text",
      value: "HOW",
      description: "what becomes of the routes' weights; default primary",
      oneOf: ["primary", "freeze"],
    },
    "dry-run": { type: "flag", description: "write nothing, only say what would be done" },
    namespace: {
      type: "text",
      short: "n",
      value: "NAMESPACE",
      description: "work on this namespace only; its controller's Lease is there too",
    },
    "lease-namespace": {
      type: "text",
      value: "NAMESPACE",
      description: "where the controller's Lease is; default $POD_NAMESPACE, then pointsman-system",
    },
    config: { type: "text", value: "FILE", description: "the controller's configuration; default $CONFIG_FILE" },
    kubeconfig: options.credentials,
    timeout: {
      type: "text",
      value: "DURATION",
      description: "how long traffic may take to come back; default 10m",
    },
    output: { type: "text", short: "o", value: "FORMAT", description: "default text", oneOf: ["text", "json"] },
  },
} as const satisfies CommandSpec;

type Option = keyof typeof spec.options;

/** Carries an uninstallation out; ends early, in order, when `signal` aborts. */
export type RunUninstall = (run: UninstallRun, signal: AbortSignal) => Promise<UninstallReport>;

/** The command `uninstall`, over what carries it out: exit 1, with a list, where anything of ours is left. */
export function uninstallCommand(
  carryOut: RunUninstall,
  findCredentials: (options: CredentialsOptions) => ReturnType<typeof loadCredentials> = loadCredentials,
): AnyCommand {
  return command<Option>({
    spec,
    async run(args, io) {
      const asked = await readRun(args, io);
      if (asked === undefined) return 1;
      const kubeconfig = args.text("kubeconfig");
      const where = { ...(kubeconfig === undefined ? {} : { kubeconfig }), env: io.env, clock: systemClock };
      const credentials = await findCredentials({ ...where, allowDefault: true });
      if (!credentials.ok) throw credentials.error;
      const json = args.text("output") === "json";
      const shutdown = installShutdown(process, systemClock, {
        stopping: (signal) => refuse(io, `${signal}: stopping; run uninstall again to finish`),
        forced: (reason) => refuse(io, reason),
      });
      try {
        const report = await carryOut({ ...asked, credentials: credentials.value }, shutdown.signal);
        io.stdout.write(json ? uninstallJson(report) : uninstallText(report));
        return isComplete(report) ? 0 : 1;
      } finally {
        shutdown.release();
      }
    },
  });
}

/** What flags, environment and configuration file say together, or undefined after saying what is wrong with them. */
async function readRun(args: Arguments<Option>, io: Io): Promise<Omit<UninstallRun, "credentials"> | undefined> {
  const configFile = args.text("config") ?? nonEmpty(io.env["CONFIG_FILE"]);
  const config = configFile === undefined ? defaultConfig() : await readConfig(configFile, io);
  if (config === undefined) return undefined;
  const timeout = parseDuration(args.text("timeout") ?? "10m");
  if (!timeout.ok) {
    refuse(io, `--timeout: ${formatComplaint(timeout.error)}`);
    return undefined;
  }
  const namespace = args.text("namespace");
  const podNamespace = nonEmpty(io.env["POD_NAMESPACE"]);
  const where = {
    ...(namespace === undefined ? {} : { namespace }),
    ...(podNamespace === undefined ? {} : { podNamespace }),
  };
  const file = configFile === undefined ? {} : { file: { name: configFile, clusterScoped: config.clusterScoped } };
  const scope = resolveScope({ ...where, ...file });
  if (!scope.ok) throw new PointsmanError("PM_USAGE", { problem: scope.error.message });
  return {
    config,
    ...(scope.value.kind === "namespace" ? { namespace: scope.value.namespace } : {}),
    leaseNamespace: args.text("lease-namespace") ?? leaseNamespace(where),
    routes: args.text("routes") === "freeze" ? "freeze" : "primary",
    dryRun: args.flag("dry-run") ?? false,
    timeout: timeout.value,
    progress: (line) => io.stderr.write(`${line}\n`),
  };
}

async function readConfig(file: string, io: Io): Promise<ControllerConfig | undefined> {
  const loaded = await loadConfig(file);
  if (loaded.ok) return loaded.value;
  for (const problem of loaded.error) refuse(io, `${file}: ${formatProblem(problem)}`);
  return undefined;
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}

function refuse(io: Io, problem: string): void {
  io.stderr.write(`pointsman: ${problem}\n`);
}
