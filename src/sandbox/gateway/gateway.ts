import { setMaxListeners } from "node:events";

import type { Clock } from "../../base/clock.js";
import type { Random } from "../../base/random.js";
import { systemRandom } from "../../base/random.js";
import type { Api } from "../../kube/api.js";
import { RouteStatusWriter } from "../workloads/routeStatus.js";
import { BothProtocols } from "./bothProtocols.js";
import { decide } from "./decide.js";
import { endToEnd } from "./fields.js";
import { forward } from "./forward.js";
import type { Inbound } from "./inbound.js";
import { InForce } from "./inForce.js";
import type { ParentName } from "./kinds.js";
import { followedKinds, isParent } from "./kinds.js";
import type { Lag } from "./lag.js";
import { Lagging } from "./lagging.js";
import { localAnswer } from "./localAnswer.js";
import type { Address, PodNetwork } from "./network.js";
import { directNetwork } from "./network.js";
import { RoundRobin } from "./roundRobin.js";
import { Upstream } from "./upstream.js";
import { watchKinds } from "./watching.js";

/** How long changes take to come into force; what is absent is at once. */
export interface Lags {
  /** Of routes, Services and DestinationRules. */
  readonly routes?: Lag;
  /** Of EndpointSlices and the labels of Pods. */
  readonly endpoints?: Lag;
  /** From a change of a route to its status, whatever the data plane does. */
  readonly statusMs?: number;
}

/** What a gateway is made of. */
export interface GatewayOptions {
  readonly api: Pick<Api, "list" | "watch" | "get" | "mergePatch">;
  readonly clock: Clock;
  /** Draws destinations, copies and lags. */
  readonly random?: Random;
  /** Only this namespace; without it, the whole cluster. */
  readonly namespace?: string;
  readonly lag?: Lags;
  /** Where Pods are found; without it, at the addresses that the API tells. */
  readonly network?: PodNetwork;
  /** Signs the status of routes. */
  readonly controllerName: string;
  /** Only HTTPRoutes and GRPCRoutes of this Gateway are served; without it, all. */
  readonly parent?: ParentName;
  /** Istio Gateways, as "namespace/name" or "mesh", for which VirtualServices are served; without it, all. */
  readonly istioGateways?: readonly string[];
  /** Services ("namespace/name") that lead back to the gateway; without it, Knative's local gateway. */
  readonly ownServices?: readonly string[];
  /** Where to listen; without it, on a free port of 127.0.0.1. */
  readonly listen?: Address;
}

/** A route that requests go by at this moment. */
export interface RouteInForce {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly generation: number;
}

const knativeLocalGateway = "istio-system/knative-local-gateway";

/**
 * A reverse proxy for HTTP/1.1 and h2c that follows HTTPRoutes, GRPCRoutes, VirtualServices with DestinationRules,
 * Services and EndpointSlices, and writes the status of routes. It is as slow to follow as it is told to be, and answers
 * as Gateway API asks: 500 for the share of a backend that is not there, 503 where no endpoint is ready or nothing
 * has weight; no share is handed to others. A request under way is finished by the routes it began with.
 */
export class Gateway {
  private readonly inForce = new InForce();
  private readonly routesLag: Lagging;
  private readonly endpointsLag: Lagging;
  private readonly status: RouteStatusWriter;
  private readonly port: BothProtocols;
  private readonly upstream = new Upstream();
  private readonly turns = new RoundRobin();
  private readonly stopped = new AbortController();
  private readonly ownServices: ReadonlySet<string>;
  private readonly random: Random;
  private watching: Promise<void> = Promise.resolve();

  constructor(private readonly options: GatewayOptions) {
    const { api, clock, namespace, lag, controllerName, parent } = options;
    // The watches of all kinds listen to it at once.
    setMaxListeners(0, this.stopped.signal);
    this.random = options.random ?? systemRandom;
    this.routesLag = new Lagging(clock, this.random, lag?.routes ?? 0);
    this.endpointsLag = new Lagging(clock, this.random, lag?.endpoints ?? 0);
    this.ownServices = new Set(options.ownServices ?? [knativeLocalGateway]);
    this.port = new BothProtocols((inbound) => this.onRequest(inbound));
    this.status = new RouteStatusWriter({
      api,
      clock,
      controllerName,
      ...(namespace === undefined ? {} : { namespace }),
      ...(lag?.statusMs === undefined ? {} : { lagMs: lag.statusMs }),
      ...(parent === undefined
        ? {}
        : { isOurs: (ref, route) => isParent(ref, route.metadata.namespace ?? "", parent) }),
    });
  }

  /** Follows the API and listens; resolves when what was there is in force. Rejects where the port is taken. */
  async start(): Promise<Address> {
    const { api, clock, namespace, parent, istioGateways, listen } = this.options;
    const lags = { routes: this.routesLag, endpoints: this.endpointsLag };
    const names = istioGateways === undefined ? undefined : new Set(istioGateways);
    const kinds = followedKinds(lags, { parent, istioGateways: names });
    const { synced, done } = watchKinds(kinds, this.inForce, { api, clock, namespace, signal: this.stopped.signal });
    this.watching = done;
    await synced;
    this.status.start();
    return this.port.listen(listen ?? { host: "127.0.0.1", port: 0 });
  }

  /** Ends at once: requests under way are broken. */
  async stop(): Promise<void> {
    this.stopped.abort();
    this.routesLag.stop();
    this.endpointsLag.stop();
    this.upstream.close();
    await Promise.all([this.port.close(), this.status.stop(), this.watching]);
  }

  /** For changes from now on; what is absent stays as it is. */
  setLag(lag: Lags): void {
    if (lag.routes !== undefined) this.routesLag.setLag(lag.routes);
    if (lag.endpoints !== undefined) this.endpointsLag.setLag(lag.endpoints);
    if (lag.statusMs !== undefined) this.status.setLag(lag.statusMs);
  }

  /** Holds the status of routes back, or writes what is owed. */
  setStatusStalled(stalled: boolean): void {
    this.status.setStalled(stalled);
  }

  /** The routes that requests go by. */
  routesInForce(): readonly RouteInForce[] {
    return this.inForce
      .table()
      .list()
      .map(({ kind, namespace, name, generation }) => ({ kind, namespace, name, generation }));
  }

  /** Changes that the data plane has not followed yet. */
  get pending(): { readonly routes: number; readonly endpoints: number } {
    return { routes: this.routesLag.pending, endpoints: this.endpointsLag.pending };
  }

  private onRequest(inbound: Inbound): void {
    const { random, ownServices, upstream, turns } = this;
    const around = { table: this.inForce.table(), directory: this.inForce.directory, random, ownServices };
    const head = { ...inbound.head, fields: endToEnd(inbound.head.fields) };
    const decision = decide(head, around);
    if (decision.type === "answer") {
      inbound.answer(localAnswer(inbound.head, decision.status, decision.body, decision.fields));
      return;
    }
    const { clock, network = directNetwork } = this.options;
    void forward(decision, inbound, { clock, network, upstream, turns }).catch(() => inbound.reset());
  }
}
