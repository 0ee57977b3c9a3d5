import type { Clock } from "../../base/clock.js";
import type { Api, Selection } from "../../kube/api.js";
import { objectKey } from "../../kube/item.js";
import type { KubeObject } from "../../kube/object.js";
import type { GroupVersionResource } from "../../kube/resource.js";
import { groupResourceOf } from "../../kube/resource.js";
import { follow } from "../workloads/follow.js";
import type { InForce, Put } from "./inForce.js";
import type { Lagging } from "./lagging.js";

/** A kind that a gateway follows. */
export interface FollowedKind {
  readonly resource: GroupVersionResource;
  readonly lagging: Lagging;
  readonly put: Put;
  /** Whether only changes of the spec count, not those of labels, annotations and status. */
  readonly bySpec: boolean;
}

/** Where and how long to follow. Without `namespace`: the whole cluster. */
export interface WatchingOptions {
  readonly api: Pick<Api, "list" | "watch">;
  readonly clock: Clock;
  readonly namespace: string | undefined;
  readonly signal: AbortSignal;
}

/** Objects of one kind on their way into force. What is there at the beginning is in force at once. */
class KindFollower {
  /** Key and version by uid. */
  private readonly known = new Map<string, { readonly key: string; readonly version: string }>();
  /** The uid that a key has now. */
  private readonly holders = new Map<string, string>();
  private isSettled = false;

  constructor(
    private readonly kind: FollowedKind,
    private readonly inForce: InForce,
  ) {}

  settle(): void {
    this.isSettled = true;
  }

  onObject(object: KubeObject): void {
    const { uid, generation, resourceVersion } = object.metadata;
    const version = this.kind.bySpec && generation !== undefined ? `generation ${generation}` : resourceVersion;
    if (this.known.get(uid)?.version === version) return;
    const key = objectKey(object.metadata);
    this.known.set(uid, { key, version });
    this.holders.set(key, uid);
    this.change(key, object);
  }

  onGone(uid: string): void {
    const key = this.known.get(uid)?.key;
    this.known.delete(uid);
    // Another object may have the name by now.
    if (key === undefined || this.holders.get(key) !== uid) return;
    this.holders.delete(key);
    this.change(key, undefined);
  }

  private change(key: string, object: KubeObject | undefined): void {
    const { lagging, put, resource } = this.kind;
    const effect = (): void => put(this.inForce, key, object);
    const name = `${groupResourceOf(resource)} ${key}`;
    if (this.isSettled) lagging.change(name, effect);
    else lagging.changeNow(name, effect);
  }
}

/**
 * Follows the kinds until the signal aborts. `synced` resolves when each was listed, or could not be (a kind that the
 * cluster does not have is tried again); `done` when all has ended.
 */
export function watchKinds(
  kinds: readonly FollowedKind[],
  inForce: InForce,
  options: WatchingOptions,
): { readonly synced: Promise<void>; readonly done: Promise<void> } {
  const runs = kinds.map((kind) => watchKind(kind, inForce, options));
  return {
    synced: Promise.all(runs.map(({ synced }) => synced)).then(() => undefined),
    done: Promise.all(runs.map(({ done }) => done)).then(() => undefined),
  };
}

function watchKind(
  kind: FollowedKind,
  inForce: InForce,
  { api, clock, namespace, signal }: WatchingOptions,
): { readonly synced: Promise<void>; readonly done: Promise<void> } {
  const follower = new KindFollower(kind, inForce);
  let settle = (): void => undefined;
  const synced = new Promise<void>((resolve) => {
    settle = () => {
      follower.settle();
      resolve();
    };
  });
  // What was listed has been told when the watch begins.
  const noticing: Pick<Api, "list" | "watch"> = {
    list: async (selection, how, abort) => {
      const listed = await api.list(selection, how, abort);
      if (!listed.ok) settle();
      return listed;
    },
    watch: (selection, how, onEvent, abort) => {
      settle();
      return api.watch(selection, how, onEvent, abort);
    },
  };
  const selection: Selection = { resource: kind.resource, ...(namespace === undefined ? {} : { namespace }) };
  return { synced, done: follow(noticing, clock, selection, follower, signal) };
}
