import { arrayAt, stringAt } from "../../../src/base/json.js";
import type { Manifest } from "./render.js";
import { ofKind, one } from "./render.js";

/** How the Pod of a rendered Job starts the program, told for a process of this machine. */
export interface JobInvocation {
  readonly namespace: string;
  readonly account: string;
  /** Words after the program; the path of the configuration file is the Pod's. */
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Where the Pod finds its configuration, and its text. */
  readonly configFile: string;
  readonly config: string;
}

/** Reads the only Job as a kubelet would; throws where its parts do not fit together. */
export function jobInvocationOf(rendered: readonly Manifest[]): JobInvocation {
  const [job] = ofKind(rendered, "Job");
  if (job === undefined) throw new Error("the installation has no Job");
  const namespace = stringAt(job, "metadata", "namespace") ?? "";
  const [container = null] = arrayAt(job, "spec", "template", "spec", "containers");
  const words = arrayAt(container, "args").map((word) => (typeof word === "string" ? word : ""));
  const configFile = words[words.indexOf("--config") + 1] ?? "";
  const folder = stringAt(container, "volumeMounts", 0, "mountPath") ?? "";
  if (configFile !== `${folder}/config.yaml`) throw new Error(`${configFile} is not in the mounted folder ${folder}`);
  const volume = stringAt(job, "spec", "template", "spec", "volumes", 0, "configMap", "name") ?? "";
  const config = stringAt(one(rendered, "ConfigMap", volume), "data", "config.yaml") ?? "";
  const account = stringAt(job, "spec", "template", "spec", "serviceAccountName") ?? "";
  one(rendered, "ServiceAccount", account);
  const fields: Readonly<Record<string, string>> = { "metadata.namespace": namespace };
  const env = arrayAt(container, "env").map((entry) => {
    const field = stringAt(entry, "valueFrom", "fieldRef", "fieldPath") ?? "";
    return [stringAt(entry, "name") ?? "", fields[field] ?? ""] as const;
  });
  return { namespace, account, words, env: Object.fromEntries(env), configFile, config };
}
