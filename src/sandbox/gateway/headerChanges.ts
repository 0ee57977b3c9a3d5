import type { Fields } from "./fields.js";

/** Changes of header fields; names in lower case. */
export interface HeaderChanges {
  readonly set: Fields;
  readonly add: Fields;
  readonly remove: readonly string[];
}

/** The fields after the changes: names removed, then set (in the place of all of that name), then added at the end. */
export function changeFields(fields: Fields, changes: HeaderChanges): Fields {
  const replaced = new Set([...changes.remove, ...changes.set.map(([name]) => name)]);
  return [...fields.filter(([name]) => !replaced.has(name)), ...changes.set, ...changes.add];
}

/** The fields after all the changes, one after the other. */
export function changeAll(fields: Fields, changes: readonly HeaderChanges[]): Fields {
  return changes.reduce(changeFields, fields);
}
