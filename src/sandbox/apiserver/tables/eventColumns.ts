import { numberAt, objectAt, stringAt } from "../../../base/json.js";
import type { KubeObject } from "../../../kube/object.js";
import { eventConversion } from "../kinds/eventConversion.js";
import type { Column } from "../kinds/servedKind.js";
import { ageOf } from "./age.js";
import type { Cell } from "./columns.js";
import { nameColumn, text, textOr, wide } from "./columns.js";

/** Columns of Events, whichever of their two faces is asked for. */
export const eventColumns: readonly Column[] = [
  text("Last Seen", coreCell(lastSeen)),
  text("Type", (event) => textOr(event, "", "type")),
  text("Reason", (event) => textOr(event, "", "reason")),
  text("Object", coreCell(subject)),
  wide(
    "Subobject",
    coreCell((event) => textOr(event, "", "involvedObject", "fieldPath")),
  ),
  wide("Source", coreCell(source)),
  text(
    "Message",
    coreCell((event) => textOr(event, "", "message").trim()),
  ),
  wide("First Seen", coreCell(firstSeen)),
  wide(
    "Count",
    coreCell((event) => String(countOf(event))),
  ),
  { ...nameColumn, priority: 1 },
];

function coreCell(cell: Cell): Cell {
  return (event, now) => cell(event.apiVersion === "v1" ? event : eventConversion.toStored(event), now);
}

function lastSeen(event: KubeObject, now: number): string {
  const series = stringAt(event, "series", "lastObservedTime");
  return ageOf(series ?? timeAt(event, "lastTimestamp") ?? firstTime(event), now);
}

function firstSeen(event: KubeObject, now: number): string {
  return ageOf(firstTime(event), now);
}

function firstTime(event: KubeObject): string | undefined {
  return timeAt(event, "firstTimestamp") ?? timeAt(event, "eventTime");
}

function timeAt(event: KubeObject, member: string): string | undefined {
  const found = stringAt(event, member) ?? "";
  return found === "" ? undefined : found;
}

function countOf(event: KubeObject): number {
  return numberAt(event, "series", "count") ?? numberAt(event, "count") ?? 1;
}

function subject(event: KubeObject): string {
  const { kind, name } = objectAt(event, "involvedObject");
  const kindText = typeof kind === "string" ? kind.toLowerCase() : "";
  return typeof name === "string" && name !== "" ? `${kindText}/${name}` : kindText;
}

function source(event: KubeObject): string {
  const component = stringAt(event, "source", "component") ?? stringAt(event, "reportingComponent") ?? "";
  const host = stringAt(event, "source", "host") ?? stringAt(event, "reportingInstance") ?? "";
  return host === "" ? component : `${component}, ${host}`;
}
