import { formatProblem } from "../base/problem.js";
import type { Result } from "../base/result.js";
import { fail, ok } from "../base/result.js";
import type { ControllerConfig } from "../config/config.js";
import { defaultConfig } from "../config/defaults.js";
import { loadConfig } from "../config/load.js";
import type { LogLevel } from "../runtime/log.js";
import { logLevels } from "../runtime/log.js";
import { isLoopback, parseAddress } from "../server/address.js";
import type { Arguments } from "./arguments.js";
import type { AnyCommand, CommandSpec, Io } from "./command.js";
import { command } from "./main.js";
import type { Scope } from "./scope.js";
import { leaseNamespace, resolveScope } from "./scope.js";

/** Everything the controller is told from outside. */
export interface ControllerRun {
  readonly config: ControllerConfig;
  /** The file to watch for changes. */
  readonly configFile?: string;
  /** Value of --kubeconfig; other credentials are found through `env`. */
  readonly kubeconfig?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly scope: Scope;
  readonly leaderElection: { readonly enabled: boolean; readonly namespace: string };
  /** POD_NAME; a restarted process of the same Pod is another one all the same. */
  readonly podName?: string;
  readonly httpAddress: string;
  /** Absent: no dashboard. */
  readonly dashboard?: DashboardRun;
  readonly logLevel: LogLevel;
  /** Whether metrics have series of each routemap. */
  readonly routemapMetrics: boolean;
}

/** Where the dashboard is served. `usual`: nobody asked for this address, so it may be taken. */
export interface DashboardRun {
  readonly address: string;
  readonly auth: "none" | "token";
  readonly usual: boolean;
}

/** Runs the controller until it ends; returns the exit code. */
export type RunController = (run: ControllerRun) => Promise<number>;

const spec = {
  name: "controller",
  summary: "watch versions, write routes, release what is proven idle",
  examples: [
    { line: "pointsman controller", does: "Runs in a Pod for the whole cluster, with the built-in kinds." },
    {
      line: "pointsman controller --kubeconfig ~/.kube/config --namespace shop",
      does: "Runs on your machine for one namespace.",
    },
    {
      line: "pointsman controller --config controller.yaml --http-address :8080",
      does: "Uses a configuration file (Iter8's config.yaml will do) and serves health and metrics on every address.",
    },
  ],
  options: {
    config: {
      type: "text",
      value: "FILE",
      description: "configuration file, watched for changes; default $CONFIG_FILE",
    },
    kubeconfig: { type: "text", value: "FILE", description: "credentials; default $KUBECONFIG, then the Pod's own" },
    namespace: { type: "text", value: "NAMESPACE", description: "watch this namespace only, and keep the Lease there" },
    "http-address": {
      type: "text",
      value: "HOST:PORT",
      description: "serves /healthz, /readyz and /metrics; default 127.0.0.1:8080",
    },
    "dashboard-address": {
      type: "text",
      value: "HOST:PORT",
      description: "serves the dashboard and the read API; default 127.0.0.1:8081, `off` for none",
    },
    "dashboard-auth": {
      type: "text",
      value: "HOW",
      description: "`token`: readers show a token of the cluster; needed for any address but loopback; default none",
      oneOf: ["none", "token"],
    },
    "leader-elect": {
      type: "flag",
      description: "work only while holding the Lease `pointsman`; default true in a Pod, else false",
    },
    "routemap-metrics": {
      type: "flag",
      description: "metrics of each routemap as well: readiness, conditions, weights and phases of its versions",
    },
    "log-level": { type: "text", value: "LEVEL", description: "default info", oneOf: logLevels },
  },
} as const satisfies CommandSpec;

type Option = keyof typeof spec.options;

/** The command `controller`, over what runs it. */
export function controllerCommand(run: RunController): AnyCommand {
  return command<Option>({
    spec,
    async run(args, io) {
      const read = await readRun(args, io);
      return read === undefined ? 1 : run(read);
    },
  });
}

/** What flags, environment and configuration file say together, or undefined after saying what is wrong with them. */
async function readRun(args: Arguments<Option>, io: Io): Promise<ControllerRun | undefined> {
  const env = (name: string): string | undefined => (io.env[name] === "" ? undefined : io.env[name]);
  const configFile = args.text("config") ?? env("CONFIG_FILE");
  const config = configFile === undefined ? defaultConfig() : await readConfig(configFile, io);
  if (config === undefined) return undefined;
  const file = configFile === undefined ? {} : { file: { name: configFile, clusterScoped: config.clusterScoped } };
  const where = { ...given("namespace", args.text("namespace")), ...given("podNamespace", env("POD_NAMESPACE")) };
  const scope = resolveScope({ ...where, ...file });
  const httpAddress = args.text("http-address") ?? "127.0.0.1:8080";
  const address = parseAddress(httpAddress);
  const dashboard = readDashboard(args);
  if (!scope.ok || !address.ok || !dashboard.ok) {
    if (!scope.ok) refuse(io, scope.error.message);
    if (!address.ok) refuse(io, `--http-address: ${address.error}`);
    if (!dashboard.ok) refuse(io, `--dashboard-address: ${dashboard.error}`);
    return undefined;
  }
  const kubeconfig = args.text("kubeconfig");
  const inCluster = (kubeconfig ?? env("KUBECONFIG")) === undefined && env("KUBERNETES_SERVICE_HOST") !== undefined;
  const level = args.text("log-level");
  return {
    config,
    ...given("configFile", configFile),
    ...given("kubeconfig", kubeconfig),
    env: io.env,
    scope: scope.value,
    leaderElection: { enabled: args.flag("leader-elect") ?? inCluster, namespace: leaseNamespace(where) },
    ...given("podName", env("POD_NAME")),
    httpAddress,
    ...(dashboard.value === undefined ? {} : { dashboard: dashboard.value }),
    logLevel: logLevels.find((known) => known === level) ?? "info",
    routemapMetrics: args.flag("routemap-metrics") ?? false,
  };
}

/** What is open to everybody who can reach it may only be reached from this machine. */
function readDashboard(args: Arguments<Option>): Result<DashboardRun | undefined, string> {
  const text = args.text("dashboard-address");
  if (text === "off") return ok(undefined);
  const auth = args.text("dashboard-auth") === "token" ? "token" : "none";
  const address = text ?? "127.0.0.1:8081";
  const parsed = parseAddress(address);
  if (!parsed.ok) return parsed;
  if (auth === "none" && !isLoopback(parsed.value))
    return fail(`${address} can be reached by others; add --dashboard-auth token, or use 127.0.0.1`);
  return ok({ address, auth, usual: text === undefined });
}

async function readConfig(file: string, io: Io): Promise<ControllerConfig | undefined> {
  const loaded = await loadConfig(file);
  if (loaded.ok) return loaded.value;
  for (const problem of loaded.error) refuse(io, `${file}: ${formatProblem(problem)}`);
  return undefined;
}

function refuse(io: Io, problem: string): void {
  io.stderr.write(`pointsman: ${problem}\n`);
}

/** A member that is there only if it has a value. */
function given<K extends string>(name: K, value: string | undefined): Partial<Record<K, string>> {
  const none: Partial<Record<K, string>> = {};
  return value === undefined ? none : { ...none, [name]: value };
}
