import type { JsonObject } from "../../../base/json.js";
import type { ServedKind } from "../kinds/servedKind.js";
import { groupVersionKind } from "../kinds/servedKind.js";
import { objectMetaSchema } from "../schema/objectMeta.js";

const metaPrefix = "io.k8s.apimachinery.pkg.apis.meta.v1";

/** Schemas that all kinds refer to. */
export const metaSchemas: JsonObject = {
  [`${metaPrefix}.ObjectMeta`]: objectMetaSchema,
  [`${metaPrefix}.ListMeta`]: {
    type: "object",
    description: "What a list says about itself.",
    properties: {
      continue: { type: "string", description: "Where the next page begins." },
      remainingItemCount: { type: "integer", format: "int64" },
      resourceVersion: { type: "string", description: "From which state the list is; watches begin there." },
      selfLink: { type: "string" },
    },
  },
};

const apiVersion = {
  type: "string",
  description: "Group and version of the kind, as group/version; v1 in the core group.",
};
const kindName = { type: "string", description: "The kind of the object, in CamelCase." };

/** The name of a kind's schema in a document. */
export function schemaName({ group, version, kind, isCustom }: ServedKind): string {
  if (isCustom) return `${group.split(".").reverse().join(".")}.${version}.${kind}`;
  return `io.k8s.api.${group === "" ? "core" : (group.split(".")[0] ?? group)}.${version}.${kind}`;
}

/** The schema of a kind as it is published: metadata by reference, and the kind that it describes. */
export function publishedSchema(kind: ServedKind): JsonObject {
  const { schema } = kind;
  return {
    ...schema,
    ...(kind.isCustom ? {} : { description: `${kind.kind}: ${schema.description ?? "a kind of this server"}` }),
    type: "object",
    properties: {
      ...schema.properties,
      apiVersion,
      kind: kindName,
      metadata: {
        description: "Standard metadata of the object.",
        allOf: [{ $ref: `#/components/schemas/${metaPrefix}.ObjectMeta` }],
        default: {},
      },
    },
    "x-kubernetes-group-version-kind": [groupVersionKind(kind)],
  };
}

/** The schema of a list of a kind. */
export function listSchema(kind: ServedKind): JsonObject {
  return {
    type: "object",
    description: `A list of ${kind.kind} objects.`,
    required: ["items"],
    properties: {
      apiVersion,
      kind: kindName,
      metadata: { allOf: [{ $ref: `#/components/schemas/${metaPrefix}.ListMeta` }], default: {} },
      items: { type: "array", items: { allOf: [{ $ref: `#/components/schemas/${schemaName(kind)}` }], default: {} } },
    },
    "x-kubernetes-group-version-kind": [{ group: kind.group, version: kind.version, kind: kind.listKind }],
  };
}
