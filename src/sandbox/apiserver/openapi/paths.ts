import type { Json, JsonObject } from "../../../base/json.js";
import { resourcePath } from "../../../kube/resource.js";
import type { ServedKind } from "../kinds/servedKind.js";
import { groupVersionKind, hasSubresource } from "../kinds/servedKind.js";
import { schemaName } from "./schemas.js";

const text = { type: "string" };

function parameter(name: string, schema: JsonObject, description: string): JsonObject {
  return { name, in: "query", description, schema: { ...schema, uniqueItems: true } };
}

/** What every mutating request takes. kubectl validates on the server where `fieldValidation` is among them. */
const writeParameters = [
  parameter("dryRun", text, "All: nothing is stored."),
  parameter("fieldManager", text, "Who owns the fields that the request changes."),
  parameter("fieldValidation", text, "Ignore, Warn or Strict: what happens to unknown fields."),
];
const applyParameters = [
  ...writeParameters,
  parameter("force", { type: "boolean" }, "Takes fields from other managers; for applies alone."),
];
const listParameters = [
  parameter("labelSelector", text, "Which labels objects must have."),
  parameter("fieldSelector", text, "Which fields objects must have."),
  parameter("limit", { type: "integer" }, "Objects in a page."),
  parameter("continue", text, "Where the page begins."),
  parameter("resourceVersion", text, "From which state on."),
  parameter("watch", { type: "boolean" }, "Whether changes are sent as they happen."),
];

/** The paths of a kind with their operations. */
export function kindPaths(kind: ServedKind): JsonObject {
  const where = kind.namespaced ? { namespace: "{namespace}" } : {};
  const template = (name?: string, subresource?: string): string =>
    decodeURIComponent(
      resourcePath(
        { ...kind, resource: kind.plural },
        { ...where, ...(name === undefined ? {} : { name }), ...(subresource === undefined ? {} : { subresource }) },
      ),
    );
  return {
    [template()]: collectionOperations(kind),
    [template("{name}")]: objectOperations(kind),
    ...(hasSubresource(kind, "status") ? { [template("{name}", "status")]: objectOperations(kind) } : {}),
  };
}

function collectionOperations(kind: ServedKind): JsonObject {
  return {
    parameters: pathParameters(kind, false),
    get: operation(kind, "list", { parameters: listParameters, answer: `${schemaName(kind)}List` }),
    post: operation(kind, "post", { parameters: writeParameters, body: ["application/json", "application/yaml"] }),
    delete: operation(kind, "deletecollection", { parameters: listParameters }),
  };
}

function objectOperations(kind: ServedKind): JsonObject {
  const patchTypes = [
    "application/json-patch+json",
    "application/merge-patch+json",
    "application/apply-patch+yaml",
    ...(kind.isCustom ? [] : ["application/strategic-merge-patch+json"]),
  ];
  return {
    parameters: pathParameters(kind, true),
    get: operation(kind, "get", { parameters: [] }),
    put: operation(kind, "put", { parameters: writeParameters, body: ["application/json", "application/yaml"] }),
    patch: operation(kind, "patch", { parameters: applyParameters, body: patchTypes }),
    delete: operation(kind, "delete", { parameters: writeParameters.slice(0, 1) }),
  };
}

function pathParameters(kind: ServedKind, isNamed: boolean): readonly Json[] {
  const names = [...(kind.namespaced ? ["namespace"] : []), ...(isNamed ? ["name"] : [])];
  return names.map((name) => ({ name, in: "path", required: true, schema: { type: "string", uniqueItems: true } }));
}

interface OperationParts {
  readonly parameters: readonly Json[];
  readonly body?: readonly string[];
  /** Schema of the answer; the kind's own unless given. */
  readonly answer?: string;
}

function operation(kind: ServedKind, action: string, { parameters, body, answer }: OperationParts): JsonObject {
  const schema = { $ref: `#/components/schemas/${answer ?? schemaName(kind)}` };
  const content = body && Object.fromEntries(body.map((type) => [type, { schema: bodySchema(type, schema) }]));
  return {
    operationId: `${action}${kind.group}${kind.version}${kind.kind}`,
    parameters,
    ...(content === undefined ? {} : { requestBody: { content } }),
    responses: { "200": { description: "OK", content: { "application/json": { schema } } } },
    "x-kubernetes-action": action,
    "x-kubernetes-group-version-kind": groupVersionKind(kind),
  };
}

function bodySchema(type: string, schema: JsonObject): JsonObject {
  return type.includes("patch") ? { type: "object" } : schema;
}
