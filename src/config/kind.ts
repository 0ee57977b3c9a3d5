import type { GroupVersionResource } from "../kube/resource.js";

/** One watched or written kind, as the configuration names it (Iter8's `resourceTypes` plus ours). */
export interface KindSettings extends GroupVersionResource {
  /** The name users write in `gvrShort`. */
  readonly shorthand: string;
  /** Condition types (matched without regard to case) that must be "True". */
  readonly conditions: readonly string[];
  /** CEL expression over `object` that must be true, on top of the kind's own rules. */
  readonly ready?: string;
  /** Whether objects of this kind may carry our finalizer. */
  readonly hold: boolean;
  /** Whether a route object of this kind carries traffic itself; a DestinationRule does not. */
  readonly carries: boolean;
  /** Milliseconds an answer must be stable before a raise; absent: the configuration's default. */
  readonly minStable?: number;
  /** Spec paths (dotted, without the leading `spec.`) that are kept of a watched object and seen by CEL. */
  readonly specPaths: readonly string[];
}
