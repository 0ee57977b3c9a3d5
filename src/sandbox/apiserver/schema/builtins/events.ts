import type { Schema } from "../schema.js";
import { eventSource } from "./core.js";
import { int32, microTime, or, struct, text, time } from "./notation.js";
import { objectReference } from "./references.js";

const eventSeries: Schema = struct(
  { count: int32, lastObservedTime: microTime },
  { required: ["count", "lastObservedTime"] },
);

/** A report of something that happened to an object. */
export const event: Schema = struct(
  {
    action: text,
    deprecatedCount: int32,
    deprecatedFirstTimestamp: time,
    deprecatedLastTimestamp: time,
    deprecatedSource: or(eventSource, {}),
    eventTime: microTime,
    note: text,
    reason: text,
    regarding: or(objectReference, {}),
    related: objectReference,
    reportingController: text,
    reportingInstance: or(text, ""),
    series: eventSeries,
    type: text,
  },
  { required: ["eventTime"], description: "A report of something that happened to an object." },
);
