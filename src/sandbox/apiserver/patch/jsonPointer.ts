import { refused } from "./patchProblem.js";

/** The steps of a JSON pointer (RFC 6901): `/metadata/labels/a~1b` is `metadata`, `labels`, `a/b`. */
export function parsePointer(pointer: string): readonly string[] {
  if (pointer === "") return [];
  if (!pointer.startsWith("/"))
    throw refused("invalid", `${JSON.stringify(pointer)} is no JSON pointer: begin it with "/"`);
  return pointer
    .slice(1)
    .split("/")
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** The index that a step names in an array: digits, or undefined if it is none. Negative ones count from the end. */
export function arrayIndex(step: string, length: number): number | undefined {
  if (!/^(0|-?[1-9]\d*)$/.test(step)) return undefined;
  const index = Number(step);
  return index < 0 ? length + index : index;
}
