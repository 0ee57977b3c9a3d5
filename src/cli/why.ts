import type { AnyCommand, CommandSpec } from "./command.js";
import { command } from "./main.js";
import { options } from "./options.js";
import type { WhyParts } from "./why/whyRun.js";

const spec = {
  name: "why",
  summary: "say why a routemap or one of its versions has the traffic that it has, and what to do about it",
  examples: [
    { line: "pointsman why app -n shop", does: "Explains a routemap of the cluster, with the causes first." },
    { line: "pointsman why app/v2 -n shop", does: "Explains one of its versions." },
    {
      line: "pointsman why app -n shop --server http://127.0.0.1:8081",
      does: "Asks the controller, which also knows what it remembers (kubectl port-forward leads to it).",
    },
    {
      line: "kubectl get cm,deploy,svc,endpointslices,httproutes -n shop -o yaml --show-managed-fields | pointsman why app -n shop -f -",
      does: "Explains from files, without a cluster.",
    },
    { line: "pointsman why app/v2 -o json", does: "The same chain of reasons, for programs." },
  ],
  options: {
    namespace: {
      type: "text",
      short: "n",
      value: "NAMESPACE",
      description: "where the routemap is; default that of the kubeconfig",
    },
    file: {
      type: "list",
      short: "f",
      value: "FILE",
      description: "objects of the cluster as YAML or JSON, - for standard input; may be repeated; no cluster is asked",
    },
    server: options.server,
    "token-file": options.tokenFile,
    kubeconfig: options.kubeconfig,
    config: options.config,
    output: options.output,
  },
  operands: { usage: "NAME[/VERSION]", most: 1 },
} as const satisfies CommandSpec;

/** The options of `why`. */
export type WhyOption = keyof typeof spec.options;

/** The command `why`: exit 1 where there is no such routemap or version, or nothing can be read. */
export function whyCommand(parts: WhyParts): AnyCommand {
  return command<WhyOption>({
    spec,
    run: async (args, io) => (await import("./why/whyRun.js")).runWhy(args, io, parts),
  });
}
