import type { Json } from "../../base/json.js";
import { arrayAt, numberAt, stringAt } from "../../base/json.js";
import type { KubeObject } from "../../kube/object.js";

/** A workload that runs a traffic controller, as its Pod template says. */
export interface ControllerWorkload {
  readonly product: "pointsman" | "iter8";
  readonly object: KubeObject;
  readonly namespace: string;
  readonly replicas: number;
  readonly serviceAccount: string;
  /** Value of --namespace; absent: the configuration decides. */
  readonly only?: string;
  /** False where --leader-elect=false. */
  readonly elects: boolean;
  /** The ConfigMap that holds the configuration file, where it is one. */
  readonly config?: { readonly name: string; readonly key: string };
}

/** What a workload's Pod template runs, if that is a controller of Pointsman or of Iter8. */
export function controllerIn(object: KubeObject): ControllerWorkload | undefined {
  const pod = ["spec", "template", "spec"] as const;
  for (const container of arrayAt(object, ...pod, "containers")) {
    const words = [...arrayAt(container, "command"), ...arrayAt(container, "args")].filter(isText);
    const product = productOf(stringAt(container, "image") ?? "", words, object);
    if (product === undefined) continue;
    const namespace = object.metadata.namespace ?? "";
    const only = optionOf(words, "namespace")?.replace("$(POD_NAMESPACE)", namespace);
    const config = configOf(object, container, optionOf(words, "config"));
    return {
      product,
      object,
      namespace,
      replicas: numberAt(object, "spec", "replicas") ?? 1,
      serviceAccount: stringAt(object, ...pod, "serviceAccountName") ?? "default",
      ...(only === undefined ? {} : { only }),
      elects: optionOf(words, "leader-elect") !== "false",
      ...(config === undefined ? {} : { config }),
    };
  }
  return undefined;
}

/** Iter8's image is `iter8/iter8`; ours may be anybody's copy, but its name stays, or the label of the manifests. */
function productOf(
  image: string,
  words: readonly string[],
  { metadata }: KubeObject,
): ControllerWorkload["product"] | undefined {
  const name =
    (image.split("@")[0] ?? "")
      .replace(/:[^/:]*$/, "")
      .split("/")
      .at(-1) ?? "";
  if (name === "iter8") return words.some((word) => /\bcontrollers\b/.test(word)) ? "iter8" : undefined;
  const isOurs = name === "pointsman" || metadata.labels?.["app.kubernetes.io/name"] === "pointsman";
  return isOurs && words.includes("controller") ? "pointsman" : undefined;
}

function optionOf(words: readonly string[], name: string): string | undefined {
  const inline = words.find((word) => word.startsWith(`--${name}=`));
  if (inline !== undefined) return inline.slice(name.length + 3);
  const at = words.indexOf(`--${name}`);
  return at < 0 ? undefined : words[at + 1];
}

/** The key of the ConfigMap that is mounted where the file is. */
function configOf(object: KubeObject, container: Json, file: string | undefined): ControllerWorkload["config"] {
  if (file === undefined) return undefined;
  for (const mount of arrayAt(container, "volumeMounts")) {
    const path = stringAt(mount, "mountPath") ?? "";
    if (!file.startsWith(`${path}/`)) continue;
    const volumes = arrayAt(object, "spec", "template", "spec", "volumes");
    const volume = volumes.find((one) => stringAt(one, "name") === stringAt(mount, "name"));
    const name = volume === undefined ? undefined : stringAt(volume, "configMap", "name");
    if (name !== undefined) return { name, key: file.slice(path.length + 1) };
  }
  return undefined;
}

function isText(value: Json): value is string {
  return typeof value === "string";
}
