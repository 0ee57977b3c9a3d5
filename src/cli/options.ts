import type { OptionSpec } from "./command.js";

/** Options that several commands have, said once. */
export const options = {
  server: { type: "text", value: "URL", description: "the controller's read API" },
  tokenFile: { type: "text", value: "FILE", description: "bearer token for --server, where it asks for one" },
  kubeconfig: {
    type: "text",
    value: "FILE",
    description: "default KUBECONFIG, the Pod's account, or ~/.kube/config",
  },
  credentials: {
    type: "text",
    value: "FILE",
    description: "credentials; default $KUBECONFIG, then the Pod's own, then ~/.kube/config",
  },
  config: { type: "text", value: "FILE", description: "the controller's configuration, for its kinds and times" },
  output: { type: "text", short: "o", value: "FORMAT", description: "default text", oneOf: ["text", "json", "yaml"] },
} as const satisfies Readonly<Record<string, OptionSpec>>;
