import { setMaxListeners } from "node:events";

import type { CancelTimer, Clock } from "../../base/clock.js";
import { sleep } from "../../base/clock.js";
import type { JsonObject } from "../../base/json.js";
import { stringAt } from "../../base/json.js";
import type { Result } from "../../base/result.js";
import { ok } from "../../base/result.js";
import type { Api } from "../../kube/api.js";
import type { ApiError } from "../../kube/apiError.js";
import { isConflict, isNotFound } from "../../kube/apiError.js";
import type { KubeObject } from "../../kube/object.js";
import { resourcePath } from "../../kube/resource.js";
import { parseResourceVersion } from "../../kube/resourceVersion.js";
import { AddressPool } from "./addresses.js";
import { follow } from "./follow.js";
import { podEnd } from "./podEnd.js";
import type { PodMatch, PodStep } from "./podStep.js";
import { isReported, matchesPod, podAddress, podStatus, podStep } from "./podStep.js";
import { Serial } from "./serial.js";
import type { PodServers } from "./server/podServers.js";

/** What a stand-in kubelet is made of. */
export interface KubeletOptions {
  readonly api: Pick<Api, "list" | "watch" | "create" | "mergePatch" | "delete" | "raw">;
  readonly clock: Clock;
  /** Name of its Node; one per kubelet and cluster. */
  readonly nodeName: string;
  /** Only this namespace's Pods; without it, those of the whole cluster. */
  readonly namespace?: string;
  /** From a Pod's binding to its being ready, milliseconds (0). */
  readonly startMs?: number;
  /**
   * From a Pod's deletion to its end, milliseconds (0); never longer than the Pod's own grace period. With `serve`, to
   * the time when its server is told to end, if its preStop hook does not take longer.
   */
  readonly terminationMs?: number;
  readonly addresses?: AddressPool;
  /** Runs a server in each Pod; a Pod is then ready only while its server is. `stop` leaves them running. */
  readonly serve?: PodServers;
}

/** Until when a Pod's start or end waits. */
interface PodTimer {
  readonly step: PodStep;
  isDue: boolean;
  cancel: CancelTimer;
}

/** A change of what Pods are meant to be; the newest rule that matches a Pod decides. */
interface ReadinessRule {
  readonly namespace: string;
  readonly match: PodMatch;
  readonly ready: boolean;
}

const nodes = { group: "", version: "v1", resource: "nodes" };
const pods = { group: "", version: "v1", resource: "pods" };
const retryAfter = 100;
const nothingDone = ok(undefined);

/**
 * A kubelet and scheduler without containers: it has a Node, binds Pods to it, reports them running and ready, and ends
 * them when they are deleted. The real controllers then do the rest: Deployments become available, EndpointSlices fill.
 */
export class Kubelet {
  private readonly known = new Map<string, KubeObject>();
  private readonly taken = new Map<string, string>();
  private readonly timers = new Map<string, PodTimer>();
  private readonly rules: ReadinessRule[] = [];
  private readonly serial = new Serial();
  private readonly stopped = new AbortController();
  private readonly addresses: AddressPool;
  private readonly unsubscribe: () => void;
  private following: Promise<void> = Promise.resolve();

  constructor(private readonly options: KubeletOptions) {
    this.addresses = options.addresses ?? new AddressPool();
    this.unsubscribe = options.serve?.onChange((uid) => this.work(uid)) ?? (() => undefined);
    // As many requests as there are Pods listen to it at once.
    setMaxListeners(0, this.stopped.signal);
  }

  /** Creates the Node if it is not there (EndpointSlices leave out Pods of unknown Nodes) and begins to drive Pods. */
  async start(): Promise<Result<undefined, ApiError>> {
    const { api, clock, namespace } = this.options;
    const signal = this.stopped.signal;
    const node = await this.ensureNode(signal);
    if (!node.ok) return node;
    const selection = { resource: pods, ...(namespace === undefined ? {} : { namespace }) };
    const follower = {
      onObject: (pod: KubeObject): void => this.onPod(pod),
      onGone: (uid: string): void => this.onGone(uid),
    };
    this.following = follow(api, clock, selection, follower, signal);
    return node;
  }

