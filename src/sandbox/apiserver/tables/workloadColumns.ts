import { arrayAt, at, numberAt, stringAt } from "../../../base/json.js";
import type { KubeObject } from "../../../kube/object.js";
import type { Column } from "../kinds/servedKind.js";
import { humanDuration } from "./age.js";
import type { Cell } from "./columns.js";
import { ageColumn, count, integer, joined, nameColumn, selectorText, text, wide } from "./columns.js";

function containerCell(member: "name" | "image"): Cell {
  return (object) =>
    joined(arrayAt(object, "spec", "template", "spec", "containers").map((one) => stringAt(one, member) ?? ""));
}

const containers = wide("Containers", containerCell("name"));
const images = wide("Images", containerCell("image"));
const selector = wide("Selector", (object) => selectorText(object, "spec", "selector", "matchLabels"));
const statusCount =
  (name: string): Cell =>
  (object) =>
    count(object, "status", name);
const readyOf =
  (ready: string): Cell =>
  (object) =>
    `${count(object, "status", ready)}/${count(object, "spec", "replicas")}`;

/** Columns of what runs Pods. */
export const workloadColumns: Readonly<Record<string, readonly Column[]>> = {
  Deployment: [
    nameColumn,
    text("Ready", readyOf("readyReplicas")),
    text("Up-to-date", (object) => count(object, "status", "updatedReplicas")),
    text("Available", (object) => count(object, "status", "availableReplicas")),
    ageColumn,
    containers,
    images,
    selector,
  ],
  ReplicaSet: [
    nameColumn,
    integer("Desired", (object) => count(object, "spec", "replicas")),
    integer("Current", statusCount("replicas")),
    integer("Ready", statusCount("readyReplicas")),
    ageColumn,
    containers,
    images,
    selector,
  ],
  StatefulSet: [nameColumn, text("Ready", readyOf("readyReplicas")), ageColumn, containers, images],
  DaemonSet: [
    nameColumn,
    integer("Desired", statusCount("desiredNumberScheduled")),
    integer("Current", statusCount("currentNumberScheduled")),
    integer("Ready", statusCount("numberReady")),
    integer("Up-to-date", statusCount("updatedNumberScheduled")),
    integer("Available", statusCount("numberAvailable")),
    text("Node Selector", (object) => selectorText(object, "spec", "template", "spec", "nodeSelector")),
    ageColumn,
    containers,
    images,
    selector,
  ],
  Job: [
    nameColumn,
    text("Status", jobState),
    text("Completions", (job) => `${count(job, "status", "succeeded")}/${numberAt(job, "spec", "completions") ?? 1}`),
    text("Duration", jobDuration),
    ageColumn,
    containers,
    images,
    selector,
  ],
};

function jobState(job: KubeObject): string {
  const holds = (type: string): boolean =>
    arrayAt(job, "status", "conditions").some(
      (known) => stringAt(known, "type") === type && stringAt(known, "status") === "True",
    );
  if (holds("Complete")) return "Complete";
  if (holds("Failed")) return "Failed";
  if (job.metadata.deletionTimestamp !== undefined) return "Terminating";
  return at(job, "spec", "suspend") === true ? "Suspended" : "Running";
}

function jobDuration(job: KubeObject, now: number): string {
  const start = stringAt(job, "status", "startTime");
  if (start === undefined) return "";
  const end = stringAt(job, "status", "completionTime");
  return humanDuration((end === undefined ? now : Date.parse(end)) - Date.parse(start));
}
