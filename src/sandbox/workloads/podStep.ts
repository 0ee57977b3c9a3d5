import type { JsonObject } from "../../base/json.js";
import { arrayAt, objectAt, stringAt } from "../../base/json.js";
import type { KubeObject } from "../../kube/object.js";

/** What a kubelet has to do next about a Pod. */
export type PodStep = "bind" | "report" | "terminate" | "nothing";

/** Decides from the Pod as it is stored; `ready` is whether it is meant to be ready now. */
export function podStep(pod: KubeObject, nodeName: string, ready: boolean): PodStep {
  const bound = stringAt(pod, "spec", "nodeName") ?? "";
  if (bound !== "" && bound !== nodeName) return "nothing";
  if (pod.metadata.deletionTimestamp !== undefined) return bound === "" ? "nothing" : "terminate";
  if (bound === "") return "bind";
  return isReported(pod, ready) ? "nothing" : "report";
}

/** Whether the Pod's status says that it runs and is ready or not, as it is meant to. */
export function isReported(pod: KubeObject, ready: boolean): boolean {
  if (stringAt(pod, "status", "phase") !== "Running" || podAddress(pod) === undefined) return false;
  return conditionStatus(pod, "Ready") === (ready ? "True" : "False");
}

/** The Pod's address, once it has one. */
export function podAddress(pod: KubeObject): string | undefined {
  const address = stringAt(pod, "status", "podIP") ?? "";
  return address === "" ? undefined : address;
}

function conditionStatus(pod: KubeObject, type: string): string | undefined {
  const found = arrayAt(pod, "status", "conditions").find((condition) => stringAt(condition, "type") === type);
  return stringAt(found, "status");
}

/** What a status says besides the Pod itself. `now` is wall time in milliseconds. */
export interface PodReport {
  readonly address: string;
  readonly ready: boolean;
  readonly now: number;
  /** What its server says, where it has one. */
  readonly container?: ContainerReport;
}

/** What a kubelet knows of the process in a Pod's containers. */
export interface ContainerReport {
  readonly ready: boolean;
  readonly restarts: number;
  /** Why it does not run. */
  readonly waiting?: { readonly reason: string; readonly message: string };
}

/** The body of a merge patch of the Pod's status: it runs, every container started unless it waits, ready or not. */
export function podStatus(pod: KubeObject, { address, ready, now, container }: PodReport): JsonObject {
  const time = new Date(now).toISOString().replace(/\.\d+Z$/, "Z");
  const condition = (type: string, holds: boolean): JsonObject => {
    const status = holds ? "True" : "False";
    const old = arrayAt(pod, "status", "conditions").find((entry) => stringAt(entry, "type") === type);
    const since = stringAt(old, "status") === status ? stringAt(old, "lastTransitionTime") : undefined;
    return { type, status, lastTransitionTime: since ?? time };
  };
  return {
    phase: "Running",
    hostIP: "127.0.0.1",
    podIP: address,
    podIPs: [{ ip: address }],
    startTime: stringAt(pod, "status", "startTime") ?? time,
    conditions: [
      condition("PodScheduled", true),
      condition("Initialized", true),
      condition("ContainersReady", ready),
      condition("Ready", ready),
    ],
    containerStatuses: arrayAt(pod, "spec", "containers").map((spec) => ({
      name: stringAt(spec, "name"),
      image: stringAt(spec, "image"),
      imageID: stringAt(spec, "image"),
      ready,
      started: container?.waiting === undefined,
      restartCount: container?.restarts ?? 0,
      state:
        container?.waiting === undefined ? { running: { startedAt: time } } : { waiting: { ...container.waiting } },
    })),
  };
}

/** Which Pods of a namespace are meant: by the beginning of their names or by labels that they all carry. */
export type PodMatch = { readonly prefix: string } | { readonly labels: Readonly<Record<string, string>> };

/** Whether the Pod is one of those. */
export function matchesPod(pod: KubeObject, match: PodMatch): boolean {
  if ("prefix" in match) return pod.metadata.name.startsWith(match.prefix);
  const labels = objectAt(pod, "metadata", "labels");
  return Object.entries(match.labels).every(([key, value]) => labels[key] === value);
}
