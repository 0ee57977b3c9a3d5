import type { Observable } from "rxjs";
import { of } from "rxjs";

import type { Clock } from "../base/clock.js";
import type { Leadership } from "./leadership.js";

/**
 * Leadership without an election: this process leads from the start, and its gate is always open. Whoever ran before
 * may have a write under way, so there is a predecessor.
 */
export function soleLeader(clock: Clock): {
  readonly leadership$: Observable<Leadership>;
  readonly writeGate: () => string | undefined;
} {
  const leader: Leadership = { state: "leader", since: clock.monotonic(), term: 0, predecessor: true };
  return { leadership$: of(leader), writeGate: () => undefined };
}
