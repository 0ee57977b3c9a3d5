/**
 * Values by key, each pair once, in the order they came. Most keys have a single value, which is kept without a set
 * around it: a set of one takes some 200 bytes.
 */
export class MultiMap {
  private readonly values = new Map<string, string | Set<string>>();

  add(key: string, value: string): void {
    const known = this.values.get(key);
    if (known === undefined) this.values.set(key, value);
    else if (typeof known !== "string") known.add(value);
    else if (known !== value) this.values.set(key, new Set([known, value]));
  }

  delete(key: string, value: string): void {
    const known = this.values.get(key);
    if (known === value) this.values.delete(key);
    if (known === undefined || typeof known === "string") return;
    known.delete(value);
    if (known.size === 0) this.values.delete(key);
  }

  /** The values of a key. */
  find(key: string): readonly string[] {
    const known = this.values.get(key);
    if (known === undefined) return [];
    return typeof known === "string" ? [known] : [...known];
  }

  clear(): void {
    this.values.clear();
  }
}
