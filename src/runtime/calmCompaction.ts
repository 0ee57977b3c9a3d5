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
  /** Bytes of memory that the young generation takes, in use or not. */
  young(): number;
  /** Collects the young generation: some milliseconds. In a process that is calm it shrinks to what is in use. */
  collectYoung(): void;
}

const pause = 1000;
/** A process that does less than this is calm. */
const calmShare = 0.1;
/** How long it is calm before it is disturbed, in pauses. */
const calmBefore = 3;
/** V8 shrinks the young generation of a process that has allocated little for five seconds; this is surely more. */
const calmBeforeYoung = 8;
const mega = 1024 ** 2;
/** A young generation that takes more is shrunk. */
const young = 4 * mega;
/** Waste from which a series of passes is worth its while, and waste with which it ends: bytes, and a share of all. */
const begins = { bytes: 8 * mega, share: 0.2 };
const ends = { bytes: 2 * mega, share: 0.05 };
/** Between two series, milliseconds. */
const rest = 60_000;
/** Passes in a row that may free less than this before a series ends; after one that freed nothing comes a longer rest. */
const mostFutile = 3;
const worthMentioning = mega / 2;
const longRest = 10 * 60_000;

/**
 * Gives memory back that much work has left scattered: whatever lived for a moment beside what lives on leaves holes,
 * half of the old generation after thousands of routes were written. It works only while the process is calm, a pass a
 * second, and stops as soon as there is something to do; a pass takes some 2 ms for each megabyte that lives. What the
 * young generation took while there was much to do is given back as well.
 */
export class CalmCompaction {
  private calm = 0;
  private futile = 0;
  private underWay = false;
  private hasFreed = false;
  private notBefore = -Infinity;
  private notYoungBefore = -Infinity;

  constructor(
    private readonly clock: Clock,
    private readonly heap: Heap,
  ) {}

  /** Works until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    this.heap.busy();
    for (;;) {
      await sleep(this.clock, pause, signal);
      if (signal.aborted) return;
      this.calm = this.heap.busy() < calmShare ? this.calm + 1 : 0;
      const now = this.clock.monotonic();
      if (this.calm >= calmBefore && now >= this.notBefore) this.look();
      if (this.calm >= calmBeforeYoung && now >= this.notYoungBefore) this.lookAtYoung(now);
    }
  }

  private lookAtYoung(now: number): void {
    if (this.heap.young() <= young) return;
    this.heap.collectYoung();
    this.notYoungBefore = now + rest;
  }

  private look(): void {
    const before = this.heap.room();
    if (!isScattered(before, this.underWay ? ends : begins)) {
      if (this.underWay) this.end(rest);
      return;
    }
    this.underWay = true;
    this.heap.compact();
    const freed = before.taken - this.heap.room().taken >= worthMentioning;
    this.hasFreed ||= freed;
    this.futile = freed ? 0 : this.futile + 1;
    if (this.futile >= mostFutile) this.end(this.hasFreed ? rest : longRest);
    // The pass itself is no work that anybody asked for.
    this.heap.busy();
  }

  private end(pauseBefore: number): void {
    this.underWay = false;
    this.hasFreed = false;
    this.futile = 0;
    this.notBefore = this.clock.monotonic() + pauseBefore;
  }
}

function isScattered({ used, taken }: HeapRoom, limit: { readonly bytes: number; readonly share: number }): boolean {
  const waste = taken - used;
  return waste > limit.bytes && waste > limit.share * taken;
}
