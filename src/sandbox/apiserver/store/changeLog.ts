import type { Stored } from "./stored.js";

/** A change of one object. Of a deletion `stored` is the last state, at the revision of its deletion. */
export interface Change {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly revision: number;
  readonly stored: Stored;
  /** What it was before; absent for ADDED. */
  readonly previous?: Stored;
}

/**
 * The last changes of a collection, oldest first. What is older than the oldest one is forgotten: watches and pages from
 * before then are told 410.
 */
export class ChangeLog {
  private changes: Change[] = [];
  private first = 0;
  /** Changes after this revision are all here. */
  private complete: number;

  /** `since`: the revision at which the collection began. */
  constructor(
    private readonly capacity: number,
    since: number,
  ) {
    this.complete = since;
  }

  append(change: Change): void {
    this.changes.push(change);
    if (this.changes.length - this.first <= this.capacity) return;
    this.complete = this.changes[this.first]?.revision ?? this.complete;
    this.first += 1;
    if (this.first < this.capacity) return;
    this.changes = this.changes.slice(this.first);
    this.first = 0;
  }

  /** Changes after `revision`, oldest first; undefined if some of them are forgotten. */
  since(revision: number): readonly Change[] | undefined {
    if (revision < this.complete) return undefined;
    let from = this.changes.length;
    while (from > this.first && (this.changes[from - 1]?.revision ?? 0) > revision) from -= 1;
    return this.changes.slice(from);
  }
}
