import type { Json } from "../../../base/json.js";
import { numberAt, objectAt, stringAt } from "../../../base/json.js";
import type { KubeObject } from "../../../kube/object.js";
import type { Column } from "../kinds/servedKind.js";
import { ageOf } from "./age.js";

/** What a cell shows of an object. */
export type Cell = Column["cell"];

/** The first column of every table. */
export const nameColumn: Column = {
  name: "Name",
  type: "string",
  format: "name",
  description: "Name of the object, unique in its namespace.",
  priority: 0,
  cell: (object) => object.metadata.name,
};

/** Time since the creation. */
export const ageColumn: Column = text("Age", (object, now) => ageOf(object.metadata.creationTimestamp, now));

/** The time of the creation, as a date. */
export const createdAtColumn: Column = {
  name: "Created At",
  type: "date",
  priority: 0,
  cell: (object) => object.metadata.creationTimestamp ?? null,
};

/** A column of text that is always shown. */
export function text(name: string, cell: Cell): Column {
  return { name, type: "string", priority: 0, cell };
}

/** A column of text that is shown with `-o wide`. */
export function wide(name: string, cell: Cell): Column {
  return { ...text(name, cell), priority: 1 };
}

/** A column of whole numbers. */
export function integer(name: string, cell: Cell): Column {
  return { name, type: "integer", priority: 0, cell };
}

/** A number at a path; 0 where there is none. */
export function count(object: Json | undefined, ...path: readonly string[]): number {
  return numberAt(object, ...path) ?? 0;
}

/** A text at a path; `<none>` where there is none or an empty one. */
export function textOr(object: KubeObject, fallback: string, ...path: readonly string[]): string {
  const found = stringAt(object, ...path) ?? "";
  return found === "" ? fallback : found;
}

/** Texts joined by commas; `<none>` where there are none. */
export function joined(parts: readonly string[]): string {
  return parts.length === 0 ? "<none>" : parts.join(",");
}

/** A value of a map of texts, as text. */
export function labelText(value: Json | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}

/** A map of labels as a selector's text. */
export function selectorText(object: KubeObject, ...path: readonly string[]): string {
  const labels = Object.entries(objectAt(object, ...path)).sort(([a], [b]) => (a < b ? -1 : 1));
  return joined(labels.map(([name, value]) => `${name}=${labelText(value)}`));
}
