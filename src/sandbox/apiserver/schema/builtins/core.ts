import type { Schema } from "../schema.js";
import {
  about,
  bool,
  bytes,
  int32,
  keyed,
  listOf,
  mapOf,
  microTime,
  or,
  struct,
  text,
  texts,
  time,
} from "./notation.js";
import { localObjectReference, objectReference } from "./references.js";

const namespaceSpec: Schema = struct({
  finalizers: about(listOf(text), "What must be cleaned up before the namespace goes."),
});

const namespaceCondition: Schema = struct(
  { lastTransitionTime: time, message: text, reason: text, status: text, type: text },
  { required: ["type", "status"] },
);

const namespaceStatus: Schema = struct({
  conditions: keyed(namespaceCondition, "type"),
  phase: about(text, "Active, or Terminating once it was deleted."),
});

/** A namespace: the scope of names. */
export const namespace: Schema = struct(
  { spec: or(namespaceSpec, {}), status: or(namespaceStatus, {}) },
  { description: "A namespace: the scope of names." },
);

/** Configuration as text and bytes by key. */
export const configMap: Schema = struct(
  {
    binaryData: about(mapOf(bytes), "Bytes by key, in base64. A key is either here or in data."),
    data: about(texts, "Text by key."),
    immutable: about(bool, "Whether data and binaryData can no longer be changed."),
  },
  { description: "Configuration as text and bytes by key." },
);

/** Small confidential data. */
export const secret: Schema = struct(
  {
    data: about(mapOf(bytes), "Bytes by key, in base64."),
    immutable: about(bool, "Whether the data can no longer be changed."),
    stringData: about(texts, "Text by key: written into data, never read back."),
    type: about(or(text, "Opaque"), "What kind of secret it is. It cannot be changed."),
  },
  { description: "Small confidential data." },
);

/** An identity for processes in Pods. */
export const serviceAccount: Schema = struct(
  {
    automountServiceAccountToken: about(bool, "Whether Pods of this account get its token mounted."),
    imagePullSecrets: listOf(localObjectReference),
    secrets: keyed(objectReference, "name"),
  },
  { description: "An identity for processes in Pods." },
);

const eventSeries: Schema = struct({ count: int32, lastObservedTime: microTime });

export const eventSource: Schema = struct({ component: text, host: text });

/** A report of something that happened to an object. */
export const event: Schema = struct(
  {
    action: text,
    count: int32,
    eventTime: microTime,
    firstTimestamp: time,
    involvedObject: or(objectReference, {}),
    lastTimestamp: time,
    message: text,
    reason: text,
    related: objectReference,
    reportingComponent: or(text, ""),
    reportingInstance: or(text, ""),
    series: eventSeries,
    source: or(eventSource, {}),
    type: text,
  },
  { required: ["involvedObject"], description: "A report of something that happened to an object." },
);
