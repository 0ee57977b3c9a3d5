import type { PatchOperation } from "./api.js";
import type { KubeObject } from "./object.js";

/**
 * JSON Patch (RFC 6902) that puts a finalizer on the object as we saw it. It tests uid and the whole list, so it fails
 * (422) where somebody changed either, and never adds a finalizer twice. Undefined: it is already there.
 */
export function addFinalizer(object: KubeObject, finalizer: string): readonly PatchOperation[] | undefined {
  const { finalizers } = object.metadata;
  if (finalizers?.includes(finalizer) === true) return undefined;
  const present = finalizers !== undefined && finalizers.length > 0;
  return [
    sameObject(object),
    // RFC 6902 `test` of a missing member with null succeeds in the API server's implementation.
    { op: "test", path: "/metadata/finalizers", value: present ? finalizers : null },
    present
      ? { op: "add", path: "/metadata/finalizers/-", value: finalizer }
      : { op: "add", path: "/metadata/finalizers", value: [finalizer] },
  ];
}

/**
 * JSON Patch that takes a finalizer off the object as we saw it, the others stay. It tests uid and that the element it
 * removes is ours. Undefined: it is not there.
 */
export function removeFinalizer(object: KubeObject, finalizer: string): readonly PatchOperation[] | undefined {
  const index = object.metadata.finalizers?.indexOf(finalizer) ?? -1;
  if (index < 0) return undefined;
  const path = `/metadata/finalizers/${index}`;
  return [sameObject(object), { op: "test", path, value: finalizer }, { op: "remove", path }];
}

function sameObject(object: KubeObject): PatchOperation {
  return { op: "test", path: "/metadata/uid", value: object.metadata.uid };
}
