import type { Json, JsonObject } from "../../base/json.js";
import { isArray, isObject } from "../../base/json.js";

/**
 * Takes JSON apart and remembers the first thing that has the wrong shape. Absent and null are the same, as they are
 * to the API server. A wrong shape yields an empty value, so that reading goes on; whoever reads asks for `problem`
 * at the end.
 */
export class Shape {
  private first: string | undefined;

  /** The first problem, "path: what is wrong", or undefined if every shape was right. */
  get problem(): string | undefined {
    return this.first;
  }

  /** Records that what stands at `path` cannot be read. */
  fail(path: string, problem: string): void {
    this.first ??= `${path}: ${problem}`;
  }

  /** The object at `path`; absent gives an empty one. */
  object(value: Json | undefined, path: string): JsonObject {
    if (isObject(value)) return value;
    if (!isAbsent(value)) this.fail(path, "must be an object");
    return {};
  }

  /** The object at `path`, which must be there. */
  required(value: Json | undefined, path: string): JsonObject {
    if (isAbsent(value)) this.fail(path, "is missing");
    return this.object(value, path);
  }

  /** The list at `path`; absent gives an empty one. */
  list(value: Json | undefined, path: string): readonly Json[] {
    if (isArray(value)) return value;
    if (!isAbsent(value)) this.fail(path, "must be a list");
    return [];
  }

  /** The text at `path`, or undefined where it is absent. */
  text(value: Json | undefined, path: string): string | undefined {
    if (typeof value === "string") return value;
    if (!isAbsent(value)) this.fail(path, "must be a string");
    return undefined;
  }

  /** The text at `path`, which must be there and not empty. */
  name(value: Json | undefined, path: string): string {
    const text = this.text(value, path);
    if (text === undefined || text === "") this.fail(path, "is missing");
    return text ?? "";
  }

  /** The whole number of at least 0 at `path`, or undefined where it is absent. */
  weight(value: Json | undefined, path: string): number | undefined {
    const number = this.amount(value, path);
    if (number !== undefined && !Number.isInteger(number)) this.fail(path, "must be a whole number");
    return number;
  }

  /** The number of at least 0 at `path`, or undefined where it is absent. */
  amount(value: Json | undefined, path: string): number | undefined {
    if (isAbsent(value)) return undefined;
    if (typeof value === "number" && Number.isFinite(value) && value >= 0) return value;
    this.fail(path, "must be a number of at least 0");
    return undefined;
  }
}

/** True for undefined and null: the API server drops a null. */
export function isAbsent(value: Json | undefined): value is null | undefined {
  return value === undefined || value === null;
}
