import type { WriteTrouble } from "../memory.js";
import type { RoutemapEntry } from "./entry.js";

/** No raise and no release for this long after a write of unknown outcome (docs/rules.md, "Unknown outcomes"). */
export const fenceTime = 5000;

/** Notes that a write of unknown outcome may still land. */
export function fence(entry: RoutemapEntry, now: number): void {
  entry.memory = { ...entry.memory, fencedUntil: Math.max(entry.memory.fencedUntil, now + fenceTime) };
}

/** Notes why an output could not be written. */
export function noteTrouble(
  entry: RoutemapEntry,
  key: string,
  condition: WriteTrouble["condition"],
  message: string,
  retryAt: number,
  refused = false,
): void {
  const tries = (entry.memory.troubles.get(key)?.tries ?? 0) + 1;
  const trouble: WriteTrouble = { condition, reason: condition, message, refused, tries, retryAt };
  const troubles = new Map(entry.memory.troubles).set(key, trouble);
  entry.memory = { ...entry.memory, troubles };
}

/** Forgets what was wrong with an output. */
export function forgetTrouble(entry: RoutemapEntry, key: string): void {
  if (!entry.memory.troubles.has(key)) return;
  const troubles = new Map(entry.memory.troubles);
  troubles.delete(key);
  entry.memory = { ...entry.memory, troubles };
}

/** Notes that somebody else's change was met. */
export function noteFight(entry: RoutemapEntry, now: number): void {
  entry.memory = { ...entry.memory, fights: [...entry.memory.fights, now] };
}

/** Milliseconds before try `tries` + 1: 50 ms doubled up to 5 s, or what the server asked for. */
export function retryDelay(tries: number, retryAfter: number | undefined): number {
  return retryAfter ?? Math.min(5000, 50 * 2 ** Math.min(tries - 1, 10));
}
