import type { JournalSink } from "./journal.js";

/** Something that happened to a routemap, as the journal told it. */
export interface Happening {
  /** Epoch milliseconds on the API server's clock. */
  readonly at: number;
  readonly level: "debug" | "info" | "warn";
  /** A CamelCase word that never changes. */
  readonly reason: string;
  readonly fields: Readonly<Record<string, string | number>>;
}

/** How many one routemap keeps at most, and at least, however many others there are; one takes some 400 bytes. */
const mostOfOne = 50;
const leastOfOne = 3;
const mostOfAll = 20_000;

/** What happened to each routemap of late, by uid. */
export class Happenings {
  private readonly rings = new Map<string, Happening[]>();

  take(uid: string, happening: Happening): void {
    const ring = this.rings.get(uid) ?? [];
    if (ring.length === 0) this.rings.set(uid, ring);
    ring.push(happening);
    const room = Math.max(leastOfOne, Math.min(mostOfOne, Math.floor(mostOfAll / this.rings.size)));
    if (ring.length > room) ring.splice(0, ring.length - room);
  }

  /** Newest first. */
  of(uid: string): readonly Happening[] {
    return [...(this.rings.get(uid) ?? [])].reverse();
  }

  forget(uid: string): void {
    this.rings.delete(uid);
  }
}

/** A journal's sink that also keeps what it is told. `now`: epoch milliseconds on the API server's clock. */
export function keeping(sink: JournalSink, happenings: Happenings, now: () => number): JournalSink {
  return {
    ...sink,
    log(level, entry, message, fields) {
      sink.log(level, entry, message, fields);
      happenings.take(entry.uid, { at: now(), level, reason: message, fields });
    },
  };
}
