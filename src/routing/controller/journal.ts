import type { KindSettings } from "../../config/kind.js";
import type { ApiError } from "../../kube/apiError.js";
import type { EventRecorder } from "../../kube/events.js";
import type { KubeObject } from "../../kube/object.js";
import { apiVersionOf } from "../../kube/resource.js";
import type {
  ClaimAction,
  HandOverAction,
  PruneAction,
  ReleaseAction,
  ReleaseGround,
  StripAction,
  WriteAction,
} from "../actions.js";
import type { ConflictVerdict } from "../conflict.js";
import type { ResourceRef } from "../routemap.js";
import { describeRef } from "../routemap.js";
import type { RoutemapSeries } from "../series.js";
import type { Condition } from "../status.js";
import { specInForce } from "../survey.js";
import type { RoutemapEntry } from "./entry.js";
import type { World } from "./world.js";

/** Where the controller writes what it did, besides Events. */
export interface JournalSink {
  log(
    level: "debug" | "info" | "warn",
    entry: RoutemapEntry,
    message: string,
    fields: Readonly<Record<string, string | number>>,
  ): void;
  /** One write to the cluster, by kind and reason, for metrics. */
  wrote(kind: string, reason: string): void;
  released(ground: string): void;
  /** A held object was deleted in the foreground. */
  deletedInForeground(): void;
  /** Routemaps by their Ready condition, whenever that changes. */
  ready(counts: Readonly<Record<Condition["status"], number>>): void;
  /** One routemap in numbers after each look at it, undefined once it is gone; only where somebody wants to know. */
  routemap?(entry: RoutemapEntry, series: RoutemapSeries | undefined): void;
}

/** What became of a deletion in the foreground: whether it was turned before the garbage collector was done. */
export type StripEnd =
  { readonly type: "inTime" } | { readonly type: "tooLate" } | { readonly type: "refused"; readonly error: ApiError };

/** Tells users what happened: an Event on the object it concerns, a log line, a count. One Event a change. */
export class Journal {
  constructor(
    private readonly world: World,
    private readonly events: Pick<EventRecorder, "record">,
    private readonly sink: JournalSink,
  ) {}

  written(entry: RoutemapEntry, action: WriteAction, object: KubeObject): void {
    const reason =
      action.mode === "create"
        ? "RouteCreated"
        : action.mode === "return"
          ? "TrafficReturned"
          : action.mode === "raise"
            ? "TrafficRaised"
            : "RouteUpdated";
    const note = `${object.kind} ${object.metadata.name}: weights ${weightsByName(entry, action.weights)}`;
    this.sink.wrote(action.output.kind, action.mode);
    this.sink.log("info", entry, reason, {
      output: action.output.name,
      kind: object.kind,
      weights: action.weights.join("/"),
      generation: object.metadata.generation ?? 0,
    });
    this.onRoutemap(entry, "Normal", reason, "Route", note);
  }

  contested(entry: RoutemapEntry, action: WriteAction, verdict: ConflictVerdict): void {
    const reason = verdict.kind === "drift" ? "DriftRepaired" : "FieldConflict";
    this.sink.log("warn", entry, reason, { output: action.output.name, by: verdict.message });
    this.onRoutemap(
      entry,
      "Warning",
      reason,
      "Route",
      `${action.output.kind}/${action.output.name}: ${verdict.message}; ${contestNote(verdict)}`,
    );
  }

  failed(entry: RoutemapEntry, action: WriteAction, error: ApiError): void {
    this.sink.log("warn", entry, "WriteFailed", {
      output: action.output.name,
      mode: action.mode,
      error: error.message,
      code: error.code,
    });
  }

  claimed(entry: RoutemapEntry, action: ClaimAction): void {
    this.sink.wrote(action.ref.kind, "claim");
    this.sink.log("info", entry, "Held", { version: action.version, resource: describeRef(action.ref) });
    this.onResource(
      action.ref,
      action.uid,
      "Normal",
      "Held",
      "Hold",
      `held for version ${action.version} of ${entry.namespace}/${entry.name} before it gets traffic`,
    );
  }

  claimFailed(entry: RoutemapEntry, action: ClaimAction, error: ApiError): void {
    this.sink.log("warn", entry, "HoldFailed", {
      version: action.version,
      resource: describeRef(action.ref),
      error: error.message,
    });
    this.onRoutemap(
      entry,
      "Warning",
      "HoldFailed",
      "Hold",
      `version ${action.version} gets no traffic: ${describeRef(action.ref)} refused the finalizer: ${error.message}`,
    );
  }

  /** `foregroundDeletion` was taken off. */
  stripped(ref: ResourceRef): void {
    this.sink.wrote(ref.kind, "strip");
  }

  /** Told once for each deletion, whether its Pods could be kept or not. */
  inForeground(entry: RoutemapEntry, action: Omit<StripAction, "type">, end: StripEnd): void {
    this.sink.deletedInForeground();
    this.sink.log("warn", entry, "DeletedInForeground", {
      version: action.version,
      resource: describeRef(action.ref),
      ...(end.type === "refused" ? { error: end.error.message } : { end: end.type }),
    });
    this.onResource(
      action.ref,
      action.uid,
      "Warning",
      "DeletedInForeground",
      "Delete",
      `deleted in the foreground, which takes its Pods at once; ${stripNote(end)}. Delete in the background; with Argo CD set the sync option PrunePropagationPolicy=background`,
    );
  }

