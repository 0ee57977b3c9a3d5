import { sleep } from "../base/clock.js";
import type { WatchEvent } from "../kube/api.js";
import type { Cluster } from "./cluster.js";
import type { MadeList } from "./clusterLists.js";

/** How long a server keeps a watch open, seconds; whoever waits looks again after that in any case. */
const longest = 60;

/** Two looks are at least so far apart, milliseconds: a busy cluster is not listed without end. */
const shortest = 1_000;

/**
 * Waits until something changes after the lists were made, or a watch ends, but at least one second; ends early when
 * `signal` aborts. What changed is not told: whoever waits lists again.
 */
export async function untilChanged(
  { api, clock }: Pick<Cluster, "api" | "clock">,
  lists: readonly MadeList[],
  signal: AbortSignal,
): Promise<void> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const seen = (event: WatchEvent): void => {
    if (event.type !== "BOOKMARK") stop.abort();
  };
  const watches = lists.map(({ selection, listed: { resourceVersion } }) =>
    api.watch(selection, { resourceVersion, timeoutSeconds: longest }, seen, either),
  );
  const rest = sleep(clock, shortest, signal);
  if (watches.length > 0) await Promise.race(watches);
  else await sleep(clock, longest * 1000, signal);
  stop.abort();
  await Promise.all([...watches, rest]);
}