  private async ensureNode(signal: AbortSignal): Promise<Result<undefined, ApiError>> {
    const created = await this.options.api.create(nodes, undefined, nodeBody(this.options.nodeName), signal);
    return created.ok || isConflict(created.error) ? nothingDone : created;
  }

  /** Stops driving Pods, and waits for what is under way. The Node stays. */
  async stop(): Promise<void> {
    this.stopped.abort();
    this.unsubscribe();
    for (const { cancel } of this.timers.values()) cancel();
    await this.following;
    await this.serial.idle();
  }

  /**
   * Makes the Pods that match ready or unready from now on, later ones of the same kind included. Resolves when those
   * that run have been reported so.
   */
  async setReady(namespace: string, match: PodMatch, ready: boolean): Promise<void> {
    this.rules.push({ namespace, match, ready });
    const uids = [...this.known.values()]
      .filter((pod) => pod.metadata.namespace === namespace && matchesPod(pod, match))
      .map((pod) => pod.metadata.uid);
    for (const uid of uids) this.work(uid);
    await this.serial.idle(uids);
  }

  private onPod(pod: KubeObject): void {
    const { uid } = pod.metadata;
    const address = podAddress(pod);
    // A Pod that an earlier kubelet of this Node reported keeps its address.
    if (address !== undefined && !this.taken.has(uid)) {
      this.taken.set(uid, address);
      this.addresses.reserve(address);
    }
    if (isOlder(pod, this.known.get(uid))) return;
    this.known.set(uid, pod);
    if (address !== undefined && this.runsHere(pod)) void this.options.serve?.ensure(pod, address);
    this.work(uid);
  }

  private runsHere(pod: KubeObject): boolean {
    return stringAt(pod, "spec", "nodeName") === this.options.nodeName && pod.metadata.deletionTimestamp === undefined;
  }

  private onGone(uid: string): void {
    this.known.delete(uid);
    this.options.serve?.remove(uid);
    this.timers.get(uid)?.cancel();
    this.timers.delete(uid);
    const address = this.taken.get(uid);
    this.taken.delete(uid);
    if (address !== undefined) this.addresses.giveBack(address);
  }

  private work(uid: string): void {
    this.serial.run(uid, () => this.reconcile(uid));
  }

  private async reconcile(uid: string): Promise<void> {
    const pod = this.known.get(uid);
    if (pod === undefined || this.isStopped()) return;
    const outcome = await this.take(pod);
    if (outcome.ok || isNotFound(outcome.error) || this.isStopped()) return;
    await sleep(this.options.clock, retryAfter, this.stopped.signal);
    this.work(uid);
  }

  private isStopped(): boolean {
    return this.stopped.signal.aborted;
  }

  /** Whether `ms` have passed since this step was first asked for; until then a timer is set that asks again. */
  private isDue(uid: string, step: PodStep, ms: number): boolean {
    const set = this.timers.get(uid);
    if (set?.step === step) return set.isDue;
    set?.cancel();
    if (ms <= 0) return true;
    const timer: PodTimer = { step, isDue: false, cancel: () => undefined };
    timer.cancel = this.options.clock.after(ms, () => {
      timer.isDue = true;
      this.work(uid);
    });
    this.timers.set(uid, timer);
    return false;
  }

  private take(pod: KubeObject): Promise<Result<unknown, ApiError>> {
    const step = podStep(pod, this.options.nodeName, this.isMeantReady(pod));
    switch (step) {
      case "bind":
        return this.bind(pod);
      case "report":
        return this.report(pod);
      case "terminate":
        return this.terminate(pod);
      case "nothing":
        return Promise.resolve(nothingDone);
    }
  }

  /** `raw`, because the answer to a Binding is a Status, not an object. */
  private bind(pod: KubeObject): Promise<Result<unknown, ApiError>> {
    const { name, namespace, uid } = pod.metadata;
    const path = resourcePath(pods, { ...refOf(pod), subresource: "binding" });
    const target = { apiVersion: "v1", kind: "Node", name: this.options.nodeName };
    const body = { apiVersion: "v1", kind: "Binding", metadata: { name, namespace, uid }, target };
    return this.options.api.raw("POST", path, body, this.stopped.signal);
  }

