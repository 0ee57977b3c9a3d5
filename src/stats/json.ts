import { StatsError } from "./errors.js";

/** What every saved state begins with; `version` rises when the meaning of a field changes. */
export interface Saved<K extends string> {
  readonly kind: K;
  readonly version: 1;
}

/** Reads a saved state (an object or its JSON text) and names the field where it is not what it should be. */
export class StateReader {
  private readonly fields: Readonly<Record<string, unknown>>;

  constructor(
    private readonly kind: string,
    json: unknown,
  ) {
    const value = typeof json === "string" ? parsed(kind, json) : json;
    if (!isRecord(value)) throw new StatsError(kind, value, "a saved state, an object");
    this.fields = value;
    if (value["kind"] !== kind) throw new StatsError(`${kind}.kind`, value["kind"], JSON.stringify(kind));
    if (value["version"] !== 1)
      throw new StatsError(`${kind}.version`, value["version"], "1, the version this build reads");
  }

  number(field: string): number {
    const value = this.fields[field];
    if (typeof value !== "number" || !Number.isFinite(value)) throw this.refused(field, value, "a finite number");
    return value;
  }

  boolean(field: string): boolean {
    const value = this.fields[field];
    if (typeof value !== "boolean") throw this.refused(field, value, "true or false");
    return value;
  }

  text<T extends string>(field: string, oneOf: readonly T[]): T {
    const value = this.fields[field];
    const found = oneOf.find((known) => known === value);
    if (found === undefined) throw this.refused(field, value, `one of ${oneOf.join(", ")}`);
    return found;
  }

  numbers(field: string): number[] {
    const value = this.fields[field];
    if (!Array.isArray(value) || !value.every((x): x is number => typeof x === "number" && Number.isFinite(x)))
      throw this.refused(field, value, "a list of finite numbers");
    return [...value];
  }

  /** A list of pairs of numbers. */
  pairs(field: string): [number, number][] {
    const value = this.fields[field];
    if (!Array.isArray(value)) throw this.refused(field, value, "a list of pairs");
    return value.map((pair: unknown) => {
      if (!Array.isArray(pair)) throw this.refused(field, value, "a list of pairs");
      const [key, count, ...rest] = pair as unknown[];
      if (typeof key !== "number" || typeof count !== "number" || rest.length > 0)
        throw this.refused(field, value, "a list of pairs of numbers");
      return [key, count];
    });
  }

  /** A list of whatever; the caller decodes the elements. */
  list(field: string): readonly unknown[] {
    const value = this.fields[field];
    if (!Array.isArray(value)) throw this.refused(field, value, "a list");
    return value;
  }

  /** A part that its own class decodes. */
  part(field: string): unknown {
    return this.fields[field];
  }

  private refused(field: string, value: unknown, expected: string): StatsError {
    return new StatsError(`${this.kind}.${field}`, value, expected);
  }
}

function parsed(kind: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new StatsError(kind, text.slice(0, 40), "a saved state as JSON");
  }
}

/** True for plain objects, the form of every decoded JSON object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
