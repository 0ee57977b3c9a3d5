import type { JsonObject } from "../../../../base/json.js";
import { objectAt, stringAt } from "../../../../base/json.js";
import { change, withMissing } from "./members.js";

/** A CustomResourceDefinition with the names that follow from its kind (apiextensions/v1 defaults). */
export function completeDefinition(definition: JsonObject): JsonObject {
  const kind = stringAt(objectAt(definition, "spec", "names"), "kind");
  if (kind === undefined) return definition;
  const named = change(definition, ["spec", "names"], (names) =>
    withMissing(names, { singular: kind.toLowerCase(), listKind: `${kind}List` }),
  );
  return change(named, ["spec"], (spec) => withMissing(spec, { conversion: { strategy: "None" } }));
}
