import type { JsonObject } from "../../../base/json.js";
import type { Result } from "../../../base/result.js";
import { fail, ok } from "../../../base/result.js";
import type { Answer } from "../http/answer.js";
import { json, refused } from "../http/answer.js";
import type { ResourceTarget } from "../http/requestTarget.js";
import { bareType, negotiate, offered } from "../http/mediaType.js";
import type { ServedKind } from "../kinds/servedKind.js";
import { hasSubresource } from "../kinds/servedKind.js";
import { metadataOnly } from "../read/representation.js";
import { deleteAll, deleteOne } from "../remove/requests.js";
import type { Failure } from "../status/failure.js";
import { methodNotAllowed, notAcceptable, resourceNotFound } from "../status/failure.js";
import { table } from "../tables/table.js";
import { duplicateFields } from "../write/duplicates.js";
import { unhandled } from "../write/fields.js";
import { decodeObject } from "../write/bodyFormat.js";
import { create } from "../write/create.js";
import { patch } from "../write/patch.js";
import { postSubresource, writeSubresource } from "../write/subresources.js";
import type { NamedPlace } from "../write/update.js";
import { update } from "../write/update.js";
import type { WriteOptions } from "../write/writeOptions.js";
import { writeOptions } from "../write/writeOptions.js";
import type { Written } from "../write/written.js";
import type { ApiParts } from "./api.js";
import type { ApiRequest } from "./request.js";

/** POST, PUT, PATCH or DELETE of a resource. */
export function writeObjects(parts: ApiParts, request: ApiRequest, kind: ServedKind, target: ResourceTarget): Answer {
  if (negotiate(request.accept, ["table", "metadata"]) === undefined) return refused(notAcceptable(offered));
  if (!isAllowed(request.method, kind, target)) return refused(methodNotAllowed());
  if (target.subresource !== undefined && !hasSubresource(kind, target.subresource)) return refused(resourceNotFound());
  const options = writeOptions(request.target.query, request.userAgent);
  if (!options.ok) return refused(options.error);
  switch (request.method) {
    case "POST":
      return post(parts, request, kind, target, options.value);
    case "PUT":
    case "PATCH":
      return changeAnswer(parts, request, kind, target, options.value);
    case "DELETE":
      return deleteAnswer(parts, request, kind, target);
    default:
      return refused(methodNotAllowed());
  }
}

function isAllowed(method: string, kind: ServedKind, { namespace, name, subresource }: ResourceTarget): boolean {
  if (kind.namespaced && namespace === undefined) return false;
  const isOne = name !== undefined;
  switch (method) {
    case "POST":
      return isOne === (subresource !== undefined);
    case "PUT":
    case "PATCH":
      return isOne;
    case "DELETE":
      return isOne ? subresource === undefined : kind.verbs.includes("deletecollection");
    default:
      return false;
  }
}

function post(
  parts: ApiParts,
  request: ApiRequest,
  kind: ServedKind,
  target: ResourceTarget,
  options: WriteOptions,
): Answer {
  const body = decodeObject(request.body, request.contentType);
  if (!body.ok) return refused(body.error);
  const { namespace = "", name, subresource } = target;
  if (name === undefined)
    return repeated(request, kind, options, () => create(parts.cluster, { kind, namespace }, body.value, options));
  const place = { kind, namespace, name, subresource: subresource ?? "" };
  const done = postSubresource(parts, place, body.value, options);
  return done.ok ? json(201, done.value) : refused(done.error);
}

function changeAnswer(
  parts: ApiParts,
  request: ApiRequest,
  kind: ServedKind,
  target: ResourceTarget,
  options: WriteOptions,
): Answer {
  const { namespace = "", name, subresource } = target;
  if (name === undefined) return refused(methodNotAllowed());
  const place: NamedPlace = { kind, namespace, name, ...(subresource === undefined ? {} : { subresource }) };
  const bodyText = { text: request.body, contentType: request.contentType };
  if (subresource !== undefined && subresource !== "status") {
    const done = writeSubresource(parts.cluster, place, { ...bodyText, isPatch: request.method === "PATCH" }, options);
    return done.ok ? json(200, done.value) : refused(done.error);
  }
  if (request.method === "PATCH") return written(request, kind, patch(parts.cluster, place, bodyText, options));
  const body = decodeObject(request.body, request.contentType);
  if (!body.ok) return refused(body.error);
  return repeated(request, kind, options, () => update(parts.cluster, place, body.value, options));
}

function deleteAnswer(parts: ApiParts, request: ApiRequest, kind: ServedKind, target: ResourceTarget): Answer {
  const body: Result<JsonObject, Failure> =
    request.body === "" ? ok({}) : decodeObject(request.body, request.contentType);
  if (!body.ok) return refused(body.error);
  const { query } = request.target;
  const { namespace, name = "" } = target;
  const done =
    target.name !== undefined
      ? deleteOne(parts.cluster, { kind, namespace: namespace ?? "", name }, body.value, query)
      : kind.verbs.includes("deletecollection")
        ? deleteAll(parts.cluster, kind, namespace, body.value, query)
        : fail(methodNotAllowed());
  return done.ok ? json(200, done.value) : refused(done.error);
}

/** A write of a body that may tell a field twice: refused or warned of, as the request wishes. */
function repeated(
  request: ApiRequest,
  kind: ServedKind,
  { validation }: WriteOptions,
  write: () => Result<Written, Failure>,
): Answer {
  const isJson = bareType(request.contentType) !== "application/yaml" && validation !== "Ignore";
  const problems = isJson ? duplicateFields(request.body).map((path) => `duplicate field "${path}"`) : [];
  if (problems.length > 0 && validation === "Strict")
    return refused(unhandled(kind, `strict decoding error: ${problems.join(", ")}`));
  const result = write();
  if (!result.ok) return refused(result.error);
  return written(request, kind, ok({ ...result.value, warnings: [...problems, ...result.value.warnings] }));
}

function written(request: ApiRequest, kind: ServedKind, result: Result<Written, Failure>): Answer {
  if (!result.ok) return refused(result.error);
  const { object, created, warnings } = result.value;
  const code = created ? 201 : 200;
  switch (negotiate(request.accept, ["table", "metadata"])?.form) {
    case "metadata":
      return json(code, metadataOnly(object), warnings);
    case "table": {
      const view = {
        kind,
        include: "Metadata",
        now: () => Date.parse(object.metadata.creationTimestamp ?? ""),
      } as const;
      return json(code, table([object], view, object.metadata.resourceVersion), warnings);
    }
    case "object":
    case undefined:
      return json(code, shown(object), warnings);
  }
}

/** A dry run's new object has no resourceVersion. */
function shown(object: Written["object"]): JsonObject {
  if (object.metadata.resourceVersion !== "") return object;
  const { resourceVersion: _version, ...metadata } = object.metadata;
  return { ...object, metadata };
}
