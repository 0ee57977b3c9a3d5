import type { Column } from "../kinds/servedKind.js";
import { ageColumn, nameColumn } from "./columns.js";

/** The columns of a built-in kind as users of kubectl know them. */
export function builtinColumns(_group: string, _kind: string): readonly Column[] {
  return [nameColumn, ageColumn];
}
