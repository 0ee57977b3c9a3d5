import { stringAt } from "../../../base/json.js";
import type { KubeObject } from "../../../kube/object.js";
import { percents } from "../../../routing/weights.js";
import type { LoadSummary } from "../../load/record.js";
import { demoRoute } from "../objects.js";
import type { PodCounts, World } from "../world.js";

/** One version at this moment. */
export interface VersionState {
  readonly name: string;
  /** Its share of the stored route. */
  readonly percent: number;
  /** Requests it answered in the last second. */
  readonly perSecond: number;
  readonly pods: PodCounts;
  readonly isHeld: boolean;
  readonly isDeleted: boolean;
}

/** What one sees of the cluster and its traffic at this moment. */
export interface TrafficState {
  readonly versions: readonly VersionState[];
  readonly requests: number;
  readonly lost: number;
  readonly perSecond: number;
  /** What the controller reported last, oldest first. */
  readonly events: readonly string[];
}

const versionNames = ["v1", "v2", "v3"] as const;
const finalizer = "iter8.tools/finalizer";
const shownEvents = 3;

/** Looks at the cluster and the load; `elapsed` is the load's own time in milliseconds. */
export function trafficState(world: World, load: LoadSummary, elapsed: number): TrafficState {
  const weights = world.weights();
  const names = versionNames.filter((name) => name in weights || world.find("deployments", name) !== undefined);
  const shares = percents(names.map((name) => weights[name] ?? 0));
  const hasWeight = names.some((name) => (weights[name] ?? 0) > 0);
  const lately = load.buckets.filter(({ at }) => at + load.bucketMs > elapsed - 1_000);
  const answered = (name: string): number => lately.reduce((sum, bucket) => sum + (bucket.answered[name] ?? 0), 0);
  const versions = names.map((name, index): VersionState => {
    const deployment = world.find("deployments", name);
    return {
      name,
      percent: hasWeight ? (shares[index] ?? 0) : 0,
      perSecond: answered(name),
      pods: world.podCounts(name),
      isHeld: deployment?.metadata.finalizers?.includes(finalizer) === true,
      isDeleted: deployment?.metadata.deletionTimestamp !== undefined,
    };
  });
  return {
    versions,
    requests: load.total,
    lost: load.lost,
    perSecond: versions.reduce((sum, { perSecond }) => sum + perSecond, 0),
    events: lastEvents(world),
  };
}

function lastEvents(world: World): readonly string[] {
  return world
    .all("events")
    .filter((event) => stringAt(event, "regarding", "name") === demoRoute.name)
    .sort((a, b) => timeOf(a).localeCompare(timeOf(b)))
    .slice(-shownEvents)
    .map((event) => `${stringAt(event, "reason") ?? ""}: ${stringAt(event, "note") ?? ""}`);
}

function timeOf(event: KubeObject): string {
  return stringAt(event, "series", "lastObservedTime") ?? stringAt(event, "eventTime") ?? "";
}
