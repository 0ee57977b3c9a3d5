import type { Clock } from "../base/clock.js";
import { sleep } from "../base/clock.js";

/** The old generation of the heap: bytes in use, and bytes of memory that they are spread over. */
export interface HeapRoom {
  readonly used: number;
  readonly taken: number;
}

/** The heap of this process. */
export interface Heap {
  room(): HeapRoom;
  /** Share of the time since the last call in which the event loop had something to do, 0 to 1. */
  busy(): number;
  /** Collects garbage and moves some of what lives closer together; nothing else happens meanwhile. */
  compact(): void;
}

const pause = 1000;
/** A process that does less than this is calm. */
const calmShare = 0.1;
/** How long it is calm before it is disturbed, in pauses. */
const calmBefore = 3;
const leastWaste = 4 * 1024 ** 2;
const leastShare = 0.1;
/** Passes in a row that may free nothing worth mentioning. */
const mostFutile = 3;
const worthMentioning = 512 * 1024;
const rest = 10 * 60_000;

/**
 * Gives memory back that much work has left scattered: whatever lived for a moment beside what lives on leaves holes,
 * half of the old generation after thousands of routes were written. It works only while the process is calm, a pass a
 * second, and stops as soon as there is something to do; a pass takes some 2 ms for each megabyte that lives.
 */
export class CalmCompaction {
  private calm = 0;
  private futile = 0;

  constructor(
    private readonly clock: Clock,
    private readonly heap: Heap,
  ) {}

  /** Works until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    this.heap.busy();
    for (;;) {
      await sleep(this.clock, this.futile >= mostFutile ? rest : pause, signal);
      if (signal.aborted) return;
      if (this.futile >= mostFutile) this.futile = 0;
      this.calm = this.heap.busy() < calmShare ? this.calm + 1 : 0;
      if (this.calm >= calmBefore && isScattered(this.heap.room())) this.compact();
    }
  }

  private compact(): void {
    const before = this.heap.room().taken;
    this.heap.compact();
    this.futile = before - this.heap.room().taken < worthMentioning ? this.futile + 1 : 0;
    // The pass itself is no work that anybody asked for.
    this.heap.busy();
  }
}

function isScattered({ used, taken }: HeapRoom): boolean {
  const waste = taken - used;
  return waste > leastWaste && waste > leastShare * taken;
}
