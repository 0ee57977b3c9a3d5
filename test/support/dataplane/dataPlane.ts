import { readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";

import { systemClock } from "../../../src/base/clock.js";
import { seededRandom } from "../../../src/base/random.js";
import { Kubelet } from "../../../src/sandbox/workloads/kubelet.js";
import { podNetwork } from "../../../src/sandbox/workloads/server/podNetwork.js";
import { PodServers } from "../../../src/sandbox/workloads/server/podServers.js";
import { ControllerProcess } from "../controllerProcess.js";
import { accountName } from "../install/account.js";
import { applyManifest } from "../install/apply.js";
import { invocationOf } from "../install/invocation.js";
import { writeOverlay } from "../install/overlay.js";
import type { Manifest } from "../install/render.js";
import { render } from "../install/render.js";
import { Plane } from "../plane/plane.js";
import type { PlaneInfo } from "../plane/planeInfo.js";
import { startPlane } from "../plane/startPlane.js";
import type { RunningGateway } from "./gateway.js";
import { startGateway } from "./gateway.js";

/** What of an installation is not applied: its Pods would be stand-ins, the program runs beside the cluster. */
const leftOut = new Set(["Deployment", "PodDisruptionBudget"]);

/** What there is once everything has started. */
interface Parts {
  readonly plane: Plane;
  readonly gateway: RunningGateway;
  readonly rendered: readonly Manifest[];
  readonly namespace: string;
}

type Cleanup = () => unknown;

/**
 * A cluster whose requests really arrive: a real control plane, Contour and Envoy, and Pods that are servers with
 * addresses of their own. It needs the network namespace that `npm run test:dataplane` makes. Always `stop` it.
 */
export class DataPlane {
  private readonly controllers: ControllerProcess[] = [];

  private constructor(
    private readonly parts: Parts,
    private readonly cleanups: readonly Cleanup[],
  ) {}

  static async start(): Promise<DataPlane> {
    const cleanups: Cleanup[] = [];
    try {
      return new DataPlane(await startParts(cleanups), cleanups);
    } catch (thrown) {
      await runBackwards(cleanups);
      throw thrown;
    }
  }

  get admin(): Plane["admin"] {
    return this.parts.plane.admin;
  }

  get namespace(): string {
    return this.parts.namespace;
  }

  get info(): PlaneInfo {
    return this.parts.plane.info;
  }

  /** A kubeconfig of the shipped ServiceAccount, which may see GatewayClasses. */
  async account(): Promise<string> {
    const { plane, rendered } = this.parts;
    const { namespace } = invocationOf(rendered, "pointsman-0");
    return plane.kubeconfigFor(await plane.tokenOf(namespace, accountName), namespace);
  }

  /** Starts the program as the shipped ServiceAccount, or by another kubeconfig; one that ran is ended before. */
  async controller(config: string, by?: string): Promise<ControllerProcess> {
    await this.killControllers();
    const { env, flags } = invocationOf(this.parts.rendered, "pointsman-0");
    const kubeconfig = by ?? (await this.account());
    const started = await ControllerProcess.start({ kubeconfig, config, env, flags });
    this.controllers.push(started);
    return started;
  }

  /** Adds components to the installation, as a user's own kustomization does. */
  async install(...components: readonly string[]): Promise<void> {
    const folder = await writeOverlay({ base: "cluster", components });
    try {
      await applyAll(this.parts.plane, await render(folder));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Ends the program as a crash would. */
  async killControllers(): Promise<void> {
    await Promise.all(this.controllers.splice(0).map((controller) => controller.kill()));
  }

  /** Throws if a server has ended meanwhile. */
  assertRunning(): void {
    this.parts.gateway.assertRunning();
  }

  async stop(): Promise<void> {
    await this.killControllers();
    await runBackwards(this.cleanups);
  }
}

async function startParts(cleanups: Cleanup[]): Promise<Parts> {
  const binaries = variable("POINTSMAN_DATAPLANE");
  const definitions = join(binaries, "crds");
  const crdFiles = readdirSync(definitions).map((name) => join(definitions, name));
  const running = await startPlane({ binaries: variable("POINTSMAN_SERVERS"), crdFiles });
  cleanups.push(() => running.stop());
  const gateway = await startGateway(running, binaries);
  cleanups.push(() => gateway.stop());
  const plane = new Plane(running.info);
  cleanups.push(() => plane.close());
  const rendered = await render("kustomize/overlays/cluster");
  await applyAll(plane, rendered);
  const namespace = await plane.createNamespace("shop");
  const serve = new PodServers({ clock: systemClock, random: seededRandom(1), network: podNetwork("address") });
  cleanups.push(() => serve.close());
  // A Pod without a grace period ends at its deletion, the others take a second.
  const common = { api: plane.adminApi, clock: systemClock, namespace };
  const kubelet = new Kubelet({ ...common, nodeName: "node", terminationMs: 1_000, serve });
  cleanups.push(() => kubelet.stop());
  const started = await kubelet.start();
  if (!started.ok) throw new Error(`the Node could not be created: ${started.error.message}`);
  return { plane, gateway, rendered, namespace };
}

async function applyAll(plane: Plane, rendered: readonly Manifest[]): Promise<void> {
  for (const manifest of rendered) if (!leftOut.has(manifest.kind)) await applyManifest(plane.admin, manifest);
}

async function runBackwards(cleanups: readonly Cleanup[]): Promise<void> {
  for (const cleanup of cleanups.toReversed()) await cleanup();
}

function variable(name: string): string {
  const value = process.env[name] ?? "";
  if (value === "") throw new Error(`${name} is not set: run these tests with npm run test:dataplane`);
  return value;
}
