import type { QueueClass } from "./queueClass.js";
import { moreUrgent, queueClasses } from "./queueClass.js";

/** A key whose turn has come. `since` is the monotonic time it was first added. */
export interface Turn<K> {
  readonly key: K;
  readonly class: QueueClass;
  readonly since: number;
}

/** One turn of so many goes to the key that has waited longest, where that has waited for so many milliseconds. */
const fairShare = 8;
const patience = 5000;

/**
 * The keys that wait: each once, the most urgent class first, first come first served within a class. One turn of eight
 * goes to the first of a line that has waited for five seconds: however much urgent work there is, the rest is done, too.
 */
export class Waiting<K extends string> {
  private readonly known = new Map<K, { class: QueueClass; readonly since: number }>();
  private readonly lines: Readonly<Record<QueueClass, Set<K>>> = {
    deletion: new Set(),
    readinessLost: new Set(),
    readinessGained: new Set(),
    spec: new Set(),
    resync: new Set(),
  };

  private turns = 0;

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

  /** Takes the key out whose turn it is, or undefined where none waits. `now`: on the clock of `since`. */
  take(now: number): Turn<K> | undefined {
    const heads = queueClasses.flatMap((name) => this.head(name) ?? []);
    const [first] = heads;
    if (first === undefined) return undefined;
    this.turns += 1;
    const oldest = heads.reduce((old, head) => (head.since < old.since ? head : old), first);
    const turn = this.turns % fairShare === 0 && now - oldest.since >= patience ? oldest : first;
    this.lines[turn.class].delete(turn.key);
    this.known.delete(turn.key);
    return turn;
  }

  private head(name: QueueClass): Turn<K> | undefined {
    for (const key of this.lines[name]) return { key, class: name, since: this.known.get(key)?.since ?? 0 };
    return undefined;
  }
}
