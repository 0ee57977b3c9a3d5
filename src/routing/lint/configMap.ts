import type { JsonObject } from "../../base/json.js";
import { isObject, objectAt, stringAt } from "../../base/json.js";
import { isNamespaceName, isObjectName } from "../dnsNames.js";
import type { Problem } from "../problem.js";
import type { FileDocument } from "./embedded.js";
import { placed } from "./embedded.js";

/** What the API server would refuse of a ConfigMap, whatever its data means to us. */
export function configMapProblems(source: FileDocument, object: JsonObject): readonly Problem[] {
  const problems: Problem[] = [];
  const refuse = (path: readonly string[], message: string, fix: string): void => {
    problems.push(placed(source, path, { message, fix }));
  };
  if (object["apiVersion"] !== "v1") refuse(["apiVersion"], "is not that of a ConfigMap", "write apiVersion: v1");
  const name = stringAt(object, "metadata", "name") ?? "";
  if (name === "") refuse(["metadata", "name"], "is missing", "name the ConfigMap");
  else if (!isObjectName(name))
    refuse(["metadata", "name"], `${JSON.stringify(name)} is no name`, "use lower case letters, digits, - and .");
  const namespace = objectAt(object, "metadata")["namespace"];
  if (namespace !== undefined && (typeof namespace !== "string" || !isNamespaceName(namespace)))
    refuse(["metadata", "namespace"], "is no name of a namespace", "use lower case letters, digits and -");
  for (const path of [["metadata", "labels"], ["metadata", "annotations"], ["data"]]) {
    const found = path.length === 1 ? object["data"] : objectAt(object, "metadata")[path[1] ?? ""];
    if (found !== undefined && found !== null && !isObject(found)) refuse(path, "is no mapping", "write `key: value`");
    for (const [key, value] of Object.entries(isObject(found) ? found : {}))
      if (typeof value !== "string" && value !== null) refuse([...path, key], "is no text", "put it in quotes");
  }
  return problems;
}

/** The members of a mapping that are texts. */
export function texts(record: JsonObject): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(record).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}
