import { parseDuration } from "../../base/duration.js";
import { arrayAt, at, stringAt } from "../../base/json.js";
import { formatComplaint } from "../../base/problem.js";
import type { KubeObject } from "../../kube/object.js";
import { conditionsAt } from "./condition.js";
import { follow } from "./follow.js";
import { annotationPrefix } from "./server/behaviour.js";
import type { StandInOptions } from "./standIn.js";
import { StandIn } from "./standIn.js";

const definitions = { group: "apiextensions.k8s.io", version: "v1", resource: "customresourcedefinitions" };

/** The annotation of a CustomResourceDefinition whose objects are to become ready so long after each change. */
export const readyAfterAnnotation = `${annotationPrefix}ready-after`;

/** What these stand-ins are made of. */
export interface DeclaredKindsOptions extends Omit<StandInOptions, "readyAfterMs"> {
  /** Told of each annotation that is no duration, in one line. */
  readonly onProblem?: (line: string) => void;
}

interface Declared {
  /** What the annotation says. */
  readonly readyAfter: string;
  /** Absent where that cannot be followed. */
  readonly standIn?: StandIn;
}

/**
 * Makes the objects of any declared kind ready: where a CustomResourceDefinition with a status subresource carries the
 * annotation `sandbox.pointsman.dev/ready-after: 3s`, its objects get `observedGeneration` and the condition Ready, False
 * at first and True after that time.
 */
export class DeclaredKinds {
  private readonly running = new Map<string, Declared>();
  private readonly ending = new Set<Promise<void>>();
  private readonly stopped = new AbortController();
  private following: Promise<void> = Promise.resolve();

  constructor(private readonly options: DeclaredKindsOptions) {}

  start(): void {
    const { api, clock } = this.options;
    const follower = {
      onObject: (object: KubeObject): void => this.onDefinition(object),
      onGone: (uid: string): void => this.end(uid),
    };
    this.following = follow(api, clock, { resource: definitions }, follower, this.stopped.signal);
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.following;
    for (const uid of [...this.running.keys()]) this.end(uid);
    await Promise.all(this.ending);
  }

  private onDefinition(definition: KubeObject): void {
    const { uid, annotations = {}, deletionTimestamp } = definition.metadata;
    const readyAfter = deletionTimestamp === undefined ? annotations[readyAfterAnnotation] : undefined;
    if (this.running.get(uid)?.readyAfter === readyAfter) return;
    this.end(uid);
    if (readyAfter === undefined) return;
    const standIn = this.standInFor(definition, readyAfter);
    this.running.set(uid, { readyAfter, ...(standIn === undefined ? {} : { standIn }) });
    standIn?.start();
  }

  private standInFor(definition: KubeObject, readyAfter: string): StandIn | undefined {
    const { onProblem = () => undefined } = this.options;
    const readyAfterMs = parseDuration(readyAfter);
    if (!readyAfterMs.ok) {
      const { name } = definition.metadata;
      onProblem(
        `CustomResourceDefinition ${name}: annotation ${readyAfterAnnotation}: ${formatComplaint(readyAfterMs.error)}`,
      );
      return undefined;
    }
    const resource = {
      group: stringAt(definition, "spec", "group") ?? "",
      version: servedVersion(definition),
      resource: stringAt(definition, "spec", "names", "plural") ?? "",
    };
    return new StandIn({ ...this.options, readyAfterMs: readyAfterMs.value }, { resource, status });
  }

  private end(uid: string): void {
    const standIn = this.running.get(uid)?.standIn;
    this.running.delete(uid);
    if (standIn === undefined) return;
    const ending: Promise<void> = standIn.stop().finally(() => this.ending.delete(ending));
    this.ending.add(ending);
  }
}

/** The version that is stored, where it is served, else the first that is. */
function servedVersion(definition: KubeObject): string {
  const served = arrayAt(definition, "spec", "versions").filter((version) => at(version, "served") === true);
  const stored = served.find((version) => at(version, "storage") === true);
  return stringAt(stored ?? served[0], "name") ?? "";
}

function status(
  object: KubeObject,
  {
    generation,
    up,
    ready,
    now,
  }: { readonly generation: number; readonly up: number; readonly ready: boolean; readonly now: number },
) {
  const isReady = ready && up === generation;
  const said = isReady
    ? ({ type: "Ready", status: "True" } as const)
    : ({ type: "Ready", status: "False", reason: "Starting", message: "it is not up yet" } as const);
  return { observedGeneration: generation, conditions: conditionsAt(object, now, [said]) };
}
