import type { Stored } from "./stored.js";

/** A change of one object. Of a deletion `stored` is the last state, at the revision of its deletion. */
export interface Change {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly revision: number;
  readonly stored: Stored;
  /** What it was before; absent for ADDED. */
  readonly previous?: Stored;
}

/** How much of a collection's past is remembered. */
export interface LogLimits {
  readonly changes: number;
  /** Sum of the lengths of the texts that were stored. */
  readonly characters: number;
}

/**
 * The last changes of a collection, oldest first. What is older than the oldest one is forgotten: watches and pages from
 * before then are told 410.
 */
export class ChangeLog {
  private changes: (Change | undefined)[] = [];
  private first = 0;
  private characters = 0;
  /** Changes after this revision are all here. */
  private complete: number;

  /** `since`: the revision at which the collection began. */
  constructor(
    private readonly limits: LogLimits,
    since: number,
  ) {
    this.complete = since;
  }

  append(change: Change): void {
    this.changes.push(change);
    this.characters += change.stored.text.length;
    while (this.isFull()) this.forgetFirst();
    if (this.first < this.limits.changes) return;
    this.changes = this.changes.slice(this.first);
    this.first = 0;
  }

  private isFull(): boolean {
    const count = this.changes.length - this.first;
    return count > this.limits.changes || (count > 1 && this.characters > this.limits.characters);
  }

  private forgetFirst(): void {
    const forgotten = this.changes[this.first];
    // The slot stays until the array is cut; what it held may go.
    this.changes[this.first] = undefined;
    this.complete = forgotten?.revision ?? this.complete;
    this.characters -= forgotten?.stored.text.length ?? 0;
    this.first += 1;
  }

  /** Changes after `revision`, oldest first; undefined if some of them are forgotten. */
  since(revision: number): readonly Change[] | undefined {
    if (revision < this.complete) return undefined;
    let from = this.changes.length;
    while (from > this.first && (this.changes[from - 1]?.revision ?? 0) > revision) from -= 1;
    return this.changes.slice(from).filter((change) => change !== undefined);
  }
}
