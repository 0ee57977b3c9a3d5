import { stringify } from "yaml";

import type { Json } from "../../../base/json.js";

/** A value as YAML, for clients that ask for it. */
export function stringifyYaml(value: Json): string {
  return stringify(value, { aliasDuplicateObjects: false, lineWidth: 0 });
}
