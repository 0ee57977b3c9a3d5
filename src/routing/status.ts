import type { Json, JsonObject } from "../base/json.js";
import { arrayAt, canonicalJson, isObject, stringAt } from "../base/json.js";

/** A condition as Kubernetes API conventions describe it; all but Ready are present only while they are true. */
export interface Condition extends JsonObject {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  readonly reason: string;
  readonly message: string;
  /** RFC 3339 time of the last change of `status`. */
  readonly lastTransitionTime?: string;
}

/** Where a version stands on its way in or out. */
export type Phase = "Idle" | "Guarded" | "Active" | "Returning" | "Draining" | "Dropping" | "Released";

/** One version in the status. */
export interface VersionStatus extends JsonObject {
  readonly name: string;
  readonly phase: Phase;
  readonly weight: number;
  readonly reason: string;
}

/** One route in the status. */
export interface RouteStatus extends JsonObject {
  readonly kind: string;
  readonly name: string;
  readonly generation: number;
  readonly confirmed: boolean;
}

/** What `iter8.tools/status` holds: compact JSON of at most 16 KiB. */
export interface Status extends JsonObject {
  readonly conditions: readonly Condition[];
  readonly versions: readonly VersionStatus[];
  readonly routes: readonly RouteStatus[];
}

const sizeLimit = 16_384;
const messageLimit = 512;

/** The lastTransitionTime of each condition in a stored status; the controller reads nothing else back. */
export function transitionTimes(text: string | undefined): ReadonlyMap<string, { status: string; time: string }> {
  const found = new Map<string, { status: string; time: string }>();
  for (const { type, status, lastTransitionTime: time } of storedConditions(text))
    if (time !== undefined) found.set(type, { status, time });
  return found;
}

/** The conditions of a stored status; none where there is no such text, or it is none of ours. */
export function storedConditions(text: string | undefined): readonly Condition[] {
  if (text === undefined || text.length > 4 * sizeLimit) return [];
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [];
  }
  return isObject(value) ? arrayAt(value, "conditions").flatMap((condition) => storedCondition(condition) ?? []) : [];
}

function storedCondition(value: Json): Condition | undefined {
  const type = stringAt(value, "type");
  const status = stringAt(value, "status");
  const time = stringAt(value, "lastTransitionTime");
  if (type === undefined || (status !== "True" && status !== "False" && status !== "Unknown")) return undefined;
  const isTime = time !== undefined && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(time);
  return {
    type,
    status,
    reason: stringAt(value, "reason") ?? type,
    message: stringAt(value, "message") ?? "",
    ...(isTime ? { lastTransitionTime: time } : {}),
  };
}

/**
 * The annotation text of a status. Times of unchanged conditions are carried over from the texts of before, the earliest
 * where they differ: so two controllers that are both at work come to the same text, and to rest.
 */
export function formatStatus(status: Status, before: readonly (string | undefined)[], now: number): string {
  const known = before.map(transitionTimes);
  const present = new Date(now).toISOString().replace(/\.\d+Z$/, "Z");
  const conditions = status.conditions.map((condition) => {
    const times = known.flatMap((each) => {
      const { status: then, time } = each.get(condition.type) ?? {};
      return then === condition.status && time !== undefined ? [time] : [];
    });
    const [time = present] = times.sort();
    return { ...condition, message: condition.message.slice(0, messageLimit), lastTransitionTime: time };
  });
  const whole: Json = { ...status, conditions };
  const text = canonicalJson(whole);
  if (Buffer.byteLength(text) <= sizeLimit) return text;
  const short = conditions.map((condition) => ({ ...condition, message: condition.message.slice(0, 64) }));
  return canonicalJson({ conditions: short.slice(0, 32), versions: status.versions.slice(0, 20), routes: [] });
}
