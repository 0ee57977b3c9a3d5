import type { Change } from "../store/changeLog.js";
import type { Store } from "../store/store.js";
import { eventLine, seenOf } from "./watchLines.js";
import type { View } from "./representation.js";
import type { Selection } from "./selection.js";

/** One open watch, as the hub sees it. */
export interface Watcher {
  readonly selection: Selection;
  readonly view: View;
  /** The same for all views that show an object the same way; see `viewKeyOf`. */
  readonly viewKey: string;
  /** Whether no event was sent yet. */
  isFirst(): boolean;
  /** Takes an encoded line; `revision` is how far the watch has come with it. */
  send(line: Buffer, revision: number): void;
  /** Ends the watch in order. */
  end(): void;
}

/** What tells a view from others of the same collection. */
export function viewKeyOf({ kind, form, include }: View): string {
  return `${kind.version} ${kind.group} ${form} ${include}`;
}

/** Tells all open watches of each change. A line is encoded once for all watches that see the object the same way. */
export class WatchHub {
  private readonly watchers = new Map<string, Set<Watcher>>();
  private readonly unsubscribe: () => void;

  constructor(store: Store) {
    this.unsubscribe = store.subscribe((change, collection) => this.tell(change, collection));
  }

  add(watcher: Watcher): void {
    const { collection } = watcher.selection.kind;
    const known = this.watchers.get(collection) ?? new Set();
    this.watchers.set(collection, known.add(watcher));
  }

  remove(watcher: Watcher): void {
    this.watchers.get(watcher.selection.kind.collection)?.delete(watcher);
  }

  /** Ends all watches of a collection, or all there are. */
  endAll(collection?: string): void {
    const sets = collection === undefined ? [...this.watchers.values()] : [this.watchers.get(collection) ?? new Set()];
    for (const watchers of sets) for (const watcher of [...watchers]) watcher.end();
  }

  close(): void {
    this.unsubscribe();
    this.endAll();
  }

  private tell(change: Change, collection: string): void {
    const lines = new Map<string, Buffer>();
    for (const watcher of this.watchers.get(collection) ?? []) {
      if (watcher.isFirst()) {
        // The first event of a watch of Tables carries the columns.
        const own = seenOf(change, watcher.selection.matches);
        if (own !== undefined) watcher.send(Buffer.from(eventLine(own, watcher.view, true)), change.revision);
        continue;
      }
      const seen = seenOf(change, watcher.selection.matches);
      if (seen === undefined) continue;
      const isPast = seen.stored !== change.stored;
      const key = `${watcher.viewKey} ${seen.type} ${isPast}`;
      let line = lines.get(key);
      if (line === undefined) {
        line = Buffer.from(eventLine(seen, watcher.view, false));
        lines.set(key, line);
      }
      watcher.send(line, change.revision);
    }
  }
}
