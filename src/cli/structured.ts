import { stringify } from "yaml";

/** A value of plain data for programs: JSON with two spaces, or YAML. */
export function structured(value: object, format: string): string {
  if (format === "yaml") return stringify(value, { aliasDuplicateObjects: false, lineWidth: 0 });
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
