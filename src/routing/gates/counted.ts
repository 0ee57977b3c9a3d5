import type { Finding } from "./verdict.js";
import { notReady, ready } from "./verdict.js";

/** At least one replica, as counted in `field`; an absent count is none. `adjective` says what is counted. */
export function counted(field: string, adjective: string, count: number | undefined, more: Partial<Finding>): Finding {
  const seen = { ...more, field, value: count === undefined ? "absent" : String(count) };
  if (count === undefined || count < 1) return notReady("NoReplicas", `it has no ${adjective} replica`, seen);
  return ready("ReplicasServing", `it has ${count} ${adjective} replica${count === 1 ? "" : "s"}`, seen);
}
