import type { BackoffBounds } from "../../base/backoff.js";
import { backoffDelay } from "../../base/backoff.js";
import type { Clock } from "../../base/clock.js";
import { sleep } from "../../base/clock.js";
import { systemRandom } from "../../base/random.js";
import type { Api, Selection } from "../../kube/api.js";
import type { KubeObject } from "../../kube/object.js";

/** Who is told of objects. After a broken watch everything that is there is told again. */
export interface Follower {
  onObject(object: KubeObject): void;
  /** The object of this uid is gone. */
  onGone(uid: string): void;
  /** Everything that is there has been told. */
  onListed?(): void;
}

const backoff: BackoffBounds = { first: 50, cap: 2_000, jitter: 0.2 };
const watchSeconds = 300;

/**
 * Tells `follower` of every object of the selection and of every change, until `signal` aborts. Lists and watches; when
 * the watch ends, for whatever reason, it lists again, so no change is lost for longer than that takes.
 */
export async function follow(
  api: Pick<Api, "list" | "watch">,
  clock: Clock,
  selection: Selection,
  follower: Follower,
  signal: AbortSignal,
): Promise<void> {
  const known = new Set<string>();
  let failures = 0;
  while (!signal.aborted) {
    const listed = await api.list(selection, {}, signal);
    if (listed.ok) {
      failures = 0;
      takeList(listed.value.items, known, follower);
      await watchFrom(api, selection, listed.value.resourceVersion, known, follower, signal);
    } else failures += 1;
    await sleep(clock, backoffDelay(backoff, failures, systemRandom), signal);
  }
}

function takeList(items: readonly KubeObject[], known: Set<string>, follower: Follower): void {
  const now = new Set(items.map((item) => item.metadata.uid));
  for (const uid of known) {
    if (now.has(uid)) continue;
    known.delete(uid);
    follower.onGone(uid);
  }
  for (const item of items) {
    known.add(item.metadata.uid);
    follower.onObject(item);
  }
  follower.onListed?.();
}

async function watchFrom(
  api: Pick<Api, "watch">,
  selection: Selection,
  resourceVersion: string,
  known: Set<string>,
  follower: Follower,
  signal: AbortSignal,
): Promise<void> {
  await api.watch(
    selection,
    { resourceVersion, timeoutSeconds: watchSeconds },
    (event) => {
      if (event.type === "BOOKMARK" || event.type === "ERROR") return;
      const { uid } = event.object.metadata;
      if (event.type === "DELETED") {
        known.delete(uid);
        follower.onGone(uid);
      } else {
        known.add(uid);
        follower.onObject(event.object);
      }
    },
    signal,
  );
}
