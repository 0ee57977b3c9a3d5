import type { IndexBy } from "./store.js";

/** Secondary indexes by name: value to objects. A value without objects takes no memory. */
export class StoreIndex<T> {
  private readonly values = new Map<string, Map<string, Set<T>>>();

  constructor(private readonly indexes: Readonly<Record<string, IndexBy<T>>>) {
    for (const name of Object.keys(indexes)) this.values.set(name, new Map());
  }

  find(name: string, value: string): readonly T[] {
    const byValue = this.values.get(name);
    if (byValue === undefined) throw new RangeError(`no index is called ${name}`);
    return [...(byValue.get(value) ?? [])];
  }

  add(object: T): void {
    this.each(object, (byValue, value) => {
      const found = byValue.get(value);
      if (found === undefined) byValue.set(value, new Set([object]));
      else found.add(object);
    });
  }

  remove(object: T): void {
    this.each(object, (byValue, value) => {
      const found = byValue.get(value);
      found?.delete(object);
      if (found?.size === 0) byValue.delete(value);
    });
  }

  private each(object: T, run: (byValue: Map<string, Set<T>>, value: string) => void): void {
    for (const [name, by] of Object.entries(this.indexes)) {
      const byValue = this.values.get(name);
      if (byValue !== undefined) for (const value of new Set(by(object))) run(byValue, value);
    }
  }
}
