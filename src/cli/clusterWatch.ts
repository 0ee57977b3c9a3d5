import { setMaxListeners } from "node:events";

import { sleep } from "../base/clock.js";
import type { WatchEvent } from "../kube/api.js";
import { isGone } from "../kube/apiError.js";
import type { Cluster } from "./cluster.js";
import type { MadeList } from "./clusterLists.js";

/** How long a server keeps a watch open, seconds; whoever waits looks again after that in any case. */
const longest = 60;

/** What cannot be watched is listed again after this time, milliseconds. */
const refused = 10_000;

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
  setMaxListeners(0, signal, either);
  const watches = lists.map(async ({ selection, listed: { resourceVersion } }) => {
    const error = await api.watch(selection, { resourceVersion, timeoutSeconds: longest }, seen, either);
    if (error !== undefined && !isGone(error)) await sleep(clock, refused, either);
  });
  const rest = sleep(clock, shortest, signal);
  if (watches.length > 0) await Promise.race(watches);
  else await sleep(clock, longest * 1000, signal);
  stop.abort();
  await Promise.all([...watches, rest]);
}
