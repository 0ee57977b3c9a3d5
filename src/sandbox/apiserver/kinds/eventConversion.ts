import type { Json, JsonObject } from "../../../base/json.js";
import type { KubeObject } from "../../../kube/object.js";
import type { Conversion } from "./servedKind.js";

/** Members of a core Event and their names in events.k8s.io/v1; what is not named here is called the same in both. */
const names: readonly (readonly [core: string, group: string])[] = [
  ["involvedObject", "regarding"],
  ["message", "note"],
  ["source", "deprecatedSource"],
  ["firstTimestamp", "deprecatedFirstTimestamp"],
  ["lastTimestamp", "deprecatedLastTimestamp"],
  ["count", "deprecatedCount"],
  ["reportingComponent", "reportingController"],
];
const toGroup = new Map(names);
const toCore = new Map(names.map(([core, group]) => [group, core]));

/** Core Events are what is stored; events.k8s.io/v1 names the same facts otherwise. */
export const eventConversion: Conversion = {
  fromStored: (event) => ({ ...renamed(event, toGroup), apiVersion: "events.k8s.io/v1" }),
  toStored: (event) => ({ ...renamed(event, toCore), apiVersion: "v1" }),
};

function renamed(event: KubeObject, map: ReadonlyMap<string, string>): KubeObject {
  const { apiVersion, kind, metadata, ...rest } = event;
  const members: [string, Json | undefined][] = Object.entries(rest).map(([name, value]) => [
    map.get(name) ?? name,
    value,
  ]);
  const body: JsonObject = Object.fromEntries(members);
  return { apiVersion, kind, metadata, ...body };
}
