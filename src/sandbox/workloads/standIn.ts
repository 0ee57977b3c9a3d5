import { setMaxListeners } from "node:events";

import type { CancelTimer, Clock } from "../../base/clock.js";
import { sleep } from "../../base/clock.js";
import type { JsonObject } from "../../base/json.js";
import { canonicalJson, objectAt } from "../../base/json.js";
import type { Result } from "../../base/result.js";
import { ok } from "../../base/result.js";
import type { Api } from "../../kube/api.js";
import type { ApiError } from "../../kube/apiError.js";
import { isConflict, isNotFound } from "../../kube/apiError.js";
import type { KubeObject } from "../../kube/object.js";
import type { GroupVersionResource } from "../../kube/resource.js";
import { follow } from "./follow.js";
import { Serial } from "./serial.js";

/** What a stand-in for the controller of a kind is made of. */
export interface StandInOptions {
  readonly api: Pick<Api, "list" | "watch" | "create" | "jsonPatch">;
  readonly clock: Clock;
  /** Only this namespace's objects; without it, those of the whole cluster. */
  readonly namespace?: string;
  /** From a change of an object's spec to its being up, milliseconds (0). */
  readonly readyAfterMs?: number;
}

/** How far an object has come. */
export interface Progress {
  /** What its spec asks for, and the newest generation that was ever up; 0: none. */
  readonly generation: number;
  readonly up: number;
  /** Whether what is up is meant to be ready. */
  readonly ready: boolean;
  /** Wall time, milliseconds. */
  readonly now: number;
}

/** What a controller makes of an object of its kind. */
export interface StandInKind {
  readonly resource: GroupVersionResource;
  /** The whole status. */
  status(object: KubeObject, progress: Progress): JsonObject;
  /** Objects of the same namespace that are made before the status says anything. */
  children?(object: KubeObject): readonly { readonly resource: GroupVersionResource; readonly body: JsonObject }[];
}

interface Life {
  object: KubeObject;
  /** Newest generation that is waited for. */
  asked: number;
  up: number;
  hasChildren: boolean;
  cancel: CancelTimer;
}

const retryAfter = 50;

/** Writes the status of every object of a kind, as its controller would: at work after each change, then up. */
export class StandIn {
  private readonly lives = new Map<string, Life>();
  /** Namespace/name of what is meant not to be ready. */
  private readonly down = new Set<string>();
  private readonly serial = new Serial();
  private readonly stopped = new AbortController();
  private following: Promise<void> = Promise.resolve();

  constructor(
    private readonly options: StandInOptions,
    private readonly kind: StandInKind,
  ) {
    // As many requests as there are objects listen to it at once.
    setMaxListeners(0, this.stopped.signal);
  }

  start(): void {
    const { api, clock, namespace } = this.options;
    const selection = { resource: this.kind.resource, ...(namespace === undefined ? {} : { namespace }) };
    const follower = {
      onObject: (object: KubeObject): void => this.onObject(object),
      onGone: (uid: string): void => this.forget(uid),
    };
    this.following = follow(api, clock, selection, follower, this.stopped.signal);
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    for (const { cancel } of this.lives.values()) cancel();
    await this.following;
    await this.serial.idle();
  }

  /** Makes an object ready or not from now on, also one that comes later. Resolves when its status says so. */
  async setReady(namespace: string, name: string, ready: boolean): Promise<void> {
    const key = `${namespace}/${name}`;
    if (ready) this.down.delete(key);
    else this.down.add(key);
    const uids = [...this.lives].filter(([, life]) => keyOf(life.object) === key).map(([uid]) => uid);
    for (const uid of uids) this.work(uid);
    await this.serial.idle(uids);
  }

  private onObject(object: KubeObject): void {
    const { uid, generation = 1 } = object.metadata;
    const life = this.lives.get(uid) ?? { object, asked: 0, up: 0, hasChildren: false, cancel: () => undefined };
    this.lives.set(uid, life);
    life.object = object;
    if (generation > life.asked) this.await(life, generation);
    this.work(uid);
  }

  private await(life: Life, generation: number): void {
    const { clock, readyAfterMs = 0 } = this.options;
    life.asked = generation;
    life.cancel();
    life.cancel = clock.after(readyAfterMs, () => {
      life.up = generation;
      this.work(life.object.metadata.uid);
    });
  }

  private forget(uid: string): void {
    this.lives.get(uid)?.cancel();
    this.lives.delete(uid);
  }

  private work(uid: string): void {
    this.serial.run(uid, () => this.reconcile(uid));
  }

  private async reconcile(uid: string): Promise<void> {
    const life = this.lives.get(uid);
    if (life === undefined || life.object.metadata.deletionTimestamp !== undefined || this.isStopped()) return;
    const made = await this.makeChildren(life);
    const outcome = made.ok ? await this.report(life) : made;
    if (outcome.ok || isNotFound(outcome.error) || this.isStopped()) return;
    await sleep(this.options.clock, retryAfter, this.stopped.signal);
    this.work(uid);
  }

  private isStopped(): boolean {
    return this.stopped.signal.aborted;
  }

  private async makeChildren(life: Life): Promise<Result<undefined, ApiError>> {
    const { object } = life;
    if (life.hasChildren) return ok(undefined);
    for (const { resource, body } of this.kind.children?.(object) ?? []) {
      const { namespace } = object.metadata;
      const created = await this.options.api.create(resource, namespace, body, this.stopped.signal);
      if (!created.ok && !isConflict(created.error)) return created;
    }
    life.hasChildren = true;
    return ok(undefined);
  }

  /** Replaces the status of the revision that was seen; if there is a newer one, the watch brings it soon. */
  private async report(life: Life): Promise<Result<unknown, ApiError>> {
    const { object } = life;
    const { uid, resourceVersion, generation = 1, namespace, name } = object.metadata;
    const ready = !this.down.has(keyOf(object));
    const status = this.kind.status(object, { generation, up: life.up, ready, now: this.options.clock.now() });
    if (canonicalJson(status) === canonicalJson(objectAt(object, "status"))) return ok(undefined);
    const operations = [
      { op: "test", path: "/metadata/uid", value: uid },
      { op: "test", path: "/metadata/resourceVersion", value: resourceVersion },
      { op: "add", path: "/status", value: status },
    ] as const;
    const where = { name, ...(namespace === undefined ? {} : { namespace }) };
    const patched = await this.options.api.jsonPatch(
      this.kind.resource,
      where,
      operations,
      this.stopped.signal,
      "status",
    );
    if (patched.ok && life.object === object) life.object = patched.value;
    return patched;
  }
}

function keyOf(object: KubeObject): string {
  return `${object.metadata.namespace ?? ""}/${object.metadata.name}`;
}
