import { setMaxListeners } from "node:events";

import type { Clock } from "../../base/clock.js";
import { arrayAt, numberAt, stringAt } from "../../base/json.js";
import type { Api } from "../../kube/api.js";
import type { KubeObject } from "../../kube/object.js";
import type { GroupVersionResource } from "../../kube/resource.js";
import { workloadResources } from "../workloads/controllers/resources.js";
import { isReady } from "../workloads/controllers/podState.js";
import { follow } from "../workloads/follow.js";
import { demoNamespace, demoRoute } from "./objects.js";

/** The kinds that the demo looks at. */
export const demoKinds = {
  deployments: workloadResources.deployments,
  services: workloadResources.services,
  pods: workloadResources.pods,
  configMaps: { group: "", version: "v1", resource: "configmaps" },
  routes: { group: "gateway.networking.k8s.io", version: "v1", resource: "httproutes" },
  events: { group: "events.k8s.io", version: "v1", resource: "events" },
} as const satisfies Record<string, GroupVersionResource>;

type DemoKind = keyof typeof demoKinds;

/** Pods of a version. */
export interface PodCounts {
  readonly ready: number;
  readonly starting: number;
  readonly ending: number;
}

/** What is stored in the demo's namespace at this moment, as a watch tells it. */
export class World {
  private readonly objects = new Map<DemoKind, Map<string, KubeObject>>();
  private readonly stopped = new AbortController();
  private following: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly api: Pick<Api, "list" | "watch">,
    private readonly clock: Clock,
  ) {
    setMaxListeners(0, this.stopped.signal);
  }

  start(): void {
    const kinds: readonly DemoKind[] = ["deployments", "services", "pods", "configMaps", "routes", "events"];
    this.following = Promise.all(kinds.map((kind) => this.follow(kind)));
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.following;
  }

  /** An object by its name. */
  find(kind: DemoKind, name: string): KubeObject | undefined {
    return this.all(kind).find(({ metadata }) => metadata.name === name);
  }

  all(kind: DemoKind): readonly KubeObject[] {
    return [...(this.objects.get(kind)?.values() ?? [])];
  }

  /** The Pods of a version. */
  podsOf(version: string): readonly KubeObject[] {
    return this.all("pods").filter(({ metadata }) => metadata.labels?.["version"] === version);
  }

  podCounts(version: string): PodCounts {
    const pods = this.podsOf(version);
    const ending = pods.filter(({ metadata }) => metadata.deletionTimestamp !== undefined);
    const alive = pods.filter((pod) => !ending.includes(pod));
    const ready = alive.filter(isReady).length;
    return { ready, starting: alive.length - ready, ending: ending.length };
  }

  /** The weights of the stored route by version; empty where there is no route. */
  weights(): Readonly<Record<string, number>> {
    const refs = arrayAt(this.find("routes", demoRoute.name), "spec", "rules", 0, "backendRefs");
    return Object.fromEntries(refs.map((ref) => [stringAt(ref, "name") ?? "", numberAt(ref, "weight") ?? 1]));
  }

  /** Whether a Deployment says that it is available, at its present generation. */
  isAvailable(name: string): boolean {
    const deployment = this.find("deployments", name);
    const observed = numberAt(deployment, "status", "observedGeneration") ?? 0;
    const conditions = arrayAt(deployment, "status", "conditions");
    const available = conditions.find((condition) => stringAt(condition, "type") === "Available");
    return observed >= (deployment?.metadata.generation ?? 1) && stringAt(available, "status") === "True";
  }

  private follow(kind: DemoKind): Promise<void> {
    const known = new Map<string, KubeObject>();
    this.objects.set(kind, known);
    const selection = { resource: demoKinds[kind], namespace: demoNamespace };
    const follower = {
      onObject: (object: KubeObject): void => void known.set(object.metadata.uid, object),
      onGone: (uid: string): void => void known.delete(uid),
    };
    return follow(this.api, this.clock, selection, follower, this.stopped.signal);
  }
}
