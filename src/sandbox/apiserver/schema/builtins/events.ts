import type { Schema } from "../schema.js";
import { eventSource } from "./core.js";
import { int32, microTime, struct, text, time } from "./notation.js";
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
    deprecatedSource: eventSource,
    eventTime: microTime,
    note: text,
    reason: text,
    regarding: objectReference,
    related: objectReference,
    reportingController: text,
    reportingInstance: text,
    series: eventSeries,
    type: text,
  },
  { required: ["eventTime"], description: "A report of something that happened to an object." },
);
