import type { AnyCommand, CommandSpec } from "./command.js";
import { command } from "./main.js";
import { options } from "./options.js";
import type { StatusParts } from "./status/statusRun.js";

const spec = {
  name: "status",
  summary: "show routemaps with their versions: where each stands, and how much traffic it is to have and has",
  examples: [
    { line: "pointsman status -n shop", does: "Every routemap of a namespace." },
    { line: "pointsman status app -n shop --watch", does: "One routemap, drawn anew whenever something changes." },
    { line: "pointsman status -A -o json", does: "All that may be listed, for programs." },
    {
      line: "pointsman status -A --server http://127.0.0.1:8081",
      does: "Asks the controller, which also knows what it remembers (kubectl port-forward leads to it).",
    },
  ],
  options: {
    namespace: {
      type: "text",
      short: "n",
      value: "NAMESPACE",
      description: "where the routemaps are; default that of the kubeconfig",
    },
    "all-namespaces": { type: "flag", short: "A", description: "routemaps of all namespaces" },
    watch: { type: "flag", short: "w", description: "go on until interrupted, and show what changes" },
    server: options.server,
    "token-file": options.tokenFile,
    kubeconfig: options.kubeconfig,
    config: options.config,
    output: options.output,
  },
  operands: { usage: "[NAME]", most: 1 },
} as const satisfies CommandSpec;

/** The options of `status`. */
export type StatusOption = keyof typeof spec.options;

/** The command `status`: exit 1 where there is no routemap of that name, or nothing can be read. */
export function statusCommand(parts: StatusParts): AnyCommand {
  return command<StatusOption>({
    spec,
    run: async (args, io) => (await import("./status/statusRun.js")).runStatus(args, io, parts),
  });
}
