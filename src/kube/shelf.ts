import type { Packing } from "./packing.js";

/** An object on a shelf: itself, or its text. */
export type Kept<T> = { readonly object: T } | Packed;

class Packed {
  constructor(readonly text: string) {}
}

/**
 * Where a store keeps its objects: as they are or, with a packing, as texts, but for those that were put or read last.
 * An object that was unpacked again is equal to the one that was put, and another one.
 */
export class Shelf<T> {
  private readonly unpacked = new Map<Packed, T>();

  constructor(private readonly packing: Packing<T> | undefined) {}

  put(object: T): Kept<T> {
    if (this.packing === undefined) return { object };
    const packed = new Packed(this.packing.pack(object));
    this.remember(packed, object);
    return packed;
  }

  get(kept: Kept<T>): T {
    if (!(kept instanceof Packed)) return kept.object;
    const known = this.unpacked.get(kept);
    if (known !== undefined) this.unpacked.delete(kept);
    const object = known ?? this.unpack(kept);
    this.remember(kept, object);
    return object;
  }

  private unpack({ text }: Packed): T {
    if (this.packing === undefined) throw new TypeError("nothing is packed on this shelf");
    return this.packing.unpack(text);
  }

  /** Adds an object as the youngest, and drops the oldest beyond the bound. */
  private remember(packed: Packed, object: T): void {
    this.unpacked.set(packed, object);
    const [oldest] = this.unpacked.keys();
    if (this.unpacked.size > (this.packing?.unpacked ?? 0) && oldest !== undefined) this.unpacked.delete(oldest);
  }
}
