import type { Schema } from "../schema.js";

/** The schema of a built-in kind; undefined for any other. */
export function builtinSchema(_apiVersion: string, _kind: string): Schema | undefined {
  return undefined;
}
