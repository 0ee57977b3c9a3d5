import type { AnyCommand, CommandSpec } from "./command.js";
import { command } from "./main.js";
import { options } from "./options.js";
import type { PlanParts } from "./plan/planRun.js";

const spec = {
  name: "plan",
  summary: "say what the controller would write if these files were applied, and write nothing",
  examples: [
    {
      line: "pointsman plan -f routemap.yaml -n shop",
      does: "Compares with the cluster. Exit code 2: there are changes.",
    },
    { line: "helm template my-release | pointsman plan -f -", does: "The same for all that a chart renders." },
    { line: "pointsman plan -n shop", does: "What the controller is about to do with the cluster as it is." },
    {
      line: "pointsman plan -f app.yaml --against empty --assume-ready",
      does: "Without a cluster: the routes of an app whose versions are all ready.",
    },
    { line: "pointsman plan -f app.yaml --against before.yaml -o json", does: "Compares with objects from a file." },
  ],
  options: {
    file: {
      type: "list",
      short: "f",
      value: "FILE",
      description: "manifests to lay over what is there, - for standard input",
    },
    against: {
      type: "text",
      value: "WHAT",
      description: "cluster, empty, or a file of objects as `kubectl get -o yaml` prints them; default cluster",
    },
    "assume-ready": {
      type: "flag",
      description: "take every listed object of the files as ready, if it is not deleted",
    },
    namespace: {
      type: "text",
      short: "n",
      value: "NAMESPACE",
      description: "where objects are that name none; default that of the kubeconfig",
    },
    config: options.config,
    kubeconfig: options.kubeconfig,
    output: { type: "text", short: "o", value: "FORMAT", description: "default diff", oneOf: ["diff", "json", "yaml"] },
  },
  operands: { usage: "[FILE…]", most: 1000 },
} as const satisfies CommandSpec;

/** The options of `plan`. */
export type PlanOption = keyof typeof spec.options;

/** The command `plan`: exit 0 without changes, 2 with changes, 1 where something is wrong or cannot be read. */
export function planCommand(parts: PlanParts): AnyCommand {
  return command<PlanOption>({
    spec,
    run: async (args, io) => (await import("./plan/planRun.js")).runPlan(args, io, parts),
  });
}
