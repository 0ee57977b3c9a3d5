import type { Observed } from "../../../../../src/routing/observed.js";
import type { PlanWorld } from "../../../../support/planWorld.js";

/** Something that happened to a routemap, and what has to be named first when somebody asks why. */
export interface Situation {
  readonly title: string;
  readonly world: () => PlanWorld;
  /** What the shell sees that a made-up cluster cannot show. */
  readonly seen?: (observed: Observed) => Partial<Observed>;
  /** The version that is asked about; absent: the routemap. */
  readonly version?: string;
  readonly reason: string;
  readonly severity: "error" | "waiting" | "info";
  /** What the message has to say. */
  readonly says: RegExp;
  readonly field?: string;
}
