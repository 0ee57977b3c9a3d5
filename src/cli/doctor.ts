import { systemClock } from "../base/clock.js";
import { PointsmanError } from "../base/errors.js";
import { formatProblem } from "../base/problem.js";
import { loadConfig } from "../config/load.js";
import { countOf } from "../routing/doctor/finding.js";
import { installShutdown } from "../runtime/shutdown.js";
import type { Arguments } from "./arguments.js";
import type { Cluster, OpenCluster } from "./cluster.js";
import { openCluster } from "./cluster.js";
import type { AnyCommand, CommandSpec, Io } from "./command.js";
import { doctorJson, doctorText } from "./doctor/report.js";
import type { Diagnosis, DoctorRun } from "./doctor/run.js";
import { command } from "./main.js";
import { options } from "./options.js";
import { resolveScope } from "./scope.js";
import { structured } from "./structured.js";
import { lookOf } from "./table.js";

const spec = {
  name: "doctor",
  summary: "look for what is wrong with an installation, and say how to put it right",
  examples: [
    { line: "pointsman doctor", does: "Examines the whole cluster of the current context. Nothing is changed." },
    { line: "pointsman doctor -n shop", does: "Examines one namespace." },
    {
      line: "pointsman doctor --service-account traffic/pointsman -o json",
      does: "Asks for the rights of that account, and prints findings for a program.",
    },
    {
      line: "pointsman doctor --config controller.yaml",
      does: "Examines against a configuration that is not in the cluster yet.",
    },
  ],
  options: {
    namespace: { type: "text", short: "n", value: "NAMESPACE", description: "examine this namespace only" },
    "all-namespaces": { type: "flag", short: "A", description: "examine all namespaces; the default" },
    config: {
      type: "text",
      value: "FILE",
      description: "configuration to examine against; default that of the controller in the cluster",
    },
    kubeconfig: options.credentials,
    "service-account": {
      type: "text",
      value: "NAMESPACE/NAME",
      description: "the controller's account; default that of the controller in the cluster, else your own credentials",
    },
    output: options.output,
  },
} as const satisfies CommandSpec;

type Option = keyof typeof spec.options;

/** Examines a cluster; ends early when `signal` aborts. */
export type RunDoctor = (run: DoctorRun, cluster: Cluster, signal: AbortSignal) => Promise<Diagnosis>;

/** The command `doctor`, over what examines: exit 1 where something is an error, or where there is no cluster. */
export function doctorCommand(carryOut: RunDoctor, open: OpenCluster = openCluster): AnyCommand {
  return command<Option>({
    spec,
    async run(args, io) {
      const asked = await readRun(args, io);
      if (asked === undefined) return 1;
      const cluster = await open({ kubeconfig: args.text("kubeconfig"), env: io.env });
      const shutdown = installShutdown(process, systemClock, {
        stopping: (signal) => refuse(io, `${signal}: stopping`),
        forced: (reason) => refuse(io, reason),
      });
      try {
        const diagnosis = await carryOut(asked, cluster, shutdown.signal);
        io.stdout.write(written(diagnosis, args.text("output"), io));
        return countOf(diagnosis.findings).error === 0 ? 0 : 1;
      } finally {
        shutdown.release();
        cluster.close();
      }
    },
  });
}

function written(diagnosis: Diagnosis, format: string | undefined, io: Io): string {
  if (format === "json" || format === "yaml") return structured(doctorJson(diagnosis), format);
  return doctorText(diagnosis, lookOf(io.stdout, io));
}

/** What the options say together, or undefined after saying what is wrong with the configuration. */
async function readRun(args: Arguments<Option>, io: Io): Promise<DoctorRun | undefined> {
  const namespace = args.text("namespace");
  if (namespace !== undefined && args.flag("all-namespaces") === true)
    throw usage("--namespace and --all-namespaces exclude each other; write one of them");
  const scope = namespace === undefined ? undefined : resolveScope({ namespace });
  if (scope?.ok === false) throw scope.error;
  const account = accountOf(args.text("service-account"));
  const file = args.text("config");
  const config = file === undefined ? undefined : await loadConfig(file);
  if (config?.ok === false) {
    for (const problem of config.error) refuse(io, `${file ?? ""}: ${formatProblem(problem)}`);
    return undefined;
  }
  return {
    ...(namespace === undefined ? {} : { namespace }),
    ...(account === undefined ? {} : { account }),
    ...(config === undefined || file === undefined ? {} : { config: { file, config: config.value } }),
  };
}

function accountOf(text: string | undefined): DoctorRun["account"] {
  if (text === undefined) return undefined;
  const [, namespace, name] = /^([^/]+)\/([^/]+)$/.exec(text) ?? [];
  if (namespace !== undefined && name !== undefined) return { namespace, name };
  throw usage(`--service-account ${JSON.stringify(text)} is no account; write NAMESPACE/NAME`);
}

function usage(problem: string): PointsmanError {
  return new PointsmanError("PM_USAGE", { problem });
}

function refuse(io: Io, problem: string): void {
  io.stderr.write(`pointsman: ${problem}\n`);
}
