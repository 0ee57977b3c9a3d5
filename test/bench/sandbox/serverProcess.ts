import { join } from "node:path";

import { numberAt, stringAt } from "../../../src/base/json.js";
import { parseJson } from "../../../src/kube/status.js";
import { Child } from "../processes.js";

/** An embedded API server in a process of its own. */
export interface ServerProcess {
  readonly child: Child;
  readonly url: string;
  readonly caCertificate: string;
  readonly token: string;
  /** What its start took, by its own clock: the modules were loaded before. */
  readonly readyMs: number;
  readonly kubeconfigFile: string;
}

/** Starts one; `folder` keeps its kubeconfig, `profiles` its processor profile. End its child. */
export async function startServer(
  program: string,
  folder: string,
  profiles: string | undefined,
): Promise<ServerProcess> {
  const kubeconfigFile = join(folder, "kubeconfig");
  const child = Child.start(program, [kubeconfigFile], profileFlags(profiles));
  await child.begin("the API server", () => child.output.includes("\n"));
  const told = parseJson(child.output.split("\n", 1)[0] ?? "");
  const text = (name: string): string => stringAt(told, name) ?? "";
  return {
    child,
    url: text("url"),
    caCertificate: text("caCertificate"),
    token: text("token"),
    readyMs: numberAt(told, "readyMs") ?? NaN,
    kubeconfigFile,
  };
}

/** Flags of Node that write a processor profile into the folder. */
export function profileFlags(folder: string | undefined): readonly string[] {
  return folder === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${folder}`];
}
