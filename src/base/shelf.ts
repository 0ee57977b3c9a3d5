/** How objects are kept that are seldom read: as short texts. */
export interface Packing<T> {
  /** How many objects stay unpacked, those put or read last. */
  readonly unpacked: number;
  pack(object: T): string;
  /** The object of a text that `pack` gave. */
  unpack(text: string): T;
}

/** A place on a shelf, with the object that was put there: itself or, where it is packed, its text. */
export interface Slot<T> {
  content: T | string;
}

/**
 * Where many objects are kept that are seldom read: as they are or, with a packing, as texts, but for those that were put
 * or read last. An object is packed when its turn to be forgotten comes, so that one that changes over and over, or goes
 * soon, never is. An object that was unpacked again is equal to the one that was put, and another one.
 */
export class Shelf<T extends object> {
  /** The oldest first. */
  private readonly recent = new Map<Slot<T>, T>();

  constructor(private readonly packing: Packing<T> | undefined) {}

  put(slot: Slot<T>, object: T): void {
    slot.content = object;
    if (this.packing !== undefined) this.remember(slot, object, this.packing);
  }

  get(slot: Slot<T>): T {
    const { content } = slot;
    const { packing } = this;
    if (packing === undefined) {
      if (typeof content === "string") throw new TypeError("nothing is packed on this shelf");
      return content;
    }
    const object = typeof content === "string" ? (this.recent.get(slot) ?? packing.unpack(content)) : content;
    this.remember(slot, object, packing);
    return object;
  }

  /** Says that nobody will ask for a slot again. */
  drop(slot: Slot<T>): void {
    this.recent.delete(slot);
  }

  /** Makes an object the youngest, and packs the oldest beyond the bound. */
  private remember(slot: Slot<T>, object: T, packing: Packing<T>): void {
    this.recent.delete(slot);
    this.recent.set(slot, object);
    if (this.recent.size <= packing.unpacked) return;
    for (const [oldest, known] of this.recent) {
      this.recent.delete(oldest);
      if (typeof oldest.content !== "string") oldest.content = packing.pack(known);
      return;
    }
  }
}
