import { MultiMap } from "../base/multiMap.js";
import type { IndexBy } from "./store.js";

/** Secondary indexes by name: value to the keys of objects. A value without objects takes no memory. */
export class StoreIndex<T> {
  private readonly keys = new Map<string, MultiMap>();

  constructor(private readonly indexes: Readonly<Record<string, IndexBy<T>>>) {
    for (const name of Object.keys(indexes)) this.keys.set(name, new MultiMap());
  }

  /** Keys of the objects whose index `name` gives `value`; an index that does not exist throws a RangeError. */
  find(name: string, value: string): readonly string[] {
    const keys = this.keys.get(name);
    if (keys === undefined) throw new RangeError(`no index is called ${name}`);
    return keys.find(value);
  }

  add(key: string, object: T): void {
    this.each(object, (keys, value) => keys.add(value, key));
  }

  /** `object` is the one that was added under the key. */
  remove(key: string, object: T): void {
    this.each(object, (keys, value) => keys.delete(value, key));
  }

  private each(object: T, run: (keys: MultiMap, value: string) => void): void {
    for (const [name, by] of Object.entries(this.indexes)) {
      const keys = this.keys.get(name);
      if (keys !== undefined) for (const value of new Set(by(object))) run(keys, value);
    }
  }
}
