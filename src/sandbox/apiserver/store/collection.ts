import type { Change, LogLimits } from "./changeLog.js";
import { ChangeLog } from "./changeLog.js";
import type { Stored } from "./stored.js";
import { keyOf } from "./stored.js";

/** All objects of one resource, whatever the version they are served in. */
export class Collection {
  private readonly objects = new Map<string, Stored>();
  private readonly log: ChangeLog;
  private sorted: readonly string[] | undefined;

  constructor(limits: LogLimits, since: number) {
    this.log = new ChangeLog(limits, since);
  }

  get size(): number {
    return this.objects.size;
  }

  get(namespace: string, name: string): Stored | undefined {
    return this.objects.get(keyOf(namespace, name));
  }

  /** Objects in the order of their keys, of one namespace if one is given. */
  list(namespace?: string): readonly Stored[] {
    this.sorted ??= [...this.objects.keys()].sort();
    return select(this.sorted, this.objects, namespace);
  }

  /** The same as it was at `revision`; undefined if that is forgotten. */
  listAt(revision: number, namespace?: string): readonly Stored[] | undefined {
    const undone = this.log.since(revision);
    if (undone === undefined) return undefined;
    if (undone.length === 0) return this.list(namespace);
    const then = new Map(this.objects);
    for (const change of undone.toReversed()) {
      const key = keyOf(change.stored.namespace, change.stored.name);
      if (change.previous === undefined) then.delete(key);
      else then.set(key, change.previous);
    }
    return select([...then.keys()].sort(), then, namespace);
  }

  /** Changes after `revision`; undefined if some are forgotten. */
  since(revision: number): readonly Change[] | undefined {
    return this.log.since(revision);
  }

  /** Records a change that has happened. */
  record(change: Change): void {
    const key = keyOf(change.stored.namespace, change.stored.name);
    if (change.type === "DELETED") this.objects.delete(key);
    else this.objects.set(key, change.stored);
    if (change.type !== "MODIFIED") this.sorted = undefined;
    this.log.append(change);
  }
}

function select(
  keys: readonly string[],
  objects: ReadonlyMap<string, Stored>,
  namespace: string | undefined,
): readonly Stored[] {
  const found: Stored[] = [];
  for (const key of keys) {
    const stored = objects.get(key);
    if (stored !== undefined && (namespace === undefined || stored.namespace === namespace)) found.push(stored);
  }
  return found;
}
