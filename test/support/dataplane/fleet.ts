import { systemClock } from "../../../src/base/clock.js";
import { seededRandom } from "../../../src/base/random.js";
import { Gateway } from "../../../src/sandbox/gateway/gateway.js";
import type { LoadSummary } from "../../../src/sandbox/load/record.js";
import { podNetwork } from "../../../src/sandbox/workloads/server/podNetwork.js";
import { PodServers } from "../../../src/sandbox/workloads/server/podServers.js";
import { CanaryApp } from "./canaryApp.js";
import type { Delete } from "./deletes.js";
import { deleteUnderLoad, recordDeletes } from "./deletes.js";
import { Traffic, untilReachable } from "./traffic.js";
import type { Recorder } from "../plane/recorder.js";
import { plane } from "../plane/plane.js";
import { Scene } from "../scene.js";

/** How many apps there are, and how slow their gateway is. */
export interface FleetOptions {
  readonly apps: number;
  /** From a change of a route to the gateway's following it; changes of endpoints are followed at once. */
  readonly lagMs: number;
  /** Requests per second for all apps together. */
  readonly perSecond: number;
  readonly seed: number;
}

/** What became of all deletes and of all requests. */
export interface FleetResult {
  readonly deletes: readonly Delete[];
  readonly load: LoadSummary;
}

/** Requests that a candidate answers before it is deleted: enough for the gateway to have connections to its Pods. */
const served = 5;

/**
 * Apps of two versions and of all protocols behind one gateway, which accepts routes at once but follows them late, while
 * it follows endpoints without delay: the worst that a busy gateway does. Always `close` it.
 */
export class Fleet {
  readonly scene: Scene;
  private readonly apps: readonly CanaryApp[];

  private constructor(
    private readonly parts: { readonly scene: Scene; readonly gateway: Gateway; readonly servers: PodServers },
    private readonly address: { readonly host: string; readonly port: number },
    private readonly options: FleetOptions,
    private readonly record: Recorder,
  ) {
    this.scene = parts.scene;
    this.apps = Array.from({ length: options.apps }, (_, index) => appOf(parts.scene, index));
  }

  static async open(options: FleetOptions): Promise<Fleet> {
    const network = podNetwork("loopback");
    const servers = new PodServers({ clock: systemClock, random: seededRandom(options.seed), network });
    const scene = await Scene.open("fleet", plane(), servers);
    const gateway = new Gateway({
      api: scene.plane.adminApi,
      clock: systemClock,
      random: seededRandom(options.seed + 1),
      namespace: scene.namespace,
      controllerName: "example.com/data-plane",
      network,
      lag: { routes: options.lagMs, endpoints: 0 },
    });
    // The scene's status writer accepts at once, long before a lagging data plane follows.
    gateway.setStatusStalled(true);
    const record = await recordDeletes(scene.admin, scene.namespace);
    return new Fleet({ scene, gateway, servers }, await gateway.start(), options, record);
  }

  /** Deletes the candidate of each app under load, `rounds` times, each app at its own pace. Needs a controller. */
  async deleteUnderLoad(rounds: number): Promise<FleetResult> {
    await Promise.all(this.apps.map((app) => app.create()));
    await Promise.all(this.apps.map((app) => untilReachable(app.shape, this.address)));
    const shapes = this.apps.map(({ shape }) => shape);
    const traffic = new Traffic("fleet", this.options.perSecond, shapes, this.address);
    try {
      const each = this.apps.map((app) => deleteUnderLoad(app, traffic, this.record, rounds, served));
      const deletes = (await Promise.all(each)).flat();
      return { deletes, load: await traffic.stop() };
    } finally {
      await traffic.stop();
    }
  }

  async close(): Promise<void> {
    await this.parts.gateway.stop();
    await this.record.stop();
    await this.scene.close();
    this.parts.servers.close();
  }
}

const protocols = ["http1", "h2c", "grpc"] as const;

function appOf({ admin, namespace }: Scene, index: number): CanaryApp {
  const protocol = protocols[index % protocols.length] ?? "http1";
  return new CanaryApp({
    admin,
    namespace,
    name: `app-${index}`,
    protocol,
    graceSeconds: index % 2,
    parent: { namespace, name: "gateway" },
    weights: [50, 50],
    intervalMs: 250,
  });
}
