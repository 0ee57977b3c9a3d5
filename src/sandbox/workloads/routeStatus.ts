import { setMaxListeners } from "node:events";

import type { CancelTimer, Clock } from "../../base/clock.js";
import { sleep } from "../../base/clock.js";
import type { Json } from "../../base/json.js";
import { arrayAt } from "../../base/json.js";
import type { Result } from "../../base/result.js";
import type { Api } from "../../kube/api.js";
import type { ApiError } from "../../kube/apiError.js";
import { isNotFound } from "../../kube/apiError.js";
import type { KubeObject } from "../../kube/object.js";
import type { GroupVersionResource } from "../../kube/resource.js";
import { follow } from "./follow.js";
import { parentStatus } from "./parentStatus.js";
import { Serial } from "./serial.js";

/** What a writer of route status is made of. */
export interface RouteStatusOptions {
  readonly api: Pick<Api, "list" | "watch" | "get" | "mergePatch">;
  readonly clock: Clock;
  readonly controllerName: string;
  /** Only this namespace's routes; without it, those of the whole cluster. */
  readonly namespace?: string;
  /** From a change of a route to its status, milliseconds (0). */
  readonly lagMs?: number;
  /** Default: HTTPRoute and GRPCRoute, v1. */
  readonly resources?: readonly GroupVersionResource[];
  /** Whether a parentRef of a route is this gateway's to report on; without it, all are. */
  readonly isOurs?: (parentRef: Json, route: KubeObject) => boolean;
}

const routeKinds = ["httproutes", "grpcroutes"].map((resource) => ({
  group: "gateway.networking.k8s.io",
  version: "v1",
  resource,
}));
const retryAfter = 100;

/** Says of every route what a gateway would say, a while after each change: accepted, at this generation. */
export class RouteStatusWriter {
  /** Newest generation by uid: seen, and due to be reported or reported already. */
  private readonly seen = new Map<string, number>();
  private readonly due = new Map<string, number>();
  /** What is to be written. */
  private readonly waiting = new Map<string, Route>();
  private readonly timers = new Set<CancelTimer>();
  private readonly serial = new Serial();
  private readonly stopped = new AbortController();
  private following: Promise<unknown> = Promise.resolve();
  private lagMs: number;
  private stalled = false;
  private accepted = true;

  constructor(private readonly options: RouteStatusOptions) {
    this.lagMs = options.lagMs ?? 0;
    // As many requests as there are routes listen to it at once.
    setMaxListeners(0, this.stopped.signal);
  }

  start(): void {
    const { api, clock, namespace, resources = routeKinds } = this.options;
    const loops = resources.map((resource) => {
      const selection = { resource, ...(namespace === undefined ? {} : { namespace }) };
      const follower = {
        onObject: (object: KubeObject): void => this.onRoute({ resource, object }),
        onGone: (uid: string): void => this.forget(uid),
      };
      return follow(api, clock, selection, follower, this.stopped.signal);
    });
    this.following = Promise.all(loops);
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    for (const cancel of this.timers) cancel();
    await this.following;
    await this.serial.idle();
  }

  /** While stalled, no status is written; afterwards what is owed is written at once. */
  setStalled(stalled: boolean): void {
    this.stalled = stalled;
    if (stalled) return;
    for (const uid of this.waiting.keys()) this.work(uid);
  }

  /** For changes from now on. */
  setLag(ms: number): void {
    this.lagMs = ms;
  }

  /** Whether routes are accepted, for changes from now on. */
  setAccepted(accepted: boolean): void {
    this.accepted = accepted;
  }

  private onRoute(route: Route): void {
    const { uid, generation = 0 } = route.object.metadata;
    if ((this.seen.get(uid) ?? -1) >= generation || this.parentsOf(route.object).length === 0) return;
    this.seen.set(uid, generation);
    const cancel = this.options.clock.after(this.lagMs, () => {
      this.timers.delete(cancel);
      // A newer generation with a shorter lag may have overtaken this one.
      if ((this.due.get(uid) ?? -1) > generation) return;
      this.due.set(uid, generation);
      this.waiting.set(uid, route);
      this.work(uid);
    });
    this.timers.add(cancel);
  }

  private parentsOf(route: KubeObject): readonly Json[] {
    const { isOurs } = this.options;
    const refs = arrayAt(route, "spec", "parentRefs");
    return isOurs === undefined ? refs : refs.filter((ref) => isOurs(ref, route));
  }

  private forget(uid: string): void {
    this.seen.delete(uid);
    this.due.delete(uid);
    this.waiting.delete(uid);
  }

  private work(uid: string): void {
    this.serial.run(uid, () => this.write(uid));
  }

  private async write(uid: string): Promise<void> {
    const route = this.waiting.get(uid);
    if (route === undefined || this.stalled || this.stopped.signal.aborted) return;
    const written = await this.report(route);
    if (written.ok || isNotFound(written.error)) {
      if (this.waiting.get(uid) === route) this.waiting.delete(uid);
      return;
    }
    await sleep(this.options.clock, retryAfter, this.stopped.signal);
    this.work(uid);
  }

  /** Reads the live route first: other controllers' entries are kept, and the write fails if one is added meanwhile. */
  private async report({ resource, object }: Route): Promise<Result<KubeObject, ApiError>> {
    const { api, clock, controllerName } = this.options;
    const ref = { namespace: object.metadata.namespace ?? "", name: object.metadata.name };
    const signal = this.stopped.signal;
    const live = await api.get(resource, ref, signal);
    if (!live.ok || live.value.metadata.uid !== object.metadata.uid) return live;
    const { uid, resourceVersion } = live.value.metadata;
    const parents = parentStatus(object, live.value, this.parentsOf(object), {
      controllerName,
      accepted: this.accepted,
      now: clock.now(),
    });
    return api.mergePatch(resource, ref, { metadata: { uid, resourceVersion }, status: { parents } }, signal, "status");
  }
}

interface Route {
  readonly resource: GroupVersionResource;
  readonly object: KubeObject;
}
