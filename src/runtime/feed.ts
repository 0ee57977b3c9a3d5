import type { Observable } from "rxjs";
import { fromEvent, takeUntil } from "rxjs";

import type { QueueClass } from "./queueClass.js";
import type { WorkQueue } from "./queue.js";

/** A key that something happened to. */
export interface KeyEvent<K> {
  readonly key: K;
  readonly class: QueueClass;
}

/**
 * Adds every key of a stream to a queue: the bridge from facts to work. Resolves when the stream ends or `signal`
 * aborts; rejects if the stream fails, which is a bug of the stream.
 */
export function feed<K extends string>(
  keys$: Observable<KeyEvent<K>>,
  queue: WorkQueue<K>,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve, reject) => {
    keys$.pipe(takeUntil(fromEvent(signal, "abort"))).subscribe({
      next: (event) => queue.add(event.key, event.class),
      error: reject,
      complete: resolve,
    });
  });
}
