import type { Json, JsonObject } from "../../../base/json.js";
import { isArray, isObject } from "../../../base/json.js";
import type { Result } from "../../../base/result.js";
import { fail, ok } from "../../../base/result.js";
import { parseYamlStream } from "../../../base/yaml.js";
import { formatProblem } from "../../../base/problem.js";
import { parseJson } from "../../../kube/status.js";
import { bareType } from "../http/mediaType.js";
import type { Failure } from "../status/failure.js";
import { badRequest, unsupportedMediaType } from "../status/failure.js";

const yamlBytes = 3 * 1024 * 1024;
const deepest = 1_000;
const objectTypes = ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"];
const protobuf = "application/vnd.kubernetes.protobuf";

/** The object in a body of POST, PUT or DELETE: JSON or YAML. Clients that say nothing mean JSON. */
export function decodeObject(text: string, contentType: string | undefined): Result<JsonObject, Failure> {
  const type = bareType(contentType);
  switch (type) {
    case "":
    case "application/json":
    case "text/json":
      return objectIn(jsonIn(text));
    case "application/yaml":
    case "text/yaml":
      return objectIn(yamlIn(text));
    default:
      return fail(unreadable(type, objectTypes.slice(0, 2)));
  }
}

/** 415, with a way out for the clients that send protobuf. */
export function unreadable(type: string, accepted: readonly string[]): Failure {
  const list = accepted.join(", ");
  if (type === protobuf)
    return unsupportedMediaType(
      `the body of the request is in protobuf (${protobuf}), which this development server does not read; ` +
        `send JSON or YAML instead (${list}), for example write a manifest and run kubectl apply -f FILE`,
    );
  return unsupportedMediaType(
    `the body of the request was in an unknown format - accepted media types include: ${list}`,
  );
}

/** JSON in a body; 400 if it is none, or nested too deep. */
export function jsonIn(text: string): Result<Json, Failure> {
  const value = parseJson(text);
  if (value !== undefined) return notTooDeep(value, text);
  return fail(badRequest(`the body of the request is no valid JSON: ${jsonProblem(text)}`));
}

function jsonProblem(text: string): string {
  if (text.trim() === "") return "it is empty";
  try {
    JSON.parse(text);
    return "";
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}

/** YAML (or JSON) in a body: exactly one document; 400 otherwise. */
export function yamlIn(text: string): Result<Json, Failure> {
  if (text.trimStart().startsWith("{")) {
    const quick = parseJson(text);
    if (quick !== undefined) return notTooDeep(quick, text);
  }
  const documents = parseYamlStream(text, { lastKeyWins: true, bytes: yamlBytes });
  if (!documents.ok)
    return fail(
      badRequest(`error decoding YAML: ${documents.error.map((problem) => formatProblem(problem)).join("; ")}`),
    );
  const [first, second] = documents.value;
  if (second !== undefined) return fail(badRequest("error decoding YAML: there are several documents; send one"));
  return notTooDeep(first?.value ?? null, text);
}

/**
 * What works on a body calls itself for every level of it, so there must be a limit; kube-apiserver's is 10 000 (Go's
 * encoding/json).
 */
function notTooDeep(value: Json, text: string): Result<Json, Failure> {
  let level: readonly Json[] = [value];
  for (let depth = 0; text.length > deepest && level.length > 0; depth += 1) {
    if (depth > deepest) return fail(badRequest(`the body of the request is nested more than ${deepest} levels deep`));
    level = level.flatMap(membersOf);
  }
  return ok(value);
}

function membersOf(value: Json): readonly Json[] {
  if (isArray(value)) return value;
  return isObject(value) ? Object.values(value).filter((member) => member !== undefined) : [];
}

function objectIn(value: Result<Json, Failure>): Result<JsonObject, Failure> {
  if (!value.ok) return value;
  if (isObject(value.value)) return ok(value.value);
  return fail(badRequest("the body of the request is no object: it must have apiVersion, kind and metadata"));
}
