import type { Clock } from "../../base/clock.js";
import type { Random } from "../../base/random.js";
import type { Kinds } from "./kinds/kinds.js";
import type { ServiceAddresses } from "./strategies/serviceAddresses.js";
import type { Store } from "./store/store.js";

/** What every request works on. */
export interface Cluster {
  readonly store: Store;
  readonly kinds: Kinds;
  readonly clock: Clock;
  readonly random: Random;
  readonly services: ServiceAddresses;
  /** A fresh UUID. */
  readonly newUid: () => string;
}

/** The time as objects carry it: RFC 3339, whole seconds. */
export function timestamp(clock: Clock, inSeconds = 0): string {
  return new Date(clock.now() + inSeconds * 1_000).toISOString().replace(/\.\d+Z$/, "Z");
}
