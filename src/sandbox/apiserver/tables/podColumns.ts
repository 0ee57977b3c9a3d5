import type { Json } from "../../../base/json.js";
import { arrayAt, at, numberAt, objectAt, stringAt } from "../../../base/json.js";
import type { KubeObject } from "../../../kube/object.js";
import type { Column } from "../kinds/servedKind.js";
import { ageOf } from "./age.js";
import { ageColumn, nameColumn, text, textOr, wide } from "./columns.js";

/** Columns of Pods. */
export const podColumns: readonly Column[] = [
  nameColumn,
  text("Ready", (pod) => {
    const ready = containers(pod).filter((status) => at(status, "ready") === true).length;
    return `${ready}/${arrayAt(pod, "spec", "containers").length}`;
  }),
  text("Status", podState),
  text("Restarts", restarts),
  ageColumn,
  wide("IP", (pod) => textOr(pod, "<none>", "status", "podIP")),
  wide("Node", (pod) => textOr(pod, "<none>", "spec", "nodeName")),
  wide("Nominated Node", (pod) => textOr(pod, "<none>", "status", "nominatedNodeName")),
  wide("Readiness Gates", readinessGates),
];

function containers(pod: KubeObject): readonly Json[] {
  return arrayAt(pod, "status", "containerStatuses");
}

/** What a Pod is at, in one word: its phase, unless a container, an init container or its deletion says more. */
function podState(pod: KubeObject): string {
  const initial = stringAt(pod, "status", "reason") ?? stringAt(pod, "status", "phase") ?? "Unknown";
  const initialising = initState(pod);
  const state = initialising ?? containerState(pod, initial);
  if (pod.metadata.deletionTimestamp === undefined) return state;
  return stringAt(pod, "status", "reason") === "NodeLost" ? "Unknown" : "Terminating";
}

function initState(pod: KubeObject): string | undefined {
  const statuses = arrayAt(pod, "status", "initContainerStatuses");
  for (const [index, status] of statuses.entries()) {
    const ended = at(status, "state", "terminated");
    if (ended !== undefined && numberAt(ended, "exitCode") === 0) continue;
    if (ended !== undefined) return `Init:${endOf(ended)}`;
    const waiting = stringAt(status, "state", "waiting", "reason") ?? "";
    if (waiting !== "" && waiting !== "PodInitializing") return `Init:${waiting}`;
    return `Init:${index}/${arrayAt(pod, "spec", "initContainers").length}`;
  }
  return undefined;
}

function containerState(pod: KubeObject, initial: string): string {
  let state = initial;
  let isRunning = false;
  for (const status of containers(pod).toReversed()) {
    const waiting = stringAt(status, "state", "waiting", "reason") ?? "";
    const ended = at(status, "state", "terminated");
    if (waiting !== "") state = waiting;
    else if (ended !== undefined) state = endOf(ended);
    else if (at(status, "ready") === true && at(status, "state", "running") !== undefined) isRunning = true;
  }
  return state === "Completed" && isRunning ? "Running" : state;
}

function endOf(terminated: Json): string {
  const reason = stringAt(terminated, "reason") ?? "";
  if (reason !== "") return reason;
  const signal = numberAt(terminated, "signal") ?? 0;
  return signal !== 0 ? `Signal:${signal}` : `ExitCode:${numberAt(terminated, "exitCode") ?? 0}`;
}

function restarts(pod: KubeObject, now: number): string {
  const statuses = containers(pod);
  const total = statuses.reduce<number>((sum, status) => sum + (numberAt(status, "restartCount") ?? 0), 0);
  const last = statuses
    .flatMap((status) => stringAt(status, "lastState", "terminated", "finishedAt") ?? [])
    .sort()
    .at(-1);
  return total === 0 || last === undefined ? String(total) : `${total} (${ageOf(last, now)} ago)`;
}

function readinessGates(pod: KubeObject): string {
  const gates = arrayAt(pod, "spec", "readinessGates").map((gate) => stringAt(gate, "conditionType") ?? "");
  if (gates.length === 0) return "<none>";
  const holds = (type: string): boolean =>
    arrayAt(pod, "status", "conditions").some((known) => {
      const { type: found, status } = objectAt(known);
      return found === type && status === "True";
    });
  return `${gates.filter(holds).length}/${gates.length}`;
}
