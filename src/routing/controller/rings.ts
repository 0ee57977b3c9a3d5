import type { Json } from "../../base/json.js";

/** How many values are kept. Each owner keeps `leastOfOne` at least and `mostOfOne` at most, in between `mostOfAll` in all. */
export interface RingBounds {
  readonly mostOfOne: number;
  readonly leastOfOne: number;
  readonly mostOfAll: number;
}

/** How a value is written as JSON, and read again. */
export interface RingCodec<T> {
  encode(value: T): Json;
  decode(written: unknown): T;
}

/**
 * The last values of each of many owners. They are kept as text, one for each owner with a line of JSON for each value,
 * because they are many and seldom read: as objects they would take three to four times the memory.
 */
export class Rings<T> {
  private readonly texts = new Map<string, string>();

  constructor(
    private readonly bounds: RingBounds,
    private readonly codec: RingCodec<T>,
  ) {}

  push(owner: string, value: T): void {
    const line = JSON.stringify(this.codec.encode(value));
    const text = this.texts.get(owner);
    if (text === undefined) {
      this.texts.set(owner, line);
      return;
    }
    const lines = [...text.split("\n"), line];
    this.texts.set(owner, lines.slice(-this.room()).join("\n"));
  }

  /** The value that was pushed last. */
  last(owner: string): T | undefined {
    const text = this.texts.get(owner);
    return text === undefined ? undefined : this.read(text.slice(text.lastIndexOf("\n") + 1));
  }

  /** Oldest first. */
  of(owner: string): readonly T[] {
    return (
      this.texts
        .get(owner)
        ?.split("\n")
        .map((line) => this.read(line)) ?? []
    );
  }

  forget(owner: string): void {
    this.texts.delete(owner);
  }

  private room(): number {
    const { mostOfOne, leastOfOne, mostOfAll } = this.bounds;
    return Math.max(leastOfOne, Math.min(mostOfOne, Math.floor(mostOfAll / this.texts.size)));
  }

  private read(line: string): T {
    return this.codec.decode(JSON.parse(line));
  }
}
