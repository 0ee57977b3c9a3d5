import type { Clock } from "../../base/clock.js";
import { parseDuration } from "../../base/duration.js";
import { arrayAt, at, stringAt } from "../../base/json.js";
import type { KubeObject } from "../../kube/object.js";
import { conditionsAt } from "./condition.js";
import { follow } from "./follow.js";
import { annotationPrefix } from "./server/behaviour.js";
import type { StandInOptions } from "./standIn.js";
import { StandIn } from "./standIn.js";

const definitions = { group: "apiextensions.k8s.io", version: "v1", resource: "customresourcedefinitions" };

/** The annotation of a CustomResourceDefinition whose objects are to become ready so long after each change. */
export const readyAfterAnnotation = `${annotationPrefix}ready-after`;

/**
 * Makes the objects of any declared kind ready: where a CustomResourceDefinition with a status subresource carries the
 * annotation `sandbox.pointsman.dev/ready-after: 3s`, its objects get `observedGeneration` and the condition Ready, False
 * at first and True after that time.
 */
export class DeclaredKinds {
  private readonly running = new Map<string, { readonly declared: string; readonly standIn: StandIn }>();
  private readonly stopped = new AbortController();
  private following: Promise<void> = Promise.resolve();

  constructor(private readonly options: Omit<StandInOptions, "readyAfterMs"> & { readonly clock: Clock }) {}

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
    await Promise.all([...this.running.values()].map(({ standIn }) => standIn.stop()));
  }

  private onDefinition(definition: KubeObject): void {
    const { uid, annotations = {}, deletionTimestamp } = definition.metadata;
    const declared = deletionTimestamp === undefined ? annotations[readyAfterAnnotation] : undefined;
    if (this.running.get(uid)?.declared === declared) return;
    this.end(uid);
    const readyAfterMs = parseDuration(declared ?? "");
    const version = arrayAt(definition, "spec", "versions").find((each) => at(each, "storage") === true);
    const name = stringAt(version, "name");
    if (declared === undefined || !readyAfterMs.ok || name === undefined) return;
    const resource = {
      group: stringAt(definition, "spec", "group") ?? "",
      version: name,
      resource: stringAt(definition, "spec", "names", "plural") ?? "",
    };
    const standIn = new StandIn({ ...this.options, readyAfterMs: readyAfterMs.value }, { resource, status });
    this.running.set(uid, { declared, standIn });
    standIn.start();
  }

  private end(uid: string): void {
    const running = this.running.get(uid);
    this.running.delete(uid);
    void running?.standIn.stop();
  }
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
