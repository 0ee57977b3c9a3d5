import { at } from "../../../base/json.js";
import type { Result } from "../../../base/result.js";
import { fail, ok } from "../../../base/result.js";
import type { ServedKind } from "../kinds/servedKind.js";
import type { Stored } from "../store/stored.js";
import { objectOf } from "../store/stored.js";

/** Whether an object is selected. */
export type StoredMatcher = (stored: Stored) => boolean;

/** A field selector that was read. `name`: set if it selects a single name. */
export interface FieldSelector {
  readonly matches: StoredMatcher;
  readonly name?: string;
}

interface Requirement {
  readonly field: string;
  readonly equal: boolean;
  readonly value: string;
}

/** Fields beside name and namespace, by collection. */
const selectable: Readonly<Record<string, readonly string[]>> = {
  pods: [
    "spec.nodeName",
    "spec.restartPolicy",
    "spec.schedulerName",
    "spec.serviceAccountName",
    "spec.hostNetwork",
    "status.phase",
    "status.podIP",
    "status.nominatedNodeName",
  ],
  events: [
    "involvedObject.kind",
    "involvedObject.namespace",
    "involvedObject.name",
    "involvedObject.uid",
    "involvedObject.apiVersion",
    "involvedObject.resourceVersion",
    "involvedObject.fieldPath",
    "reason",
    "reportingComponent",
    "source",
    "type",
  ],
  secrets: ["type"],
  namespaces: ["status.phase"],
  nodes: ["spec.unschedulable"],
  services: ["spec.clusterIP", "spec.type"],
  "replicasets.apps": ["status.replicas"],
  "jobs.batch": ["status.successful"],
};

/** Where a field stands whose name is not its path. */
const paths: Readonly<Record<string, string>> = { source: "source.component" };

/** Reads a field selector for a kind. An error is what is wrong, in words. */
export function parseFieldSelector(text: string, kind: ServedKind): Result<FieldSelector, string> {
  const requirements: Requirement[] = [];
  for (const part of text.split(",").filter((piece) => piece.trim() !== "")) {
    const [whole, field = "", operator = "", value = ""] = /^\s*([\w.[\]-]+)\s*(==|=|!=)\s*(.*?)\s*$/.exec(part) ?? [];
    if (whole === undefined) return fail(`invalid selector: '${text}'; can't understand '${part}'`);
    const known = fieldOf(field, kind);
    if (known === undefined) return fail(`field label not supported: ${field}`);
    requirements.push({ field: known, equal: operator !== "!=", value });
  }
  const named = requirements.find(({ field, equal }) => field === "metadata.name" && equal);
  const matches: StoredMatcher = (stored) => requirements.every((requirement) => holds(stored, requirement));
  return ok({ matches, ...(named === undefined ? {} : { name: named.value }) });
}

function fieldOf(field: string, kind: ServedKind): string | undefined {
  if (field === "metadata.name" || field === "metadata.namespace") return field;
  const stored = kind.conversion === undefined ? field : field.replace(/^regarding\b/, "involvedObject");
  const known = selectable[kind.collection] ?? kind.selectableFields ?? [];
  const name = stored === "reportingController" ? "reportingComponent" : stored;
  return known.includes(name) ? (paths[name] ?? name) : undefined;
}

function holds(stored: Stored, { field, equal, value }: Requirement): boolean {
  return (valueOf(stored, field) === value) === equal;
}

function valueOf(stored: Stored, field: string): string {
  if (field === "metadata.name") return stored.name;
  if (field === "metadata.namespace") return stored.namespace;
  const found = at(objectOf(stored), ...field.split("."));
  if (found === undefined || found === null) return defaults[field] ?? "";
  return typeof found === "object" ? "" : String(found);
}

/** What an unset field counts as, where that is not the empty text. */
const defaults: Readonly<Record<string, string>> = {
  "spec.unschedulable": "false",
  "spec.hostNetwork": "false",
  "status.replicas": "0",
  "status.successful": "0",
};
