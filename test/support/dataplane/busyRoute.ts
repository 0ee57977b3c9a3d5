import { sleep, systemClock } from "../../../src/base/clock.js";
import type { AdminClient } from "../plane/adminClient.js";
import { httpRoutes, services } from "../scene.js";
import { gatewayRef } from "./gateway.js";

const interval = 250;
const name = "unrelated";

/**
 * An HTTPRoute of somebody else that changes every 250 ms, so that the gateway always has something to do: Contour
 * gathers changes of routes for up to half a second then, while changes of endpoints go out at once.
 */
export class BusyRoute {
  private readonly stopped = new AbortController();
  private changes = 0;
  private running: Promise<void> = Promise.resolve();

  private constructor(
    private readonly admin: AdminClient,
    private readonly namespace: string,
  ) {}

  static async start(admin: AdminClient, namespace: string): Promise<BusyRoute> {
    const spec = { selector: { app: name }, ports: [{ port: 80 }] };
    await admin.apply(services, { namespace, name }, { apiVersion: "v1", kind: "Service", metadata: { name }, spec });
    const route = new BusyRoute(admin, namespace);
    await route.change();
    route.running = route.run();
    return route;
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.stopped.signal.aborted) {
      await this.change();
      await sleep(systemClock, interval, this.stopped.signal);
    }
  }

  private async change(): Promise<void> {
    const filter = {
      type: "RequestHeaderModifier",
      requestHeaderModifier: { set: [{ name: "x-change", value: `${++this.changes}` }] },
    };
    const rules = [{ filters: [filter], backendRefs: [{ name, port: 80 }] }];
    const spec = { parentRefs: [gatewayRef], hostnames: ["unrelated.example.com"], rules };
    const body = { apiVersion: "gateway.networking.k8s.io/v1", kind: "HTTPRoute", metadata: { name }, spec };
    await this.admin.apply(httpRoutes, { namespace: this.namespace, name }, body);
  }
}
