import type { Outcome, QueueObserver, WorkQueue } from "../runtime/queue.js";
import type { Instruments } from "./instruments.js";

const waitBuckets = [0.0001, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30];
const workBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Metrics of work queues and of the controllers that serve them. */
export interface QueueMetrics {
  /** The observer to give to the queue of this name. */
  observer(name: string): QueueObserver<string>;
  /** Reports how long the keys under work have taken so far. */
  track(name: string, queue: Pick<WorkQueue<string>, "unfinished">): void;
}

/** Names are those of client-go's work queue and of controller-runtime; times are seconds. */
export function queueMetrics(make: Instruments): QueueMetrics {
  const queue = ["name"] as const;
  const controller = ["controller"] as const;
  const depth = make.gauge("workqueue_depth", "Keys that wait", queue);
  const adds = make.counter("workqueue_adds_total", "Keys added", queue);
  const retries = make.counter("workqueue_retries_total", "Retries of keys that failed", queue);
  const waited = make.histogram("workqueue_queue_duration_seconds", "How long a key waits", queue, waitBuckets);
  const worked = make.histogram("workqueue_work_duration_seconds", "How long a key is worked on", queue, workBuckets);
  const active = make.gauge("controller_runtime_active_workers", "Keys under work", controller);
  const errors = make.counter("controller_runtime_reconcile_errors_total", "Runs that failed", controller);
  const time = make.histogram(
    "controller_runtime_reconcile_time_seconds",
    "How long a run takes",
    controller,
    workBuckets,
  );
  const runs = make.counter("controller_runtime_reconcile_total", "Runs by result", ["controller", "result"]);
  return {
    track: trackUnfinished(make),
    observer(name) {
      // What an alert divides by another must be there before the first of its kind.
      errors.inc({ controller: name }, 0);
      retries.inc({ name }, 0);
      return {
        depth: (keys) => depth.set({ name }, keys),
        added: () => adds.inc({ name }),
        started(_key, _class, waitedMs) {
          waited.observe({ name }, waitedMs / 1000);
          active.inc({ controller: name });
        },
        finished(_key, outcome, workedMs) {
          worked.observe({ name }, workedMs / 1000);
          time.observe({ controller: name }, workedMs / 1000);
          active.dec({ controller: name });
          runs.inc({ controller: name, result: resultOf(outcome) });
          if (outcome.kind === "failed") errors.inc({ controller: name });
        },
        retried: () => retries.inc({ name }),
      };
    },
  };
}

function trackUnfinished(make: Instruments): QueueMetrics["track"] {
  const queues = new Map<string, Pick<WorkQueue<string>, "unfinished">>();
  make.gauge("workqueue_unfinished_work_seconds", "Time spent so far on keys under work", ["name"], (gauge) => {
    for (const [name, queue] of queues) gauge.set({ name }, queue.unfinished().reduce((sum, ms) => sum + ms, 0) / 1000);
  });
  make.gauge("workqueue_longest_running_processor_seconds", "Time of the longest run so far", ["name"], (gauge) => {
    for (const [name, queue] of queues) gauge.set({ name }, Math.max(0, ...queue.unfinished()) / 1000);
  });
  return (name, queue) => void queues.set(name, queue);
}

/** controller-runtime's words for what a run came to. */
function resultOf(outcome: Outcome): "success" | "requeue_after" | "error" {
  switch (outcome.kind) {
    case "done":
      return "success";
    case "again":
      return "requeue_after";
    case "failed":
      return "error";
  }
}
