import type { Clock } from "../base/clock.js";

/** So many pieces of urgent work within so many milliseconds are a rush. */
const pieces = 8;
const span = 250;

/**
 * Tells whether much urgent work is being done right now: what can wait then does, so that the API server has time for
 * the rest. It is over a quarter of a second after the last of many pieces.
 */
export class Rush {
  /** Monotonic times of the last pieces, oldest first. */
  private readonly times: number[] = [];

  constructor(private readonly clock: Clock) {}

  /** Notes a piece of urgent work. */
  note(): void {
    this.times.push(this.clock.monotonic());
    if (this.times.length > pieces) this.times.shift();
  }

  get on(): boolean {
    const [first] = this.times;
    return first !== undefined && this.times.length === pieces && this.clock.monotonic() - first < span;
  }
}
