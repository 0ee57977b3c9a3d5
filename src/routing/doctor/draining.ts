import { formatDuration } from "../../base/duration.js";
import type { Json } from "../../base/json.js";
import { arrayAt, at, isObject, numberAt } from "../../base/json.js";
import type { ClusterFacts, Listed } from "./clusterFacts.js";
import { listedOf } from "./clusterFacts.js";
import type { Finding } from "./finding.js";
import { describeObject } from "./inventory.js";

/** What Kubernetes takes where nothing is written, seconds. */
const defaultGrace = 30;

/**
 * How the Pods of versions end. Releases wait for requests under way, but a rollout, a scale-down or an eviction does
 * not: there only a preStop hook covers the time until proxies know, and the grace period the time after it.
 */
export function checkDraining(facts: ClusterFacts): readonly Finding[] {
  return listedOf(facts).flatMap((listed) => examine(facts, listed));
}

function examine({ config }: ClusterFacts, { object, routemap, kind }: Listed): readonly Finding[] {
  const pod = at(object, "spec", "template", "spec");
  if (object === undefined || !kind.hold || !isObject(pod)) return [];
  const containers = arrayAt(pod, "containers");
  const hooks = containers.flatMap((container) => at(container, "lifecycle", "preStop") ?? []);
  const grace = numberAt(pod, "terminationGracePeriodSeconds") ?? defaultGrace;
  const stop = Math.max(0, ...hooks.map(sleepSeconds));
  const own = routemap.spec.ok ? routemap.spec.value.release.drain : undefined;
  const drain = (own ?? config.release.drain) / 1000;
  const about = { check: "draining", object: describeObject(object) } as const;
  const findings: Finding[] = [];
  if (hooks.length === 0)
    findings.push({
      ...about,
      severity: "warning",
      message: "its Pods have no preStop hook: in a rollout, a scale-down or an eviction they end before proxies know",
      fix: "spec.template.spec.containers[].lifecycle.preStop: {sleep: {seconds: 5}}",
    });
  if (grace < stop + drain)
    findings.push({
      ...about,
      severity: grace <= stop ? "error" : "warning",
      message: `its Pods are killed ${grace}s after they are told to end; ${stop > 0 ? `${stop}s of preStop and ` : ""}${formatDuration(drain * 1000)} for requests under way need more`,
      fix: `spec.template.spec.terminationGracePeriodSeconds: ${Math.ceil(stop + drain)}`,
    });
  return findings;
}

/** How long a hook surely takes: `sleep.seconds`, or a command `sleep N`; of anything else nothing is known. */
function sleepSeconds(hook: Json): number {
  const seconds = numberAt(hook, "sleep", "seconds");
  if (seconds !== undefined) return seconds;
  const words = arrayAt(hook, "exec", "command").filter((word) => typeof word === "string");
  return Number(/\bsleep\s+(\d+(?:\.\d+)?)\b/.exec(words.join(" "))?.[1] ?? 0);
}
