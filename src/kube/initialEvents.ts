import type { WatchEvent } from "./api.js";
import type { Item, Projection } from "./item.js";
import { toItem } from "./item.js";
import { parseResourceVersion } from "./resourceVersion.js";

/** What happens with a watch that begins with initial events. */
export interface InitialEventsHandlers<T> {
  readonly project: Projection<T>;
  /** Takes the objects over; what comes meanwhile waits. False: they are refused and the watch is over. */
  readonly complete: (items: readonly Item<T>[], resourceVersion: bigint) => Promise<boolean>;
  /** Takes an event after the initial ones. */
  readonly live: (event: WatchEvent) => void;
  /** Called for a resourceVersion that is no number. */
  readonly fail: (resourceVersion: string) => void;
  /** Called if taking over throws. */
  readonly crash: (thrown: unknown) => void;
}

/** Collects the initial events of a watch (KEP-3157) up to the bookmark that ends them, then passes events on. */
export class InitialEvents<T> {
  private phase: "collecting" | "handing" | "live" = "collecting";
  private readonly items = new Map<string, Item<T>>();
  private held: WatchEvent[] = [];
  private handing: Promise<void> = Promise.resolve();

  constructor(private readonly handlers: InitialEventsHandlers<T>) {}

  /** True until the bookmark that ends the initial events. */
  get collecting(): boolean {
    return this.phase === "collecting";
  }

  /** Resolves once nothing is being taken over. */
  get handed(): Promise<void> {
    return this.handing;
  }

  take(event: WatchEvent): void {
    if (this.phase === "live") this.handlers.live(event);
    else if (this.phase === "handing") this.held.push(event);
    else this.collect(event);
  }

  private collect(event: WatchEvent): void {
    if (event.type === "ERROR") return;
    if (event.type === "BOOKMARK") {
      if (event.initialEventsEnd) this.end(event.resourceVersion);
      return;
    }
    const item = toItem(event.object, this.handlers.project);
    if (item === undefined) this.handlers.fail(event.object.metadata.resourceVersion);
    else if (event.type === "DELETED") this.items.delete(item.key);
    else this.items.set(item.key, item);
  }

  private end(text: string): void {
    const resourceVersion = parseResourceVersion(text);
    if (resourceVersion === undefined) {
      this.handlers.fail(text);
      return;
    }
    this.phase = "handing";
    this.handing = this.hand(resourceVersion).catch(this.handlers.crash);
  }

  private async hand(resourceVersion: bigint): Promise<void> {
    const items = [...this.items.values()];
    this.items.clear();
    if (!(await this.handlers.complete(items, resourceVersion))) return;
    for (let event = this.held.shift(); event !== undefined; event = this.held.shift()) this.handlers.live(event);
    this.phase = "live";
  }
}
