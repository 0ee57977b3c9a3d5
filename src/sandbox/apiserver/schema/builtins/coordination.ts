import type { Schema } from "../schema.js";
import { about, int32, microTime, or, struct, text } from "./notation.js";

const leaseSpec: Schema = struct({
  acquireTime: about(microTime, "When it was taken."),
  holderIdentity: about(text, "Who holds it."),
  leaseDurationSeconds: about(int32, "Seconds after renewTime at which others may take it."),
  leaseTransitions: about(int32, "How often the holder has changed."),
  preferredHolder: text,
  renewTime: about(microTime, "When it was renewed the last time."),
  strategy: text,
});

/** Says who holds something, and for how long. */
export const lease: Schema = struct(
  { spec: or(leaseSpec, {}) },
  { description: "Says who holds something, and for how long." },
);
