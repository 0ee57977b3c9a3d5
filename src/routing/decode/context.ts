import type { Limits } from "../../config/config.js";
import type { KindSettings } from "../../config/kind.js";

/** What a routemap is decoded against. */
export interface DecodeContext {
  /** Namespace of the routemap. */
  readonly namespace: string;
  /** Kinds by the shorthand that users write. */
  readonly kinds: ReadonlyMap<string, KindSettings>;
  /** Shorthands of the kinds that templates may write. */
  readonly outputs: readonly string[];
  /** Namespaces besides its own whose route templates a routemap may use. */
  readonly templateNamespaces: readonly string[];
  readonly limits: Pick<Limits, "crossNamespace" | "maxVersions" | "maxDeadline" | "maxSettle" | "hosts">;
  /** What the controller sees: the whole cluster, or the routemap's own namespace only. */
  readonly scope: "cluster" | "namespace";
}
