import type { KubeObject } from "../../kube/object.js";
import { isDeletedInForeground } from "../foreground.js";
import { names } from "../names.js";

/** Held objects that were seen while they were deleted in the foreground, by uid, until they are gone. */
export class ForegroundDeletions {
  private readonly told = new Map<string, boolean>();

  /** Takes what a watch or a live read shows, however short-lived. */
  see(object: KubeObject): void {
    const { uid, finalizers } = object.metadata;
    const isHeld = finalizers?.includes(names.finalizer) ?? false;
    if (isHeld && isDeletedInForeground(object) && !this.told.has(uid)) this.told.set(uid, false);
  }

  forget(uid: string): void {
    this.told.delete(uid);
  }

  /** Whether such a deletion was seen and nobody was told of it. */
  isUntold(uid: string): boolean {
    return this.told.get(uid) === false;
  }

  tell(uid: string): void {
    this.told.set(uid, true);
  }
}
