import { systemClock } from "../../src/base/clock.js";
import { App } from "../support/app.js";
import type { ControllerProcess, ControllerProcessOptions } from "../support/controllerProcess.js";
import type { ModelApp } from "../support/invariants.js";
import { violations } from "../support/invariants.js";
import type { Recorder, Revision } from "../support/plane/recorder.js";
import { recordRevisions } from "../support/plane/recorder.js";
import { waitFor } from "../support/plane/waitFor.js";
import { configMaps, deployments, httpRoutes, Scene, services } from "../support/scene.js";
import type { SeenRequest } from "./proxy/exchange.js";
import { FaultProxy } from "./proxy/faultProxy.js";
import { kubeconfigThrough } from "./proxy/kubeconfig.js";
import { isWrite } from "./proxy/describeWrite.js";

/** Settle and drain of the quick configuration together, less what the record may lag behind. */
export const holdMs = 300;

/** Leads from the start: no test but those on the lease waits for an election. */
export const alone: readonly string[] = ["--leader-elect=false"];

/** A scene whose controller reaches the API server through a fault proxy only, and a record of every revision. */
export class Rig {
  private readonly models: ModelApp[] = [];
  private readonly foreign = new Set<string>();
  private readonly processes: ControllerProcess[] = [];

  private constructor(
    readonly scene: Scene,
    readonly proxy: FaultProxy,
    readonly record: Recorder,
  ) {}

  static async open(prefix: string, seed = 1): Promise<Rig> {
    const scene = await Scene.open(prefix);
    const proxy = await FaultProxy.start(scene.plane.info, seed);
    const { admin, namespace } = scene;
    const record = await recordRevisions(admin, namespace, deployments, services, httpRoutes, configMaps);
    return new Rig(scene, proxy, record);
  }

  /** Starts the controller with the shipped rights, behind the proxy. */
  async controller(options: Partial<ControllerProcessOptions> = {}): Promise<ControllerProcess> {
    const { kubeconfig } = await this.scene.account();
    const through = await kubeconfigThrough(this.proxy, kubeconfig, this.scene.plane.info.folder);
    return this.start({ kubeconfig: through, ...options });
  }

  /** Starts the controller with a kubeconfig of the test's own. It is ended with the rig, even if it never got ready. */
  start(options: Partial<ControllerProcessOptions> & { readonly kubeconfig: string }): Promise<ControllerProcess> {
    const onSpawn = (started: ControllerProcess): void => {
      this.processes.push(started);
      options.onSpawn?.(started);
    };
    return this.scene.controller({ flags: alone, ...options, onSpawn });
  }

  /** An app whose invariants are checked at the end. */
  app(name: string, ...weights: readonly number[]): App {
    const app = new App(this.scene, name, weights.length === 0 ? [80, 20] : weights);
    this.models.push(app.model);
    return app;
  }

  /** Excuses a revision that the test itself wrote. */
  excuse(resourceVersion: string): void {
    this.foreign.add(resourceVersion);
  }

  /** What the controller sent since a moment. */
  sent(since: number, where: (seen: SeenRequest) => boolean = () => true): readonly SeenRequest[] {
    return this.proxy.seen.filter((seen) => seen.at >= since && where(seen));
  }

  /** Its writes since a moment, Events and Leases left out. */
  writes(since: number, where: (seen: SeenRequest) => boolean = () => true): readonly SeenRequest[] {
    const counts = ({ request }: SeenRequest): boolean =>
      isWrite(request) && request.resource !== "events" && request.resource !== "leases";
    return this.sent(since, (seen) => counts(seen) && where(seen));
  }

  /** The revisions of an object since a moment. */
  revisions(kind: string, name: string, since = 0): readonly Revision[] {
    return this.record.revisions.filter(
      ({ object, at }) => object.kind === kind && object.metadata.name === name && at >= since,
    );
  }

  /** Waits until the controller has written nothing for `ms`. */
  async untilQuiet(ms = 1500, timeoutMs = 20_000): Promise<void> {
    const start = systemClock.monotonic();
    const last = (): number => this.writes(start).at(-1)?.at ?? start;
    await waitFor(() => systemClock.monotonic() - last() > ms, { describe: "the controller to rest", timeoutMs });
  }

  /** What was wrong in any stored revision. */
  async violations(): Promise<readonly string[]> {
    await this.record.stop();
    return violations(this.record.revisions, { apps: this.models, foreign: this.foreign, holdMs });
  }

  async close(): Promise<void> {
    await Promise.all(this.processes.map((started) => started.kill()));
    await this.scene.close();
    await this.proxy.close();
  }
}
