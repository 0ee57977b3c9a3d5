import type { JsonObject } from "../base/json.js";

/** The object an Event is about. */
export interface Regarding {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly uid?: string;
}

/** What happened. `reason` and `action` are CamelCase words, `note` is a sentence; too long ones are cut. */
export interface EventInput {
  readonly regarding: Regarding;
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly action: string;
  readonly note: string;
}

/** Who reports. */
export interface Reporter {
  readonly controller: string;
  /** Name of the Pod or host. */
  readonly instance: string;
}

const longestWord = 128;
const longestNote = 1024;

/** Namespace an Event is stored in: that of its object, `default` for cluster-scoped ones (the API server checks it). */
export function eventNamespace(regarding: Regarding): string {
  return regarding.namespace ?? "default";
}

/** Body of a new Event (events.k8s.io/v1). `at` is wall time in milliseconds, `serial` makes its name unique. */
export function eventBody(input: EventInput, reporter: Reporter, at: number, serial: number): JsonObject {
  const suffix = `.${at.toString(16)}${(serial % 0x10000).toString(16).padStart(4, "0")}`;
  return {
    apiVersion: "events.k8s.io/v1",
    kind: "Event",
    metadata: {
      name: input.regarding.name.slice(0, 253 - suffix.length) + suffix,
      namespace: eventNamespace(input.regarding),
    },
    eventTime: microTime(at),
    reportingController: reporter.controller,
    reportingInstance: reporter.instance.slice(0, longestWord),
    regarding: { ...input.regarding },
    type: input.type,
    reason: input.reason.slice(0, longestWord),
    action: input.action.slice(0, longestWord),
    note: cutBytes(input.note, longestNote),
  };
}

/** Merge patch that says that an Event happened `count` times in all, the last time at wall time `at`. */
export function seriesBody(count: number, at: number): JsonObject {
  return { series: { count, lastObservedTime: microTime(at) } };
}

/** RFC 3339 with six digits, as MicroTime demands. */
export function microTime(ms: number): string {
  return new Date(ms).toISOString().replace("Z", "000Z");
}

/** At most `limit` bytes of UTF-8, cut between characters and marked with an ellipsis. */
function cutBytes(text: string, limit: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= limit) return text;
  let end = limit - Buffer.byteLength("…");
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return `${bytes.subarray(0, end).toString("utf8")}…`;
}
