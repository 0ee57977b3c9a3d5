import type { QueueClass } from "./queueClass.js";
import { moreUrgent, queueClasses } from "./queueClass.js";

/** A key whose turn has come. `since` is the monotonic time it was first added. */
export interface Turn<K> {
  readonly key: K;
  readonly class: QueueClass;
  readonly since: number;
}

/** The keys that wait: each once, the most urgent class first, first come first served within a class. */
export class Waiting<K extends string> {
  private readonly known = new Map<K, { class: QueueClass; readonly since: number }>();
  private readonly lines: Readonly<Record<QueueClass, Set<K>>> = {
    deletion: new Set(),
    readinessLost: new Set(),
    readinessGained: new Set(),
    spec: new Set(),
    resync: new Set(),
  };

  get size(): number {
    return this.known.size;
  }

  /** Adds a key or makes it more urgent; false if it waited already. */
  add(key: K, wanted: QueueClass, since: number): boolean {
    const entry = this.known.get(key);
    if (entry === undefined) {
      this.known.set(key, { class: wanted, since });
      this.lines[wanted].add(key);
      return true;
    }
    const urgent = moreUrgent(entry.class, wanted);
    if (urgent !== entry.class) {
      this.lines[entry.class].delete(key);
      this.lines[urgent].add(key);
      entry.class = urgent;
    }
    return false;
  }

  /** Takes the most urgent key out, or undefined where none waits. */
  take(): Turn<K> | undefined {
    for (const name of queueClasses) {
      for (const key of this.lines[name]) {
        const since = this.known.get(key)?.since ?? 0;
        this.lines[name].delete(key);
        this.known.delete(key);
        return { key, class: name, since };
      }
    }
    return undefined;
  }
}
