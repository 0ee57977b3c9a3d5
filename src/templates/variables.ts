import { executeFault, Fault } from "./error.js";
import type { Slot } from "./value.js";

/** Finding one takes the longer, the more there are. */
const most = 1000;

/** The variables in sight, as a stack of names and values; the innermost of a name wins. */
export class Variables {
  #names: string[] = [];
  #values: Slot[] = [];

  /** A fresh scope with `$` alone; returns the one to `leave` to. */
  enter(root: Slot): { readonly names: string[]; readonly values: Slot[] } {
    const outer = { names: this.#names, values: this.#values };
    this.#names = ["$"];
    this.#values = [root];
    return outer;
  }

  leave(outer: { readonly names: string[]; readonly values: Slot[] }): void {
    this.#names = outer.names;
    this.#values = outer.values;
  }

  mark(): number {
    return this.#names.length;
  }

  cut(mark: number): void {
    this.#names.length = mark;
    this.#values.length = mark;
  }

  declare(name: string, value: Slot): void {
    if (this.#names.length > most) throw new Fault("LIMIT", `more than ${most} variables are in sight: declare fewer`);
    this.#names.push(name);
    this.#values.push(value);
  }

  assign(name: string, value: Slot): void {
    this.#values[this.#find(name)] = value;
  }

  get(name: string): Slot {
    return this.#values[this.#find(name)];
  }

  /** Sets the value `depth` places from the top, 1 being the top. */
  setTop(depth: number, value: Slot): void {
    this.#values[this.#values.length - depth] = value;
  }

  #find(name: string): number {
    const index = this.#names.lastIndexOf(name);
    if (index < 0) throw executeFault(`undefined variable ${name}`);
    return index;
  }
}
