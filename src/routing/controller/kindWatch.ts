import type { Subscription } from "rxjs";

import { sleep } from "../../base/clock.js";
import type { ApiError } from "../../kube/apiError.js";
import { isKindAbsent } from "../../kube/apiError.js";
import type { Delta, WatchState } from "../../kube/delta.js";
import type { Informer } from "../../kube/informer.js";
import { createInformer } from "../../kube/informer.js";
import type { Projection } from "../../kube/item.js";
import type { KubeObject } from "../../kube/object.js";
import type { Packing } from "../../base/shelf.js";
import type { GroupVersionResource } from "../../kube/resource.js";
import type { IndexBy } from "../../kube/store.js";
import type { WatchesOptions } from "./watches.js";

/** What to watch and what to keep of it. */
export interface KindWatchSpec {
  readonly gvr: GroupVersionResource;
  /** Watches this namespace instead of what everything else watches. */
  readonly namespace?: string;
  /** Objects without a namespace; where one namespace is watched, the one of its name, which a Role can allow. */
  readonly scope?: "cluster";
  readonly labelSelector?: string;
  readonly project: Projection<KubeObject>;
  readonly indexes?: Readonly<Record<string, IndexBy<KubeObject>>>;
  readonly packing?: Packing<KubeObject>;
}

/** Where the facts of one watch go. */
export interface KindWatchSink {
  changed(delta: Delta<KubeObject>): void;
  state(state: WatchState): void;
}

/** Pause between two looks for a kind that the cluster does not serve, milliseconds. */
const absentPause = 5000;

/** One informer whose kind may not exist yet: it starts in the version that the cluster serves, when it does. */
export class KindWatch {
  private informer: Informer<KubeObject> | undefined;
  private resolved: GroupVersionResource | undefined;
  private early: WatchState = { state: "syncing" };
  private wake: AbortController = new AbortController();

  constructor(
    private readonly options: WatchesOptions,
    private readonly spec: KindWatchSpec,
    private readonly sink: KindWatchSink,
  ) {}

  /** The informer's state, or what discovery said before there was one. */
  get state(): WatchState {
    return this.informer?.store.state ?? this.early;
  }

  /** The version in which the kind is watched; undefined until it is. */
  get version(): string | undefined {
    return this.resolved?.version;
  }

  /** Runs until `signal` aborts. */
  start(signal: AbortSignal): void {
    void this.run(signal);
  }

  private async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const found = await this.options.discovery.resolve(this.spec.gvr, signal);
      if (found.ok) {
        this.watch(found.value, signal);
        return;
      }
      this.setEarly(
        found.error.code === 403 ? { state: "forbidden", message: found.error.message } : this.missing(found.error),
      );
      await this.pause(signal);
    }
  }

  private missing(error: ApiError): WatchState {
    if (isKindAbsent(error)) return { state: "absent" };
    return { state: "broken", message: error.message, since: this.options.clock.monotonic() };
  }

  private setEarly(state: WatchState): void {
    const changed = state.state !== this.early.state;
    this.early = state;
    if (changed) this.sink.state(state);
  }

  private async pause(signal: AbortSignal): Promise<void> {
    this.wake = new AbortController();
    await sleep(this.options.clock, absentPause, AbortSignal.any([signal, this.wake.signal]));
  }

  private watch(gvr: GroupVersionResource, signal: AbortSignal): void {
    const { api, clock, random } = this.options;
    const { labelSelector, project, indexes, packing, namespace = this.options.namespace } = this.spec;
    const isCluster = this.spec.scope === "cluster";
    const only = isCluster ? "name" : "namespace";
    const selection = {
      resource: gvr,
      ...(isCluster ? { metadataOnly: true } : {}),
      ...(namespace === undefined ? {} : { [only]: namespace }),
      ...(labelSelector === undefined ? {} : { labelSelector }),
    };
    const informer = createInformer<KubeObject>(api, selection, {
      clock,
      random,
      project,
      ...(indexes === undefined ? {} : { indexes }),
      ...(packing === undefined ? {} : { packing }),
    });
    const subscriptions: Subscription[] = [
      informer.deltas$.subscribe((delta) => this.sink.changed(delta)),
      informer.state$.subscribe((state) => this.sink.state(state)),
    ];
    signal.addEventListener("abort", () => subscriptions.forEach((subscription) => subscription.unsubscribe()), {
      once: true,
    });
    this.resolved = gvr;
    this.informer = informer;
    informer.start(signal);
  }

  get(key: string): KubeObject | undefined {
    return this.informer?.store.get(key);
  }

  list(): readonly KubeObject[] {
    return this.informer?.store.list() ?? [];
  }

  byIndex(name: string, value: string): readonly KubeObject[] {
    return this.informer?.store.byIndex(name, value) ?? [];
  }

  /** Takes a live object or the answer to our own write. */
  put(object: KubeObject): void {
    this.informer?.store.putLive(object);
  }

  /** Takes the news that the object of this key and uid is gone; a successor of the same name stays. */
  forget(key: string, uid: string): void {
    this.informer?.store.removeIf(key, uid);
  }

  /** Looks again at once for a kind that was absent. */
  poke(): void {
    this.wake.abort();
    this.informer?.poke();
  }
}
