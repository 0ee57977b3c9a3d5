/** A share in percent, without needless digits. */
export function percentText(share: number): string {
  const rounded = share >= 10 || share === 0 ? Math.round(share) : Math.round(share * 10) / 10;
  return `${rounded} %`;
}

/** A span of time in its largest unit: "12 s", "3 min", "2 h", "5 d". */
export function spanText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 100) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} d`;
}

/** How long ago an RFC 3339 time was, or how long it will take; both as milliseconds since the epoch where given so. */
export function relativeText(time: string | number, now: number): string {
  const at = typeof time === "number" ? time : Date.parse(time);
  if (!Number.isFinite(at)) return "";
  if (Math.abs(now - at) < 1_000) return "now";
  return at <= now ? `${spanText(now - at)} ago` : `in ${spanText(at - now)}`;
}

/** Words of a CamelCase reason: "GatewayNotReady" becomes "Gateway not ready". */
export function reasonText(reason: string): string {
  const words = reason.replace(/([a-z0-9])([A-Z])/g, "$1 $2").split(" ");
  return words.map((word, index) => (index === 0 || /^[A-Z]{2,}$/.test(word) ? word : word.toLowerCase())).join(" ");
}

/** What a journal entry says besides its reason. */
export function fieldsText(fields: Readonly<Record<string, string | number>>): string {
  const { message, ...others } = fields;
  const pairs = Object.entries(others).map(([key, value]) => `${key} ${value}`);
  return [...(message === undefined ? [] : [String(message)]), ...pairs].join(" · ");
}

/** Shares in percent of relative weights; all zero where there is nothing to share. */
export function shares(weights: readonly number[]): readonly number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => (sum === 0 ? 0 : (100 * weight) / sum));
}
