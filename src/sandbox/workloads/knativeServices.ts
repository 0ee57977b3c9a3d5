import type { JsonObject } from "../../base/json.js";
import type { KubeObject } from "../../kube/object.js";
import type { Decided } from "./condition.js";
import { conditionsAt } from "./condition.js";
import type { Progress, StandInOptions } from "./standIn.js";
import { StandIn } from "./standIn.js";

const resource = { group: "serving.knative.dev", version: "v1", resource: "services" };

/** The status of Knative Services, without Pods: a revision for each generation, and routes to the one ready last. */
export class KnativeServices extends StandIn {
  constructor(options: StandInOptions) {
    super(options, { resource, status });
  }
}

/** The name Knative gives the revision of a generation. */
export function revisionName(configuration: string, generation: number): string {
  return `${configuration}-${String(generation).padStart(5, "0")}`;
}

/** How far the newest revision and the routes to the one ready last have come. */
export function knativeProgress({ generation, up, ready }: Progress): {
  readonly newest: Omit<Decided, "type">;
  readonly routes: Omit<Decided, "type">;
} {
  const routes = up > 0 ? ({ status: "True" } as const) : ({ status: "Unknown", reason: "RevisionMissing" } as const);
  if (up < generation) return { newest: { status: "Unknown", reason: "Deploying" }, routes };
  if (ready) return { newest: { status: "True" }, routes };
  return { newest: { status: "False", reason: "RevisionFailed", message: "its container does not answer" }, routes };
}

function status(service: KubeObject, progress: Progress): JsonObject {
  const { name, namespace = "" } = service.metadata;
  const { newest, routes } = knativeProgress(progress);
  const last = progress.up > 0 ? { latestReadyRevisionName: revisionName(name, progress.up) } : {};
  const target = { latestRevision: true, percent: 100, revisionName: revisionName(name, progress.up) };
  return {
    observedGeneration: progress.generation,
    latestCreatedRevisionName: revisionName(name, progress.generation),
    ...last,
    url: `http://${name}.${namespace}.example.com`,
    address: { url: `http://${name}.${namespace}.svc.cluster.local` },
    traffic: progress.up > 0 ? [target] : [],
    conditions: conditionsAt(service, progress.now, [
      { type: "ConfigurationsReady", ...newest },
      { type: "Ready", ...newest },
      { type: "RoutesReady", ...routes },
    ]),
  };
}
