import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { Json, JsonObject } from "../../../../../src/base/json.js";
import { arrayAt, at, canonicalJson, isObject, objectAt, stringAt } from "../../../../../src/base/json.js";

const folder = join(process.cwd(), "test/unit/sandbox/apiserver/recorded");

/** What a kube-apiserver 1.36.3 answered to the steps of each story, by the story's name. */
export function recordedAnswers(): ReadonlyMap<string, readonly Json[]> {
  return new Map(lines("answers.jsonl").map((line) => [stringAt(line, "name") ?? "", arrayAt(line, "answers")]));
}

/** Objects that a kube-apiserver 1.36.3 refused with 422, and the causes it gave. */
export function recordedRefusals(): readonly { readonly object: JsonObject; readonly causes: readonly Json[] }[] {
  return lines("invalid.jsonl").map((line) => ({ object: objectAt(line, "object"), causes: arrayAt(line, "causes") }));
}

/**
 * An answer without what differs from run to run, or is the storage's: times, the order of entries of the same second,
 * the order of causes, and messages that only list the causes. Absent and undefined members are the same.
 */
export function comparable(answer: Json): Json {
  const object = at(answer, "object");
  if (!isObject(object)) return comparableRefusal(objectAt(answer));
  const { status, ...rest } = object;
  const kept = object["kind"] === "Gauge" ? { ...rest, status } : rest;
  return defined({ status: at(answer, "status"), object: { ...kept, metadata: comparableMetadata(object) } });
}

function comparableRefusal(answer: JsonObject): Json {
  const causes = [...arrayAt(answer, "causes")].sort((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1));
  const isListOfCauses = answer["status"] === 422 && causes.length > 0;
  return defined({ status: answer["status"], message: isListOfCauses ? undefined : answer["message"], causes });
}

function comparableMetadata(object: JsonObject): JsonObject {
  const { name: _name, managedFields: _managedFields, ...metadata } = objectAt(object, "metadata");
  const entries = arrayAt(object, "metadata", "managedFields").map((entry) => ({
    ...objectAt(entry),
    time: undefined,
  }));
  const keyOf = (entry: JsonObject): string =>
    canonicalJson([entry["operation"] ?? "", entry["manager"] ?? "", entry["subresource"] ?? ""]);
  return { ...metadata, managedFields: entries.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)) };
}

function defined(value: JsonObject): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

function lines(file: string): readonly Json[] {
  const text = readFileSync(join(folder, file), "utf8").trim();
  return text.split("\n").map((line) => JSON.parse(line) as Json);
}
