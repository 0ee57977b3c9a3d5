import type { KubeObject } from "../../../kube/object.js";

/** What a write came to: the object as it is now (or, in a dry run, would be), in the version it was written in. */
export interface Written {
  readonly object: KubeObject;
  readonly created: boolean;
  /** Things the user should know, such as fields that were dropped. */
  readonly warnings: readonly string[];
}
