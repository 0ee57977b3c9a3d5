import { cpSync, mkdtempSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";

import { sleep, systemClock } from "../../src/base/clock.js";
import { describeError } from "../../src/base/errors.js";
import { createApi } from "../../src/kube/client.js";
import { RouteStatusWriter } from "../../src/sandbox/workloads/routeStatus.js";
import { crdFiles } from "../support/plane/crds.js";
import { transportTo } from "../support/plane/plane.js";
import type { RunningPlane } from "../support/plane/startPlane.js";
import { startPlane } from "../support/plane/startPlane.js";
import { App } from "./app.js";
import type { ControllerStart } from "./controller.js";
import { BenchController } from "./controller.js";
import type { IdleFigures } from "./idle.js";
import { measureIdle } from "./idle.js";
import type { BenchOptions } from "./options.js";
import { benchOptions } from "./options.js";
import { writeSection } from "./page.js";
import { Child } from "./processes.js";
import type { Contest } from "./report.js";
import { latencySection } from "./report.js";
import { compete, Stopwatch } from "./trials.js";

const idleRoutemaps = 20;
const namespaces = { group: "", version: "v1", resource: "namespaces" };
const never = new AbortController().signal;

/** The benchmark over a control plane that is there. */
class LatencyBench {
  private readonly planeFile: string;
  private readonly configFile: string;
  private readonly bundle: string;

  constructor(
    private readonly options: BenchOptions,
    private readonly plane: RunningPlane,
    folder: string,
  ) {
    this.planeFile = join(folder, "plane.json");
    this.configFile = join(folder, "controller.yaml");
    this.bundle = join(folder, "bundle", basename(options.bundle));
    writeFileSync(this.planeFile, JSON.stringify(plane.info), { mode: 0o600 });
    writeFileSync(this.configFile, "clusterScoped: true\n");
    // A copy, because the bundle may be built anew while this runs.
    cpSync(dirname(options.bundle), join(folder, "bundle"), { recursive: true });
  }

  /** Lets both floors and a controller with `routemaps` routemaps take turns. */
  async contest(routemaps: number): Promise<Contest> {
    const bare = await this.floor(`bare-${routemaps}`, "bare");
    const same = await this.floor(`same-${routemaps}`, "same");
    const namespace = `controller-${routemaps}`;
    const apps = await this.apps(namespace, routemaps, true);
    const controller = await BenchController.start(this.start(namespace));
    const own = new Stopwatch(namespace, apps);
    const stopwatches = [bare.stopwatch, same.stopwatch, own];
    try {
      for (const stopwatch of stopwatches) await stopwatch.untilAllCarry();
      await compete(stopwatches, this.options.rounds);
    } finally {
      for (const stopwatch of stopwatches) stopwatch.stop();
      await Promise.all([bare.child, same.child, controller.child].map((child) => child.end()));
    }
    return { routemaps, bare: bare.stopwatch.samples, same: same.stopwatch.samples, controller: own.samples };
  }

  private async floor(namespace: string, form: "bare" | "same"): Promise<{ child: Child; stopwatch: Stopwatch }> {
    const apps = await this.apps(namespace, 1, false);
    const child = Child.start(this.options.floorProgram, [this.planeFile, namespace, "app0", form]);
    await child.until("the floor watches", () => child.output.includes("ready"));
    return { child, stopwatch: new Stopwatch(namespace, apps) };
  }

  /** Measures a controller that has nothing to do. */
  async idle(): Promise<IdleFigures> {
    const namespace = "idle";
    const transport = transportTo(this.plane.info);
    const gateway = new RouteStatusWriter({
      api: createApi(transport),
      clock: systemClock,
      namespace,
      controllerName: "example.com/gateway",
    });
    const apps = await this.apps(namespace, idleRoutemaps, true);
    gateway.start();
    const start = this.start(namespace);
    const first = await BenchController.start(start);
    const stopwatch = new Stopwatch(namespace, apps);
    try {
      await stopwatch.untilAllCarry();
      // Until the last status and the last Event are written.
      await sleep(systemClock, 5000, never);
      await first.child.end();
      return await measureIdle(start, this.plane.admin, this.options.starts, this.options.idleMs);
    } finally {
      stopwatch.stop();
      await first.child.end();
      await gateway.stop();
      transport.close();
    }
  }

  private start(namespace: string): ControllerStart {
    const { profiles } = this.options;
    const nodeFlags =
      profiles === undefined
        ? []
        : ["--cpu-prof", `--cpu-prof-dir=${resolve(profiles, namespace)}`, "--cpu-prof-interval=100"];
    const { bundle, configFile } = this;
    return { bundle, configFile, kubeconfig: this.plane.info.kubeconfigPath, namespace, nodeFlags };
  }

  private async apps(namespace: string, count: number, withRoutemaps: boolean): Promise<readonly App[]> {
    const { admin } = this.plane;
    await admin.create(namespaces, undefined, { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
    const apps = Array.from({ length: count }, (_, index) => new App(admin, namespace, `app${index}`));
    for (const app of apps) await app.create(withRoutemaps);
    return apps;
  }
}

async function main(words: readonly string[]): Promise<void> {
  const options = benchOptions(words);
  const folder = mkdtempSync(join(tmpdir(), "pointsman-bench-"));
  const files = crdFiles(join(options.root, "test/support/crds"), process.env["POINTSMAN_TEST_CRDS"]);
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  say("starting a control plane");
  // Without a controller manager nobody but the benchmark writes a Deployment's status, and two cores are enough.
  const plane = await startPlane({ binaries: options.binaries, folder, crdFiles: files, controllerManager: false });
  try {
    const bench = new LatencyBench(options, plane, folder);
    const before = loadavg()[0] ?? 0;
    const contests: Contest[] = [];
    for (const size of options.sizes) {
      say(`${options.rounds} rounds with ${size} routemaps`);
      contests.push(await bench.contest(size));
    }
    say(`${options.starts} starts, then ${options.idleMs / 1000} s at rest`);
    const idle = options.starts === 0 ? undefined : await bench.idle();
    const load = [before, loadavg()[0] ?? 0] as const;
    const section = latencySection({ contests, idle, idleRoutemaps, load });
    if (options.page !== undefined) writeSection(options.page, section);
    process.stdout.write(`${section}\n`);
  } finally {
    await plane.stop();
  }
}

main(process.argv.slice(2)).catch((thrown: unknown) => {
  process.stderr.write(`${thrown instanceof Error ? (thrown.stack ?? thrown.message) : describeError(thrown)}\n`);
  process.exitCode = 1;
});
