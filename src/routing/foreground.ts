import type { KubeObject } from "../kube/object.js";
import { names } from "./names.js";

/** Whether an object is being deleted and the garbage collector still takes what belongs to it first. */
export function isDeletedInForeground({ metadata }: KubeObject): boolean {
  return metadata.deletionTimestamp !== undefined && (metadata.finalizers?.includes(names.foreground) ?? false);
}
