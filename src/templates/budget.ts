import { Fault } from "./error.js";

/** Bounds of one rendering; what is left out has its default. */
export interface TemplateLimits {
  /**
   * Units of work: nodes evaluated, items handled, pieces of 4 characters gone through and of 16 made.
   * Default 100 000,
   * which take some 50 ms on one core.
   */
  readonly steps?: number;
  /** Bytes of output, and of any single text made on the way. Default 262 144. */
  readonly outputBytes?: number;
  /** Templates that may be open inside each other, and levels of data that may be printed. Default 64, at most 256. */
  readonly depth?: number;
  /** Milliseconds of any monotonic clock; with `millis` it bounds the time, asked every 1024 steps. */
  readonly now?: () => number;
  /** Milliseconds that one rendering may take. Default 50; without `now` time is not bounded. */
  readonly millis?: number;
  /** Steps that this rendering shares with others. */
  readonly meter?: StepMeter;
}

/** Steps that several renderings may take together; each takes off what it used. */
export interface StepMeter {
  left: number;
}

/** The bounds used where none are given. */
export const defaultLimits = { steps: 100_000, outputBytes: 262_144, depth: 64, millis: 50 } as const;

/** More would risk the end of the stack. */
const greatestDepth = 256;
const clockMask = 1023;

/** What one rendering has left. Every method throws a LIMIT fault once its bound is passed. */
export class Budget {
  readonly depth: number;
  readonly #steps: number;
  readonly #isShared: boolean;
  readonly #textBytes: number;
  readonly #now: (() => number) | undefined;
  readonly #deadline: number;
  readonly #millis: number;
  #used = 0;
  #lookAt = clockMask;
  #written = 0;

  constructor(limits: TemplateLimits = {}) {
    this.depth = Math.min(limits.depth ?? defaultLimits.depth, greatestDepth);
    const own = limits.steps ?? defaultLimits.steps;
    this.#steps = Math.min(own, limits.meter?.left ?? own);
    this.#isShared = this.#steps < own;
    this.#textBytes = limits.outputBytes ?? defaultLimits.outputBytes;
    this.#now = limits.now;
    this.#millis = limits.millis ?? defaultLimits.millis;
    this.#deadline = this.#now === undefined ? 0 : this.#now() + this.#millis;
  }

  /** Steps taken so far. */
  get used(): number {
    return this.#used;
  }

  /** Takes `count` units of work, before the work is done. */
  step(count = 1): void {
    this.#used += count;
    if (!(this.#used <= this.#steps)) {
      const whose = this.#isShared
        ? "the templates together take more steps than they may"
        : `more than ${this.#steps} steps`;
      throw new Fault("LIMIT", `${whose}: make the loops or the data smaller`);
    }
    if (this.#used > this.#lookAt) this.#lookAtClock();
  }

  /** Asks for a text of `length` units before it is made. */
  text(length: number): void {
    if (!(length <= this.#textBytes)) {
      throw new Fault("LIMIT", `a text of ${length} bytes is more than the limit of ${this.#textBytes}`);
    }
    this.step(length >> 4);
  }

  /** Asks for a text of `length` units to be gone through, character by character. */
  read(length: number): void {
    this.step(length >> 2);
  }

  /** Asks for a text to grow. */
  grow(from: number, to: number): void {
    if (to > this.#textBytes) this.text(to);
    this.step((to >> 2) - (from >> 2));
  }

  /** Asks for a list of `length` items that are copied, not made. */
  copy(length: number): void {
    this.step(1 + (length >> 4));
  }

  /** Asks for a search, whose time can grow with the product of the lengths. */
  search(text: number, pattern: number): void {
    this.step(1 + Math.floor((text * Math.max(pattern, 1)) / 4096));
  }

  /** Counts bytes that go to the output. */
  output(bytes: number): void {
    this.#written += bytes;
    if (!(this.#written <= this.#textBytes)) {
      throw new Fault("LIMIT", `the output is longer than ${this.#textBytes} bytes`);
    }
  }

  /** Refuses to go deeper than `depth` levels into data, which `set` can make endless. */
  level(level: number): void {
    if (level > this.depth) throw new Fault("LIMIT", `the data is nested deeper than ${this.depth} levels`);
  }

  #lookAtClock(): void {
    this.#lookAt = this.#used + clockMask;
    if (this.#now !== undefined && this.#now() > this.#deadline) {
      throw new Fault("LIMIT", `rendering took longer than ${this.#millis} ms`);
    }
  }
}

/** Text in the making, counted piece by piece. */
export class TextBuilder {
  #text = "";

  constructor(private readonly budget: Budget) {}

  add(piece: string): void {
    const length = this.#text.length + piece.length;
    this.budget.grow(this.#text.length, length);
    this.#text += piece;
  }

  get text(): string {
    return this.#text;
  }
}
