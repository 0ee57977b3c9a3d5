import type { Arguments } from "./arguments.js";
import type { AnyCommand, CommandSpec, Io } from "./command.js";
import { command } from "./main.js";

/** What `sandbox` was asked to do. */
export interface SandboxRun {
  /** 0: any port that is free. */
  readonly port: number;
  readonly gatewayPort: number;
  /** Where the kubeconfig is to be; a temporary file unless given. */
  readonly kubeconfigOut?: string;
  readonly withController: boolean;
  /** Files to apply, "-" for standard input. */
  readonly files: readonly string[];
}

/** Runs a sandbox until it is told to end; returns the exit code. */
export type RunSandbox = (run: SandboxRun, io: Io) => Promise<number>;

const spec = {
  name: "sandbox",
  summary: "run a cluster in this process, to try things without one",
  examples: [
    {
      line: "pointsman sandbox --with-controller -f config/sandbox/httpbin.yaml -f config/samples/blue-green.yaml",
      does: "Starts a cluster with Pointsman's controller, applies a file, and says how to go on. Ctrl-C ends it.",
    },
    {
      line: "pointsman sandbox --kubeconfig-out sandbox.kubeconfig --gateway-port 8000",
      does: "A cluster without a controller; KUBECONFIG=sandbox.kubeconfig kubectl get pods -A looks into it.",
    },
  ],
  options: {
    port: { type: "text", value: "N", description: "port of the API server on 127.0.0.1; default: any that is free" },
    "gateway-port": { type: "text", value: "N", description: "port of the gateway; default: any that is free" },
    "kubeconfig-out": {
      type: "text",
      value: "FILE",
      description: "where the kubeconfig is written, and removed at the end; default: a temporary file",
    },
    "with-controller": { type: "flag", description: "run Pointsman's controller in it too" },
    file: {
      type: "list",
      short: "f",
      value: "FILE",
      description: "objects to apply (YAML), - for standard input; may be repeated",
    },
  },
} as const satisfies CommandSpec;

type Option = keyof typeof spec.options;

/** The command `sandbox`, over what runs it. */
export function sandboxCommand(run: RunSandbox): AnyCommand {
  return command<Option>({
    spec,
    run(args, io) {
      const port = readPort(args, "port", io);
      const gatewayPort = readPort(args, "gateway-port", io);
      if (port === undefined || gatewayPort === undefined) return Promise.resolve(1);
      const kubeconfigOut = args.text("kubeconfig-out");
      return run(
        {
          port,
          gatewayPort,
          ...(kubeconfigOut === undefined ? {} : { kubeconfigOut }),
          withController: args.flag("with-controller") ?? false,
          files: args.list("file"),
        },
        io,
      );
    },
  });
}

function readPort(args: Arguments<Option>, name: "port" | "gateway-port", io: Io): number | undefined {
  const text = args.text(name) ?? "0";
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  io.stderr.write(
    `pointsman: --${name} is ${JSON.stringify(text)}; write a port, 1 to 65535, or 0 for any that is free\n`,
  );
  return undefined;
}
