import type { Schema } from "./schema.js";

const text: Schema = { type: "string" };
const time: Schema = { type: "string", format: "date-time" };
const texts: Schema = { type: "object", additionalProperties: text };

const ownerReference: Schema = {
  type: "object",
  description: "An object that this one belongs to.",
  required: ["apiVersion", "kind", "name", "uid"],
  properties: {
    apiVersion: text,
    kind: text,
    name: text,
    uid: text,
    controller: { type: "boolean", description: "Whether the owner is the controller of this object." },
    blockOwnerDeletion: {
      type: "boolean",
      description: "Whether a foreground deletion of the owner waits for this object.",
    },
  },
  "x-kubernetes-map-type": "atomic",
};

const managedFieldsEntry: Schema = {
  type: "object",
  properties: {
    manager: text,
    operation: text,
    apiVersion: text,
    time,
    fieldsType: text,
    fieldsV1: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
    subresource: text,
  },
};

/** Standard metadata of every object (`ObjectMeta` of meta/v1). */
export const objectMetaSchema: Schema = {
  type: "object",
  description: "Standard metadata of the object.",
  properties: {
    name: { ...text, description: "Name, unique in the namespace. It cannot be changed." },
    generateName: { ...text, description: "Prefix of a name that the server makes up when there is no name." },
    namespace: { ...text, description: "Namespace of the object. It cannot be changed." },
    selfLink: text,
    uid: { ...text, description: "Set by the server: tells this object from earlier ones of the same name." },
    resourceVersion: { ...text, description: "Set by the server: changes with every write of the object." },
    generation: { type: "integer", format: "int64", description: "Set by the server: counts changes of the spec." },
    creationTimestamp: { ...time, nullable: true, description: "Set by the server: when the object was created." },
    deletionTimestamp: { ...time, description: "Set by the server: when the deletion was asked for." },
    deletionGracePeriodSeconds: { type: "integer", format: "int64" },
    labels: { ...texts, description: "Labels, by which objects are selected." },
    annotations: { ...texts, description: "Annotations: data for tools, not for selection." },
    ownerReferences: {
      type: "array",
      description: "Owners. An object whose owners are all gone is collected as garbage.",
      items: ownerReference,
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["uid"],
      "x-kubernetes-patch-merge-key": "uid",
      "x-kubernetes-patch-strategy": "merge",
    },
    finalizers: {
      type: "array",
      description: "Keep a deleted object until each of them was removed.",
      items: text,
      "x-kubernetes-list-type": "set",
      "x-kubernetes-patch-strategy": "merge",
    },
    managedFields: {
      type: "array",
      description: "Which manager set which field, and when.",
      items: managedFieldsEntry,
      "x-kubernetes-list-type": "atomic",
    },
  },
};

/** The schema of a whole object: what every object has is the server's, whatever the kind's own schema says of it. */
export function objectSchema(schema: Schema): Schema {
  return {
    ...schema,
    type: "object",
    properties: {
      ...schema.properties,
      apiVersion: { type: "string", description: "Group and version of the kind." },
      kind: { type: "string", description: "The kind of the object." },
      metadata: objectMetaSchema,
    },
  };
}
