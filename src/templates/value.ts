import type { Json } from "../base/json.js";
import { isArray, isObject } from "../base/json.js";
import { wellFormed } from "./text.js";

/**
 * A value that a template can see; nothing else of JavaScript can be reached from one.
 *
 * A `bigint` is Go's `int` (64 bits, arithmetic wraps), a `number` is Go's `float64`: `1` and `1.0` differ as in Go.
 */
export type TemplateValue = null | boolean | bigint | number | string | TemplateList | TemplateMap | TemplateFunc;

/** A list. Never changed once made. */
export type TemplateList = readonly TemplateValue[];

/** A method without arguments. A field that holds one is called when it is read, as `.GetVersions` in Go. */
export type TemplateFunc = () => TemplateValue;

/** A value inside the evaluator: undefined is Go's invalid value, null a nil interface. */
export type Slot = TemplateValue | undefined;

/** A map with text keys. Only what was put in is there: no prototype, no built-in members. */
export class TemplateMap {
  readonly #entries: Map<string, TemplateValue>;
  /** Characters of all keys. */
  #keyLength = 0;

  /** `absent` is what a missing key yields: the zero value of the element type. */
  constructor(
    entries: Iterable<readonly [string, TemplateValue]> = [],
    readonly absent: TemplateValue = null,
  ) {
    this.#entries = new Map(entries);
    for (const key of this.#entries.keys()) this.#keyLength += key.length;
  }

  /** Units of work that it takes to bring the keys in order. */
  get work(): number {
    return this.#entries.size + (this.#keyLength >> 4);
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The member, or undefined where there is none. */
  get(key: string): Slot {
    return this.#entries.get(key);
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  set(key: string, value: TemplateValue): void {
    if (!this.#entries.has(key)) this.#keyLength += key.length;
    this.#entries.set(key, value);
  }

  delete(key: string): void {
    if (this.#entries.delete(key)) this.#keyLength -= key.length;
  }

  /** Keys in byte order of their UTF-8, the order in which Go prints and ranges. */
  keys(): string[] {
    return [...this.#entries.keys()].sort(compareText);
  }
}

/** The list of Go's nil slice: empty, but `null` in JSON. */
export const nilList: TemplateList = [];

export function isList(value: Slot): value is TemplateList {
  return Array.isArray(value);
}

/** Byte order of the UTF-8 of two texts; a plain comparison orders by UTF-16 units. */
export function compareText(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i += 1) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left !== right) return codePointRank(left) - codePointRank(right);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above all others. */
function codePointRank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/**
 * Data for a template. Integral numbers up to 2^53 become ints, other numbers floats; undefined members are left out;
 * lone surrogates become U+FFFD. Any depth is accepted.
 */
export function fromJson(value: Json): TemplateValue {
  const open: (() => void)[] = [];
  const convert = (json: Json): TemplateValue => {
    if (isArray(json)) {
      const list: TemplateValue[] = [];
      open.push(() => json.forEach((item) => list.push(convert(item))));
      return list;
    }
    if (isObject(json)) {
      const map = new TemplateMap();
      open.push(() => {
        for (const key of Object.keys(json)) {
          const member = json[key];
          if (member !== undefined) map.set(wellFormed(key), convert(member));
        }
      });
      return map;
    }
    if (typeof json === "number") return fromNumber(json);
    return typeof json === "string" ? wellFormed(json) : json;
  };
  const result = convert(value);
  for (let fill = open.pop(); fill !== undefined; fill = open.pop()) fill();
  return result;
}

/** An int where the number is integral and exact, else a float. */
export function fromNumber(value: number): bigint | number {
  return Number.isSafeInteger(value) ? BigInt(value) : value;
}

/** Name of a value's kind for messages. */
export function kindName(value: Slot): string {
  if (value === undefined || value === null) return "nil";
  switch (typeof value) {
    case "bigint":
      return "int";
    case "number":
      return "float";
    case "boolean":
      return "bool";
    case "string":
      return "string";
    case "function":
      return "function";
    case "object":
      return isList(value) ? "list" : "map";
    default:
      return "nil";
  }
}

/** Go's truth: false, 0, "", nil and what is empty are false. */
export function isTrue(value: Slot): boolean {
  if (value === undefined || value === null) return false;
  switch (typeof value) {
    case "bigint":
      return value !== 0n;
    case "number":
      return value !== 0;
    case "boolean":
      return value;
    case "string":
      return value !== "";
    case "object":
      return isList(value) ? value.length > 0 : value.size > 0;
    default:
      return true;
  }
}
