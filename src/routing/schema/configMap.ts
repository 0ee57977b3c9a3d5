import { longestObjectName, namePatterns } from "../dnsNames.js";
import { names } from "../names.js";
import type { Schema, Words } from "./node.js";
import { text } from "./node.js";

/** What distinguishes one of our ConfigMaps. */
export interface ConfigMapParts {
  /** Value of the label that says what the ConfigMap is. */
  readonly label: string;
  readonly data: Schema;
  readonly annotations?: Readonly<Record<string, Schema>>;
}

/** A ConfigMap with our label. Its other fields are Kubernetes' own and stay unchecked. */
export function configMapSchema(words: Words, { label, data, annotations = {} }: ConfigMapParts): Schema {
  return {
    ...words,
    type: "object",
    required: ["apiVersion", "kind", "metadata", "data"],
    properties: {
      apiVersion: { title: "API version", description: "That of ConfigMaps.", const: "v1" },
      kind: { title: "Kind", description: "Always a ConfigMap.", const: "ConfigMap" },
      metadata: metadataSchema(label, annotations),
      data,
    },
  };
}

function metadataSchema(label: string, annotations: Readonly<Record<string, Schema>>): Schema {
  const name = { pattern: namePatterns.object, maxLength: longestObjectName };
  return {
    title: "Metadata",
    description: "Name, namespace, labels and annotations.",
    type: "object",
    required: ["name", "labels"],
    properties: {
      name: text({ title: "Name", description: "Name of the ConfigMap." }, name),
      namespace: text(
        { title: "Namespace", description: "What it names without a namespace of its own is looked for here." },
        { pattern: namePatterns.namespace },
      ),
      labels: {
        title: "Labels",
        description: `The label ${names.kindLabel} makes the controller see this ConfigMap.`,
        type: "object",
        required: [names.kindLabel],
        properties: {
          [names.kindLabel]: { title: "Kind of document", description: "What this ConfigMap is.", const: label },
          [versionLabel]: text({ title: "Version of the format", description: "Any value; Iter8's charts write one." }),
        },
        additionalProperties: { type: ["string", "null"] },
      },
      annotations: {
        title: "Annotations",
        description: "Switches of this document, and whatever else you note.",
        type: ["object", "null"],
        properties: annotations,
        additionalProperties: { type: ["string", "null"] },
      },
    },
  };
}

const versionLabel = "iter8.tools/version";
