import { StatsError } from "../errors.js";

/** Throws unless both plans are the same: evidence gathered under one plan means nothing under another. */
export function samePlan(field: string, mine: unknown, theirs: unknown): void {
  const [own, other] = [JSON.stringify(mine), JSON.stringify(theirs)];
  if (own !== other) throw new StatsError(field, theirs, `the plan this evidence was gathered under, ${own}`);
}

/** A short text that is the same for the same plan (32-bit FNV-1a of its JSON with sorted keys). */
export function planHash(plan: unknown): string {
  let hash = 0x811c9dc5;
  for (const character of canonical(plan)) {
    hash ^= character.codePointAt(0) ?? 0;
    hash = Math.imul(hash, 0x01000193) >>> 0;
  }
  return hash.toString(16).padStart(8, "0");
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return value === undefined ? "null" : JSON.stringify(value);
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, part]) => `${JSON.stringify(key)}:${canonical(part)}`).join(",")}}`;
}
