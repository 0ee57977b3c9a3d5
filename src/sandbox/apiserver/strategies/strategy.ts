import type { JsonObject } from "../../../base/json.js";
import type { Result } from "../../../base/result.js";
import type { Cluster } from "../cluster.js";
import type { Failure, FailureCause } from "../status/failure.js";

/** What is special about the objects of a kind when they are written. */
export interface Strategy {
  /** Whether the status of a new object is kept as it was sent, although there is an endpoint for it. */
  readonly keepsStatus?: true;
  /** Fills in what the server decides; may refuse. */
  readonly prepareCreate?: (object: JsonObject, cluster: Cluster) => Result<JsonObject, Failure>;
  /** The same for a change of what is there. */
  readonly prepareUpdate?: (next: JsonObject, live: JsonObject, cluster: Cluster) => Result<JsonObject, Failure>;
  /** Rules of the kind that no schema tells; `live`: what is there, in a change. */
  readonly validate?: (next: JsonObject, live: JsonObject | undefined) => readonly FailureCause[];
}
