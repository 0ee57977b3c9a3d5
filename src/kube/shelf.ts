import type { Packing } from "./packing.js";

/** A place on a shelf, with the object that was put there: itself or, where it is packed, its text. */
export interface Slot<T> {
  content: T | string;
}

/**
 * Where a store keeps its objects: as they are or, with a packing, as texts, but for those that were put or read last.
 * An object that was unpacked again is equal to the one that was put, and another one.
 */
export class Shelf<T extends object> {
  private readonly unpacked = new Map<Slot<T>, T>();

  constructor(private readonly packing: Packing<T> | undefined) {}

  put(slot: Slot<T>, object: T): void {
    slot.content = this.packing?.pack(object) ?? object;
    if (this.packing !== undefined) this.remember(slot, object);
  }

  get(slot: Slot<T>): T {
    const { content } = slot;
    if (typeof content !== "string") return content;
    const object = this.unpacked.get(slot) ?? this.unpack(content);
    this.remember(slot, object);
    return object;
  }

  private unpack(text: string): T {
    if (this.packing === undefined) throw new TypeError("nothing is packed on this shelf");
    return this.packing.unpack(text);
  }

  /** Makes an object the youngest, and drops the oldest beyond the bound. */
  private remember(slot: Slot<T>, object: T): void {
    this.unpacked.delete(slot);
    this.unpacked.set(slot, object);
    const [oldest] = this.unpacked.keys();
    if (this.unpacked.size > (this.packing?.unpacked ?? 0) && oldest !== undefined) this.unpacked.delete(oldest);
  }
}