  private async report(pod: KubeObject): Promise<Result<unknown, ApiError>> {
    const { serve, startMs = 0 } = this.options;
    const { uid } = pod.metadata;
    if (podAddress(pod) === undefined && !this.isDue(uid, "report", startMs)) return nothingDone;
    const address = this.taken.get(uid) ?? this.addresses.take();
    this.taken.set(uid, address);
    await serve?.ensure(pod, address);
    // It may have gone meanwhile, and nobody would end a server that came after it.
    if (!this.known.has(uid)) serve?.remove(uid);
    return this.known.has(uid) ? this.writeStatus(pod, address) : nothingDone;
  }

  private async writeStatus(pod: KubeObject, address: string): Promise<Result<unknown, ApiError>> {
    const { api, clock, serve } = this.options;
    const { uid } = pod.metadata;
    const container = serve?.report(uid);
    const status = podStatus(pod, {
      address,
      ready: this.isMeantReady(pod),
      now: clock.now(),
      ...(container === undefined ? {} : { container }),
    });
    const body = { metadata: { uid }, status };
    const patched = await api.mergePatch(pods, refOf(pod), body, this.stopped.signal, "status");
    // The watch may lag behind: what we just wrote is what the next step looks at.
    if (patched.ok && this.known.has(uid)) this.known.set(uid, patched.value);
    return patched;
  }

  private terminate(pod: KubeObject): Promise<Result<unknown, ApiError>> {
    const { api, serve, terminationMs = 0 } = this.options;
    const { uid, deletionGracePeriodSeconds } = pod.metadata;
    if (serve !== undefined) return this.terminateServer(pod, serve);
    const grace = typeof deletionGracePeriodSeconds === "number" ? deletionGracePeriodSeconds * 1_000 : 0;
    if (!this.isDue(uid, "terminate", Math.min(terminationMs, grace))) return Promise.resolve(nothingDone);
    return api.delete(pods, refOf(pod), { uid, gracePeriodSeconds: 0 }, this.stopped.signal);
  }

  /** Its server serves on, then finishes; meanwhile the Pod's status says whether it would answer a probe. */
  private terminateServer(pod: KubeObject, serve: PodServers): Promise<Result<unknown, ApiError>> {
    const { uid } = pod.metadata;
    const { serveMs, graceMs } = podEnd(pod, this.options.terminationMs ?? 0);
    const isOver = this.isDue(uid, "terminate", serveMs) && serve.terminate(uid, graceMs - serveMs);
    if (isOver) return this.options.api.delete(pods, refOf(pod), { uid, gracePeriodSeconds: 0 }, this.stopped.signal);
    const address = podAddress(pod);
    if (address === undefined || isReported(pod, this.isMeantReady(pod))) return Promise.resolve(nothingDone);
    return this.writeStatus(pod, address);
  }

  private isMeantReady(pod: KubeObject): boolean {
    const rule = this.rules.findLast(
      ({ namespace, match }) => namespace === pod.metadata.namespace && matchesPod(pod, match),
    );
    return (rule?.ready ?? true) && (this.options.serve?.report(pod.metadata.uid)?.ready ?? true);
  }
}

/** Our own last write may be newer than what the watch just brought. */
function isOlder(pod: KubeObject, known: KubeObject | undefined): boolean {
  const version = parseResourceVersion(pod.metadata.resourceVersion);
  const knownVersion = parseResourceVersion(known?.metadata.resourceVersion ?? "");
  return version !== undefined && knownVersion !== undefined && version < knownVersion;
}

function refOf(pod: KubeObject): { readonly namespace: string; readonly name: string } {
  return { namespace: pod.metadata.namespace ?? "", name: pod.metadata.name };
}

function nodeBody(name: string): JsonObject {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels: { "kubernetes.io/hostname": name } },
    status: { conditions: [{ type: "Ready", status: "True", reason: "StandIn", message: "a Node without a machine" }] },
  };
}
