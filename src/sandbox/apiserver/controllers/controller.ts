import type { Change } from "../store/changeLog.js";

/** A part of the control plane that follows what is stored. */
export interface Controller {
  /** Told of a change before the write that made it returns; must not write. */
  observe?(change: Change, collection: string): void;
  /** Told of the same change afterwards, in a turn of its own; may write. */
  handle(change: Change, collection: string): void;
  /** Stops its timers. */
  close(): void;
}
