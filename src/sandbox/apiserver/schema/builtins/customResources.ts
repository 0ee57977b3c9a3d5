import type { Schema } from "../schema.js";
import { about, anything, bool, bytes, int32, int64, listOf, or, struct, text, time } from "./notation.js";

const serviceReference: Schema = struct(
  { name: text, namespace: text, path: text, port: int32 },
  { required: ["namespace", "name"] },
);

const webhookClientConfig: Schema = struct({ caBundle: bytes, service: serviceReference, url: text });

const webhookConversion: Schema = struct(
  { clientConfig: webhookClientConfig, conversionReviewVersions: listOf(text) },
  { required: ["conversionReviewVersions"] },
);

const customResourceConversion: Schema = struct(
  { strategy: text, webhook: webhookConversion },
  { required: ["strategy"] },
);

const customResourceDefinitionNames: Schema = struct(
  { categories: listOf(text), kind: text, listKind: text, plural: text, shortNames: listOf(text), singular: text },
  { required: ["plural", "kind"] },
);

const customResourceColumnDefinition: Schema = struct(
  { description: text, format: text, jsonPath: text, name: text, priority: int32, type: text },
  { required: ["name", "type", "jsonPath"] },
);

const customResourceValidation: Schema = struct({ openAPIV3Schema: anything });

const selectableField: Schema = struct({ jsonPath: text }, { required: ["jsonPath"] });

const customResourceSubresourceScale: Schema = struct(
  { labelSelectorPath: text, specReplicasPath: text, statusReplicasPath: text },
  { required: ["specReplicasPath", "statusReplicasPath"] },
);

const customResourceSubresourceStatus: Schema = struct({});

const customResourceSubresources: Schema = struct({
  scale: customResourceSubresourceScale,
  status: customResourceSubresourceStatus,
});

const customResourceDefinitionVersion: Schema = struct(
  {
    additionalPrinterColumns: about(listOf(customResourceColumnDefinition), "Columns of kubectl get."),
    deprecated: bool,
    deprecationWarning: text,
    name: text,
    schema: about(customResourceValidation, "The schema of its objects."),
    selectableFields: listOf(selectableField),
    served: about(bool, "Whether this version is served."),
    storage: about(bool, "Whether objects are stored in this version. One version is."),
    subresources: about(customResourceSubresources, "Whether it has status and scale."),
  },
  { required: ["name", "served", "storage"] },
);

const customResourceDefinitionSpec: Schema = struct(
  {
    conversion: customResourceConversion,
    group: about(text, "The API group."),
    names: about(or(customResourceDefinitionNames, {}), "The names of the kind."),
    preserveUnknownFields: bool,
    scope: about(text, "Namespaced or Cluster."),
    versions: about(listOf(customResourceDefinitionVersion), "The versions it is served in."),
  },
  { required: ["group", "names", "scope", "versions"] },
);

const customResourceDefinitionCondition: Schema = struct(
  { lastTransitionTime: time, message: text, observedGeneration: int64, reason: text, status: text, type: text },
  { required: ["type", "status"] },
);

const customResourceDefinitionStatus: Schema = struct({
  acceptedNames: or(customResourceDefinitionNames, {}),
  conditions: listOf(customResourceDefinitionCondition, { keys: ["type"] }),
  observedGeneration: int64,
  storedVersions: listOf(text),
});

/** A kind of objects that the cluster did not know before. */
export const customResourceDefinition: Schema = struct(
  { spec: or(customResourceDefinitionSpec, {}), status: or(customResourceDefinitionStatus, {}) },
  { required: ["spec"], description: "A kind of objects that the cluster did not know before." },
);
