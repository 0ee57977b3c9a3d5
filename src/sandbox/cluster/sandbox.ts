import { setMaxListeners } from "node:events";

import type { Clock } from "../../base/clock.js";
import { PointsmanError } from "../../base/errors.js";
import type { Random } from "../../base/random.js";
import { version } from "../../base/version.js";
import type { Api } from "../../kube/api.js";
import { createApi } from "../../kube/client.js";
import { Discovery } from "../../kube/discovery.js";
import { loadCredentials } from "../../kube/kubeconfig.js";
import { Transport } from "../../kube/transport.js";
import type { Lags } from "../gateway/gateway.js";
import { Gateway } from "../gateway/gateway.js";
import type { Address } from "../gateway/network.js";
import { WorkloadControllers } from "../workloads/controllers/workloadControllers.js";
import { DeclaredKinds } from "../workloads/declaredKinds.js";
import { GatewayClasses, Gateways } from "../workloads/gateways.js";
import { InferenceServices } from "../workloads/inferenceServices.js";
import { KnativeServices } from "../workloads/knativeServices.js";
import { Kubelet } from "../workloads/kubelet.js";
import { LoopbackNetwork } from "../workloads/server/podNetwork.js";
import { PodServers } from "../workloads/server/podServers.js";
import { applyManifests } from "./applyManifests.js";
import { gatewayManifests, gatewayController } from "./gatewayObjects.js";
import { removeKubeconfig, writeKubeconfig } from "./kubeconfigFile.js";
import type { Manifest } from "./manifests.js";
import { orPortBusy } from "./ports.js";
import type { SandboxServer, StartServer } from "./server.js";

/** What a sandbox is made of. Times in milliseconds. */
export interface SandboxOptions {
  readonly startServer: StartServer;
  readonly clock: Clock;
  readonly random: Random;
  /** Where the kubeconfig is written. */
  readonly kubeconfigFile: string;
  /** Definitions of the kinds that are there from the beginning. */
  readonly definitions: readonly Manifest[];
  /** Of the API server and of the gateway; 0: any that is free. */
  readonly port: number;
  readonly gatewayPort: number;
  /** How slow the gateway is to follow. */
  readonly lag: Lags;
  /** From a Pod's binding, or a custom resource's change, to its being ready. */
  readonly startMs: number;
  /** Told of what users got wrong in the cluster and cannot be refused, one line each. */
  readonly onProblem?: (line: string) => void;
}

/** Something of a sandbox that runs. */
interface Part {
  stop(): Promise<void> | void;
}

/**
 * A cluster in this process: API server, workload controllers, kubelet with a server in each Pod, stand-ins for the
 * controllers of custom resources, and a gateway. Always `stop` it.
 */
export class Sandbox {
  /** What stops last stands first. */
  private readonly parts: Part[] = [];
  private readonly stopped = new AbortController();

  private constructor(
    private readonly options: SandboxOptions,
    readonly server: SandboxServer,
    readonly api: Api,
    readonly discovery: Discovery,
    /** The servers in the Pods, to make them misbehave. */
    readonly servers: PodServers,
    readonly kubelet: Kubelet,
    private readonly gateway: Gateway,
  ) {
    setMaxListeners(0, this.stopped.signal);
  }

  private address: Address = { host: "127.0.0.1", port: 0 };

  /** Where the gateway listens. */
  get gatewayAddress(): Address {
    return this.address;
  }

  get kubeconfigFile(): string {
    return this.options.kubeconfigFile;
  }

  /** Starts everything; throws a PointsmanError where a port is taken or a file cannot be written. */
  static async start(options: SandboxOptions, signal: AbortSignal): Promise<Sandbox> {
    const { clock, random, kubeconfigFile, port } = options;
    const server = await orPortBusy(options.startServer(port), { port, flag: "--port" });
    let stop: () => Promise<void> = () => server.close();
    try {
      await writeKubeconfig(kubeconfigFile, server.kubeconfig());
      const credentials = await loadCredentials({ kubeconfig: kubeconfigFile, env: {}, allowDefault: false, clock });
      if (!credentials.ok) throw credentials.error;
      const userAgent = `pointsman-sandbox/${version}`;
      const transport = new Transport({ credentials: credentials.value, clock, random, userAgent });
      const sandbox = Sandbox.assemble(options, server, createApi(transport));
      sandbox.parts.push({ stop: () => server.close() }, { stop: () => transport.close() });
      stop = () => sandbox.stop();
      await sandbox.bringUp(signal);
      return sandbox;
    } catch (thrown) {
      await stop();
      throw thrown;
    }
  }

  private static assemble(options: SandboxOptions, server: SandboxServer, api: Api): Sandbox {
    const { clock, random, lag, startMs, gatewayPort } = options;
    const network = new LoopbackNetwork();
    const servers = new PodServers({ clock, random, network });
    const kubelet = new Kubelet({ api, clock, nodeName: "sandbox", startMs, serve: servers });
    const gateway = new Gateway({
      api,
      clock,
      random,
      network,
      lag,
      controllerName: gatewayController,
      listen: { host: "127.0.0.1", port: gatewayPort },
    });
    return new Sandbox(options, server, api, new Discovery(api, clock), servers, kubelet, gateway);
  }

  /** Applies objects as `kubectl apply --server-side` would. The failure is one line. */
  async apply(manifests: readonly Manifest[], signal: AbortSignal): Promise<void> {
    const { api, discovery } = this;
    const applied = await applyManifests({ api, discovery, clock: this.options.clock, signal }, manifests);
    if (!applied.ok) throw new PointsmanError("PM_USAGE", { problem: applied.error });
  }

  /** Ends it all, the API server last. */
  async stop(): Promise<void> {
    this.stopped.abort();
    for (const part of this.parts.splice(0).reverse()) await part.stop();
    await removeKubeconfig(this.kubeconfigFile);
  }

  private async bringUp(signal: AbortSignal): Promise<void> {
    await this.apply(this.options.definitions, signal);
    await this.startWorkloads();
    const { gatewayPort } = this.options;
    this.parts.push(this.gateway);
    this.address = await orPortBusy(this.gateway.start(), { port: gatewayPort, flag: "--gateway-port" });
    this.startStandIns();
    await this.apply(gatewayManifests(), signal);
  }

  private async startWorkloads(): Promise<void> {
    const { api, servers, kubelet } = this;
    const { clock, random } = this.options;
    this.parts.push({ stop: () => servers.close() }, kubelet);
    const controllers = new WorkloadControllers({ api, clock, random });
    this.parts.push(controllers);
    await controllers.start();
    const started = await kubelet.start();
    if (!started.ok) throw new PointsmanError("PM_USAGE", { problem: `no Node: ${started.error.message}` });
  }

  private startStandIns(): void {
    const { clock, onProblem = () => undefined } = this.options;
    const common = { api: this.api, clock };
    const slow = { ...common, readyAfterMs: this.options.startMs };
    const standIns = [
      new InferenceServices(slow),
      new KnativeServices(slow),
      new DeclaredKinds({ ...common, onProblem }),
      new GatewayClasses(common),
      new Gateways(common, this.address.host),
    ];
    for (const standIn of standIns) standIn.start();
    this.parts.push(...standIns);
  }
}
