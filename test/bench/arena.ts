import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

import { last, stagesOf, wordsOf } from "../support/install/dockerfile.js";
import { App } from "./app.js";
import type { ControllerStart } from "./controller.js";
import type { BenchOptions } from "./options.js";
import { Child } from "./processes.js";
import type { BenchPlane } from "./plane.js";

const namespaces = { group: "", version: "v1", resource: "namespaces" };

/** A control plane that is there, the programs that compete on it, and the apps they look after. */
export class Arena {
  private readonly planeFile: string;
  private readonly configFile: string;
  private readonly bundle: string;

  /** `folder` may be filled; `config` is the text of the controller's configuration. */
  constructor(
    readonly options: BenchOptions,
    readonly plane: BenchPlane,
    folder: string,
    config: string,
  ) {
    this.planeFile = join(folder, "plane.json");
    this.configFile = join(folder, "controller.yaml");
    this.bundle = join(folder, "bundle", basename(options.bundle));
    writeFileSync(this.planeFile, JSON.stringify(plane.info), { mode: 0o600 });
    writeFileSync(this.configFile, config);
    // A copy, because the bundle may be built anew while this runs.
    cpSync(dirname(options.bundle), join(folder, "bundle"), { recursive: true });
  }

  /** Starts a floor for the first app of a namespace and waits until it watches. `words` follow those all floors take. */
  async floor(namespace: string, form: "bare" | "same", words: readonly string[] = []): Promise<Child> {
    const child = Child.start(this.options.floorProgram, [this.planeFile, namespace, "app0", form, ...words]);
    await child.begin("the floor watches", () => child.output.includes("ready"));
    return child;
  }

  /** What starting a controller for a namespace takes. */
  controllerStart(namespace: string): ControllerStart {
    const { profiles, root } = this.options;
    const profile = profiles === undefined ? [] : profiling(resolve(profiles, namespace));
    const nodeFlags = [...memoryFlags(join(root, "Dockerfile")), ...profile];
    const { bundle, configFile } = this;
    return { bundle, configFile, kubeconfig: this.plane.info.kubeconfigPath, namespace, nodeFlags };
  }

  /** Creates a namespace and apps in it: app0, app1 … */
  async apps(namespace: string, count: number, withRoutemaps: boolean): Promise<readonly App[]> {
    const { admin } = this.plane;
    await admin.create(namespaces, undefined, { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
    const apps = Array.from({ length: count }, (_, index) => new App(admin, namespace, `app${index}`));
    for (const app of apps) await app.create(withRoutemaps);
    return apps;
  }
}

/** What the image tells Node about memory: a benchmark measures the program as it is shipped. */
function memoryFlags(dockerfile: string): readonly string[] {
  const stage = stagesOf(readFileSync(dockerfile, "utf8")).at(-1);
  const entrypoint = stage === undefined ? undefined : last(stage, "ENTRYPOINT");
  return wordsOf(entrypoint ?? "[]").filter((word) => word.startsWith("--max-"));
}

/** A processor profile at the end, and a heap snapshot whenever SIGUSR2 comes. */
function profiling(folder: string): readonly string[] {
  const cpu = ["--cpu-prof", `--cpu-prof-dir=${folder}`, "--cpu-prof-interval=1000"];
  return [...cpu, "--heapsnapshot-signal=SIGUSR2", `--diagnostic-dir=${folder}`];
}
