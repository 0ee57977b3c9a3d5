const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const year = 365 * day;

/** A duration as kubectl shows it: two units at most, less exact the longer it is (apimachinery's HumanDuration). */
export function humanDuration(ms: number): string {
  if (ms < -1 * second) return "<invalid>";
  if (ms < 0) return "0s";
  const seconds = Math.floor(ms / second);
  const minutes = Math.floor(ms / minute);
  const hours = Math.floor(ms / hour);
  const days = Math.floor(ms / day);
  if (ms < 2 * minute) return `${seconds}s`;
  if (ms < 10 * minute) return pair(minutes, "m", seconds % 60, "s");
  if (ms < 3 * hour) return `${minutes}m`;
  if (ms < 8 * hour) return pair(hours, "h", minutes % 60, "m");
  if (ms < 2 * day) return `${hours}h`;
  if (ms < 8 * day) return pair(days, "d", hours % 24, "h");
  if (ms < 2 * year) return `${days}d`;
  const years = Math.floor(ms / year);
  return ms < 8 * year ? pair(years, "y", days % 365, "d") : `${years}y`;
}

/** Time since a timestamp, or what kubectl shows where there is none. */
export function ageOf(timestamp: string | undefined, now: number): string {
  const since = timestamp === undefined ? Number.NaN : Date.parse(timestamp);
  return Number.isNaN(since) ? "<unknown>" : humanDuration(now - since);
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`;
}
