import type { JsonObject } from "../../../base/json.js";
import type { KubeObject, OwnerReference } from "../../../kube/object.js";

/** The owner that manages an object, if there is one. */
export function controllerOf(object: KubeObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((reference) => reference["controller"] === true);
}

/** A reference to the object as the controller of another, which then keeps a foreground deletion of it waiting. */
export function controllerReference({ apiVersion, kind, metadata }: KubeObject): JsonObject {
  const { name, uid } = metadata;
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}
