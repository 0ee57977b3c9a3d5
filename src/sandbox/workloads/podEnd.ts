import { arrayAt, at, numberAt } from "../../base/json.js";
import type { Json } from "../../base/json.js";
import type { KubeObject } from "../../kube/object.js";

/** The last times of a deleted Pod, milliseconds from its deletion. */
export interface PodEnd {
  /** Until then it serves on: the preStop hook runs, and only then it is told to end. */
  readonly serveMs: number;
  /** Until then it may finish what is under way; then it is killed. */
  readonly graceMs: number;
}

/**
 * How a deleted Pod ends: the grace period begins with the deletion and contains the preStop hook (Kubernetes, "Pod
 * Lifecycle"; the two extra seconds after a hook that took all of it are left out). `leastMs` is for how long it serves
 * on in any case.
 */
export function podEnd(pod: KubeObject, leastMs: number): PodEnd {
  const graceMs = seconds(pod.metadata["deletionGracePeriodSeconds"]) ?? 0;
  const hooks = arrayAt(pod, "spec", "containers").map((container) => preStopMs(at(container, "lifecycle", "preStop")));
  return { serveMs: Math.min(graceMs, Math.max(leastMs, 0, ...hooks)), graceMs };
}

/** How long a preStop hook sleeps: `sleep.seconds`, or a `sleep N` in its command; anything else takes no time. */
function preStopMs(hook: Json | undefined): number {
  const slept = seconds(numberAt(hook, "sleep", "seconds"));
  if (slept !== undefined) return slept;
  const command = arrayAt(hook, "exec", "command").map(String).join(" ");
  return seconds(Number(/(?:^|[\s/;&])sleep\s+(\d+(?:\.\d+)?)\b/.exec(command)?.[1] ?? 0)) ?? 0;
}

function seconds(value: Json | undefined): number | undefined {
  return typeof value === "number" ? value * 1_000 : undefined;
}
