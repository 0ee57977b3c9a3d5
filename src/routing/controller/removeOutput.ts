import type { JsonObject } from "../../base/json.js";
import type { Api, PatchOperation } from "../../kube/api.js";
import type { ApiError } from "../../kube/apiError.js";
import { isConflict, isNotFound } from "../../kube/apiError.js";
import type { KubeObject } from "../../kube/object.js";
import type { HandOverAction, PruneAction } from "../actions.js";
import { names } from "../names.js";
import type { OutputId } from "../observed.js";
import type { RoutemapEntry } from "./entry.js";
import type { Journal } from "./journal.js";
import type { LiveReader } from "./liveRead.js";
import type { Outcome } from "./outcome.js";
import type { World } from "./world.js";

/** Deletes outputs that are not rendered any more, and gives up those of a routemap that lost its label. */
export class OutputRemover {
  constructor(
    private readonly api: Api,
    private readonly world: World,
    private readonly reader: LiveReader,
    private readonly journal: Journal,
  ) {}

  async prune(entry: RoutemapEntry, action: PruneAction, signal: AbortSignal): Promise<Outcome> {
    const gvr = this.served(action.output);
    if (gvr === undefined) return { kind: "progress" };
    const ref = { namespace: entry.namespace, name: action.output.name };
    const preconditions = {
      uid: action.uid,
      resourceVersion: action.resourceVersion,
      propagationPolicy: "Background",
    } as const;
    const answer = await this.api.delete(gvr, ref, preconditions, signal);
    if (answer.ok) this.journal.pruned(entry, action);
    return this.after(entry, action.output, answer.ok ? undefined : answer.error, signal);
  }

  async handOver(entry: RoutemapEntry, action: HandOverAction, signal: AbortSignal): Promise<Outcome> {
    const gvr = this.served(action.output);
    const seen = this.world.seeOutput(action.output.groupResource, entry.namespace, action.output.name);
    const object = seen.state === "seen" ? seen.object : undefined;
    if (gvr === undefined || object?.metadata.uid !== action.uid) return { kind: "progress" };
    const ref = { namespace: entry.namespace, name: action.output.name };
    const answer = await this.api.jsonPatch(gvr, ref, giveUp(object, entry.uid), signal);
    if (answer.ok) {
      this.reader.takeOutput(action.output.groupResource, answer.value);
      this.journal.handedOver(entry, action);
      return { kind: "progress" };
    }
    return this.after(entry, action.output, answer.error, signal);
  }

  private served(id: OutputId): ReturnType<World["watches"]["served"]> | undefined {
    const kind = this.world.kinds.get(id.kind);
    return kind === undefined ? undefined : this.world.watches.served(kind);
  }

  private async after(
    entry: RoutemapEntry,
    id: OutputId,
    error: ApiError | undefined,
    signal: AbortSignal,
  ): Promise<Outcome> {
    const blind = await this.reader.output(entry, id, signal);
    if (blind !== undefined) return { kind: "failed", message: blind.message };
    if (error === undefined || isConflict(error) || isNotFound(error)) return { kind: "progress" };
    return { kind: "failed", message: error.message };
  }
}

/**
 * JSON Patch by which an output becomes nobody's: our label, our note and the owner reference to the routemap `uid` go, the
 * rest stays. It tests uid and resourceVersion, so it fails (422) where somebody wrote in between.
 */
export function giveUp(object: KubeObject, uid: string): readonly PatchOperation[] {
  const owners = (object.metadata.ownerReferences ?? []).filter((owner) => owner.uid !== uid);
  const { [names.owner]: _owner, ...labels } = object.metadata.labels ?? {};
  const { [names.applied]: _applied, ...annotations } = object.metadata.annotations ?? {};
  const replace = (path: string, value: JsonObject | readonly JsonObject[]): PatchOperation => ({
    op: "add",
    path,
    value,
  });
  return [
    { op: "test", path: "/metadata/uid", value: object.metadata.uid },
    { op: "test", path: "/metadata/resourceVersion", value: object.metadata.resourceVersion },
    replace("/metadata/ownerReferences", owners),
    replace("/metadata/labels", labels),
    replace("/metadata/annotations", annotations),
  ];
}
