import type { Json, JsonObject } from "../../../base/json.js";
import type { Failure } from "../status/failure.js";
import { statusOf } from "../status/failure.js";
import type { Change } from "../store/changeLog.js";
import type { Stored } from "../store/stored.js";
import { objectOf } from "../store/stored.js";
import type { View } from "./representation.js";
import { objectText } from "./representation.js";
import { servedAs } from "../kinds/servedKind.js";

/** The types of a watch's lines about objects. */
export type EventType = Change["type"];

/** An event as a watch with a selection sees it. */
export interface Seen {
  readonly type: EventType;
  readonly stored: Stored;
}

/**
 * What a selection sees of a change: an object that begins to match is ADDED, one that matches no more is DELETED with
 * the state it last matched in, at the revision of the change. Undefined: nothing.
 */
export function seenOf(change: Change, matches: (stored: Stored) => boolean): Seen | undefined {
  const { type, stored, previous } = change;
  const before = previous !== undefined && matches(previous);
  if (type === "DELETED") return before ? { type, stored } : undefined;
  const after = matches(stored);
  if (after) return { type: before ? "MODIFIED" : "ADDED", stored };
  return before ? { type: "DELETED", stored: atRevision(previous, change.revision) } : undefined;
}

function atRevision(stored: Stored, revision: number): Stored {
  const object = objectOf(stored);
  const metadata = { ...object.metadata, resourceVersion: String(revision) };
  return { ...stored, revision, text: JSON.stringify({ ...object, metadata }) };
}

/** The line of an event; the first one of a watch of Tables carries the columns. */
export function eventLine({ type, stored }: Seen, view: View, isFirst: boolean): string {
  return `{"type":"${type}","object":${objectText(stored, { ...view, withColumns: isFirst })}}\n`;
}

/** The line that tells how far the watch has come; `isInitialEnd`: all initial events were sent (KEP-3157). */
export function bookmarkLine(view: View, revision: number, isInitialEnd: boolean): string {
  const annotations = isInitialEnd ? { annotations: { "k8s.io/initial-events-end": "true" } } : {};
  const metadata = { resourceVersion: String(revision), creationTimestamp: null, ...annotations };
  return line("BOOKMARK", bookmarkObject(view, metadata));
}

function bookmarkObject(view: View, metadata: JsonObject): Json {
  switch (view.form) {
    case "object":
      return { kind: view.kind.kind, apiVersion: servedAs(view.kind), metadata };
    case "metadata":
      return { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata };
    case "table":
      return {
        kind: "Table",
        apiVersion: "meta.k8s.io/v1",
        metadata: { resourceVersion: metadata["resourceVersion"] ?? "" },
        columnDefinitions: null,
        rows: [{ cells: [], object: { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata } }],
      };
  }
}

/** The line of a failure that came after the watch began. */
export function errorLine(failure: Failure): string {
  return line("ERROR", statusOf(failure));
}

function line(type: string, object: Json): string {
  return `${JSON.stringify({ type, object })}\n`;
}