  released(entry: RoutemapEntry, action: ReleaseAction): void {
    this.sink.wrote(action.ref.kind, "release");
    this.sink.released(action.ground);
    this.sink.log("info", entry, "Released", {
      version: action.version,
      resource: describeRef(action.ref),
      ground: action.ground,
    });
    const warn = action.ground === "deadline";
    const note = `released from version ${action.version} of ${entry.namespace}/${entry.name}: ${releaseNote(action.ground)}`;
    this.onResource(
      action.ref,
      action.uid,
      warn ? "Warning" : "Normal",
      warn ? "ReleasedAtDeadline" : "Released",
      "Release",
      note,
    );
  }

  /** An object that no routemap claims was let go. */
  orphanReleased(kind: KindSettings, object: KubeObject): void {
    const { namespace = "", name, uid } = object.metadata;
    this.sink.wrote(kind.shorthand, "release");
    this.sink.released("orphan");
    const regarding = { apiVersion: object.apiVersion, kind: object.kind, namespace, name, uid };
    this.events.record({
      regarding,
      type: "Normal",
      reason: "Released",
      action: "Release",
      note: "released: no routemap claims it and no route gives it traffic",
    });
  }

  pruned(entry: RoutemapEntry, action: PruneAction): void {
    this.sink.wrote(action.output.kind, "prune");
    this.sink.log("info", entry, "RoutePruned", { output: action.output.name, kind: action.output.kind });
    this.onRoutemap(
      entry,
      "Normal",
      "RoutePruned",
      "Route",
      `${action.output.kind}/${action.output.name} was deleted: the routemap no longer renders it`,
    );
  }

  handedOver(entry: RoutemapEntry, action: HandOverAction): void {
    this.sink.wrote(action.output.kind, "handOver");
    this.onRoutemap(
      entry,
      "Normal",
      "RouteHandedOver",
      "Route",
      `${action.output.kind}/${action.output.name} stays as it is, no longer ours`,
    );
  }

  /** How many routemaps are ready. */
  ready(counts: Readonly<Record<Condition["status"], number>>): void {
    this.sink.ready(counts);
  }

  /** What one routemap looks like in numbers; undefined: it is gone. `series` is asked only where that is shown. */
  measured(entry: RoutemapEntry, series: (() => RoutemapSeries) | undefined): void {
    this.sink.routemap?.(entry, series?.());
  }

  /** A condition appeared or changed its reason. */
  condition(entry: RoutemapEntry, condition: Condition): void {
    const bad = condition.type === "Ready" ? condition.status !== "True" : true;
    const reason = condition.type === "Ready" ? (bad ? "NotReady" : "Ready") : condition.type;
    this.sink.log(bad ? "warn" : "info", entry, reason, { reason: condition.reason, message: condition.message });
    this.onRoutemap(entry, bad ? "Warning" : "Normal", reason, "Reconcile", condition.message);
  }

  private onRoutemap(
    entry: RoutemapEntry,
    type: "Normal" | "Warning",
    reason: string,
    action: string,
    note: string,
  ): void {
    const regarding = {
      apiVersion: "v1",
      kind: "ConfigMap",
      namespace: entry.namespace,
      name: entry.name,
      uid: entry.uid,
    };
    this.events.record({ regarding, type, reason, action, note });
  }

  private onResource(
    ref: ResourceRef,
    uid: string,
    type: "Normal" | "Warning",
    reason: string,
    action: string,
    note: string,
  ): void {
    const seen = this.world.seeResource(ref);
    const kind = this.world.kinds.get(ref.kind);
    const object = seen.state === "seen" ? seen.object : undefined;
    if (kind === undefined) return;
    const regarding = {
      apiVersion: apiVersionOf(kind),
      kind: object?.kind ?? ref.kind,
      namespace: ref.namespace,
      name: ref.name,
      uid,
    };
    this.events.record({ regarding, type, reason, action, note });
  }
}

/** "v1=80, v2=20". Versions that left the spec come last and have no name there. */
function weightsByName(entry: RoutemapEntry, weights: readonly number[]): string {
  const listed = specInForce(entry)?.versions ?? [];
  return weights.map((weight, index) => `${listed[index]?.name ?? "(left the spec)"}=${weight}`).join(", ");
}

function contestNote(verdict: ConflictVerdict): string {
  switch (verdict.kind) {
    case "drift":
      return "it was changed back";
    case "claim":
      return "it stays so; take the field out of what is applied there, or annotate the routemap iter8.tools/adopt=true";
  }
}

function releaseNote(ground: ReleaseGround): string {
  switch (ground) {
    case "proof":
      return "every route gives it weight 0, and the time for gateways to follow and requests to end has passed";
    case "nothing-left":
      return "every version is being deleted or gone, so there is nowhere to bring its traffic";
    case "namespace-terminating":
      return "its namespace is being deleted";
    case "single-version":
      return "it is the only version, and the traffic of one that is alone is not moved";
    case "never-claimed":
      return "its kind is not held";
    case "deadline":
      return "its deadline has passed, without proof that it carries no traffic; requests may have been lost";
  }
}

function stripNote(end: StripEnd): string {
  switch (end.type) {
    case "inTime":
      return "it goes on in the background, so that its Pods may stay until their traffic is back";
    case "tooLate":
      return "they went before it could be turned into one in the background";
    case "refused":
      return `it could not be turned into one in the background: ${end.error.message}`;
  }
}
