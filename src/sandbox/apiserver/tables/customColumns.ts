import type { Json } from "../../../base/json.js";
import { numberAt, stringAt } from "../../../base/json.js";
import type { Column } from "../kinds/servedKind.js";
import { ageOf } from "./age.js";
import { ageColumn, nameColumn } from "./columns.js";
import { compileJsonPath } from "./jsonPath.js";

/** The columns of a custom resource: its name, and what its definition adds; the age if it adds nothing. */
export function customColumns(definitions: readonly Json[]): readonly Column[] {
  if (definitions.length === 0) return [nameColumn, { ...ageColumn, type: "date" }];
  return [nameColumn, ...definitions.map(customColumn)];
}

function customColumn(definition: Json): Column {
  const type = stringAt(definition, "type") ?? "string";
  const read = compileJsonPath(stringAt(definition, "jsonPath") ?? "");
  return {
    name: stringAt(definition, "name") ?? "",
    type,
    format: stringAt(definition, "format") ?? "",
    description: stringAt(definition, "description") ?? "",
    priority: numberAt(definition, "priority") ?? 0,
    cell: (object, now) => {
      const found = read?.(object) ?? [];
      return found.length === 0 ? (type === "date" ? "<unknown>" : null) : cellOf(type, found, now);
    },
  };
}

/** Of several values that a path leads to, the first is shown. */
function cellOf(type: string, found: readonly Json[], now: number): Json {
  const [first = null] = found;
  switch (type) {
    case "date":
      return ageOf(typeof first === "string" ? first : undefined, now);
    case "integer":
    case "number":
      return typeof first === "number" ? first : null;
    case "boolean":
      return typeof first === "boolean" ? first : null;
    default:
      return typeof first === "string" ? first : JSON.stringify(first);
  }
}
