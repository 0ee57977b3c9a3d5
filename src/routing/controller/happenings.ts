import type { Json } from "../../base/json.js";
import { isArray, isObject } from "../../base/json.js";
import type { JournalSink } from "./journal.js";
import { Rings } from "./rings.js";

/** Something that happened to a routemap, as the journal told it. */
export interface Happening {
  /** Epoch milliseconds on the API server's clock. */
  readonly at: number;
  readonly level: "debug" | "info" | "warn";
  /** A CamelCase word that never changes. */
  readonly reason: string;
  readonly fields: Readonly<Record<string, string | number>>;
}

/** A happening takes some 120 bytes. */
const bounds = { mostOfOne: 50, leastOfOne: 3, mostOfAll: 20_000 };

/** What happened to each routemap of late, by uid. */
export class Happenings {
  private readonly rings = new Rings(bounds, { encode, decode });

  take(uid: string, happening: Happening): void {
    this.rings.push(uid, happening);
  }

  /** Newest first. */
  of(uid: string): readonly Happening[] {
    return [...this.rings.of(uid)].reverse();
  }

  forget(uid: string): void {
    this.rings.forget(uid);
  }
}

const levels = ["debug", "info", "warn"] as const;

function encode({ at, level, reason, fields }: Happening): Json {
  return [at, level, reason, fields];
}

function decode(written: unknown): Happening {
  const [at, level, reason, fields] = isArray(written) ? written : [];
  const known = Object.entries(isObject(fields) ? fields : {}).filter(
    (field): field is [string, string | number] => typeof field[1] === "string" || typeof field[1] === "number",
  );
  return {
    at: typeof at === "number" ? at : 0,
    level: levels.find((name) => name === level) ?? "info",
    reason: typeof reason === "string" ? reason : "",
    fields: Object.fromEntries(known),
  };
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
