import { basename, dirname } from "node:path";

import type { Json } from "../../../src/base/json.js";
import { arrayAt, stringAt } from "../../../src/base/json.js";
import type { Manifest } from "./render.js";
import { one } from "./render.js";

/** How a Pod of the installation starts the program, told for a process of this machine. */
export interface Invocation {
  readonly namespace: string;
  /** Everything after `controller` but the file and the address, which are others outside a Pod. */
  readonly flags: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Text of the configuration file that the Pod would find. */
  readonly config: string;
  /** Value of --http-address. */
  readonly httpAddress: string;
}

/** Reads the Deployment as a kubelet would, for a Pod of this name; throws where they do not fit together. */
export function invocationOf(rendered: readonly Manifest[], podName: string): Invocation {
  const deployment = rendered.find(({ kind }) => kind === "Deployment");
  if (deployment === undefined) throw new Error("the installation has no Deployment");
  const namespace = stringAt(deployment, "metadata", "namespace") ?? "";
  const pod = arrayAt(deployment, "spec", "template", "spec", "containers")[0] ?? null;
  const fields: Readonly<Record<string, string>> = { "metadata.name": podName, "metadata.namespace": namespace };
  const env = Object.fromEntries(
    arrayAt(pod, "env").map((entry) => {
      const field = stringAt(entry, "valueFrom", "fieldRef", "fieldPath") ?? "";
      return [stringAt(entry, "name") ?? "", stringAt(entry, "value") ?? fields[field] ?? ""];
    }),
  );
  const words = arrayAt(pod, "args").map((word) => expand(typeof word === "string" ? word : "", env));
  const [command, ...flags] = words;
  if (command !== "controller") throw new Error(`the Pod runs ${String(command)}, not the controller`);
  const file = takeValue(flags, "--config");
  const httpAddress = takeValue(flags, "--http-address");
  return { namespace, flags, env, config: mountedText(rendered, deployment, pod, file), httpAddress };
}

/** Kubernetes' $(NAME) in the words of a command. */
function expand(word: string, env: Readonly<Record<string, string>>): string {
  return word.replace(/\$\((\w+)\)/g, (written, name: string) => env[name] ?? written);
}

function takeValue(words: string[], option: string): string {
  const index = words.indexOf(option);
  const [, value] = index < 0 ? [] : words.splice(index, 2);
  if (value === undefined) throw new Error(`the Pod is started without ${option}`);
  return value;
}

/** The text of a file that a ConfigMap is mounted for. */
function mountedText(rendered: readonly Manifest[], deployment: Manifest, container: Json, file: string): string {
  const mount = arrayAt(container, "volumeMounts").find((each) => stringAt(each, "mountPath") === dirname(file));
  const volume = arrayAt(deployment, "spec", "template", "spec", "volumes").find(
    (each) => stringAt(each, "name") === stringAt(mount, "name"),
  );
  const configMap = one(rendered, "ConfigMap", stringAt(volume, "configMap", "name") ?? "");
  const text = stringAt(configMap, "data", basename(file));
  if (text === undefined) throw new Error(`no ConfigMap provides ${file}`);
  return text;
}
