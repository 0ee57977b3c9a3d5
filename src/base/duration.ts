import type { Complaint } from "./problem.js";
import type { Result } from "./result.js";
import { fail, ok } from "./result.js";

const milliseconds: ReadonlyMap<string, number> = new Map([
  ["ns", 1e-6],
  ["us", 1e-3],
  ["µs", 1e-3],
  ["μs", 1e-3],
  ["ms", 1],
  ["s", 1000],
  ["m", 60_000],
  ["h", 3_600_000],
]);

/** Go keeps nanoseconds in 64 bits; 2^63 ns in milliseconds. */
const longest = 2 ** 63 / 1e6;

const fix = 'write a duration such as "15m", "1h30m" or "500ms"';

/** What `parseDuration` takes, but for durations that are too long: the source of a regular expression. */
export const durationPattern = `^\\+?(0|((\\d+\\.?\\d*|\\.\\d+)(${[...milliseconds.keys()].join("|")}))+)$`;

/**
 * Milliseconds of a duration in Go's syntax (time.ParseDuration): numbers with units ns, us, ms, s, m and h in a row,
 * or "0". Negative durations are refused: none of ours may be. The error says what is wrong and what to write.
 */
export function parseDuration(text: string): Result<number, Complaint> {
  if (text.length > 64) return fail({ message: "the duration is too long", fix });
  const unsigned = text.startsWith("+") ? text.slice(1) : text;
  if (unsigned.startsWith("-")) return fail({ message: `${JSON.stringify(text)} is negative`, fix });
  if (unsigned === "0") return ok(0);
  const part = /(\d+\.?\d*|\.\d+)([^\d.]+)/y;
  let total = 0;
  let end = 0;
  for (let found = part.exec(unsigned); found !== null; found = part.exec(unsigned)) {
    const unit = found[2] ?? "";
    const factor = milliseconds.get(unit);
    if (factor === undefined)
      return fail({ message: `unknown unit ${JSON.stringify(unit)} in ${JSON.stringify(text)}`, fix });
    total += Number(found[1]) * factor;
    end = part.lastIndex;
  }
  if (end === 0 || end !== unsigned.length) {
    const problem = /^[\d.]+$/.test(unsigned.slice(end)) && unsigned !== "" ? "lacks a unit" : "is no duration";
    return fail({ message: `${JSON.stringify(text)} ${problem}`, fix });
  }
  return total < longest
    ? ok(Math.round(total * 1e6) / 1e6)
    : fail({ message: `${JSON.stringify(text)} is too long`, fix });
}

/** A duration as Go's syntax in its shortest form: 5400000 is "1h30m", 1500 is "1.5s", 0 is "0s". Exact to 1 ns. */
export function formatDuration(ms: number): string {
  if (ms < 0) return `-${formatDuration(-ms)}`;
  const nanoseconds = Math.round(ms * 1e6);
  if (nanoseconds === 0) return "0s";
  if (nanoseconds < 1e3) return `${nanoseconds}ns`;
  if (nanoseconds < 1e6) return `${nanoseconds / 1e3}us`;
  if (nanoseconds < 1e9) return `${nanoseconds / 1e6}ms`;
  const hours = Math.floor(nanoseconds / 3.6e12);
  const minutes = Math.floor((nanoseconds % 3.6e12) / 6e10);
  const seconds = (nanoseconds % 6e10) / 1e9;
  return `${hours > 0 ? `${hours}h` : ""}${minutes > 0 ? `${minutes}m` : ""}${seconds > 0 ? `${seconds}s` : ""}`;
}
