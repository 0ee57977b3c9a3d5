import type { Api } from "../../kube/api.js";
import type { ApiError } from "../../kube/apiError.js";
import { isKindAbsent, isNotFound } from "../../kube/apiError.js";
import type { KubeObject } from "../../kube/object.js";
import type { GroupVersionResource } from "../../kube/resource.js";
import { groupResourceOf } from "../../kube/resource.js";
import { names } from "../names.js";
import type { OutputId, Seen } from "../observed.js";
import { resourceKey } from "../observed.js";
import type { ResourceRef } from "../routemap.js";
import type { World } from "./world.js";

/** Reads objects from the API server and takes the answers into the caches, newer than any watch event. */
export class LiveReader {
  constructor(
    private readonly api: Api,
    private readonly world: World,
  ) {}

  /** Reads a listed or held object; the failure, if it could not be told whether it is there. */
  async resource(ref: ResourceRef, signal: AbortSignal): Promise<ApiError | undefined> {
    const kind = this.world.kinds.get(ref.kind);
    if (kind === undefined) return undefined;
    const gvr = this.world.watches.served(kind);
    const before = this.world.seeResource(ref);
    const answer = await this.api.get(gvr, { namespace: ref.namespace, name: ref.name }, signal);
    if (answer.ok) {
      this.take(gvr, answer.value);
      return undefined;
    }
    if (!isNotFound(answer.error) && !isKindAbsent(answer.error)) return answer.error;
    if (before.state === "seen" && before.object !== undefined) this.gone(gvr, before.object);
    return undefined;
  }

  /** Takes a live object, or the answer to our own write, into the cache it belongs to. */
  take(gvr: GroupVersionResource, object: KubeObject): void {
    const groupResource = groupResourceOf(gvr);
    const namespace = object.metadata.namespace ?? "";
    const key = resourceKey(groupResource, namespace, object.metadata.name);
    this.world.watches.put("watched", groupResource, object);
    const labelled = object.metadata.labels?.[names.watchLabel] === "true";
    const held = object.metadata.finalizers?.includes(names.finalizer) === true;
    if (!labelled && held) this.world.strays.set(key, object);
    else this.world.strays.delete(key);
  }

  /**
   * Takes the news that an object is gone for good: this one, by its uid. The watch may have told of a successor of the
   * same name before the news came.
   */
  gone(gvr: GroupVersionResource, object: KubeObject): void {
    const groupResource = groupResourceOf(gvr);
    const { namespace = "", name, uid } = object.metadata;
    const key = resourceKey(groupResource, namespace, name);
    this.world.inForeground.forget(uid);
    if (this.world.strays.get(key)?.metadata.uid === uid) this.world.strays.delete(key);
    this.world.watches.forget("watched", groupResource, object);
  }

  /** Reads an output in its routemap's namespace; `restart` dates every zero anew at the live generation. */
  async output(
    home: { readonly namespace: string },
    id: OutputId,
    signal: AbortSignal,
    restart = false,
  ): Promise<ApiError | undefined> {
    const kind = this.world.kinds.get(id.kind);
    if (kind === undefined) return undefined;
    const gvr = this.world.watches.served(kind);
    const see = (): Seen => this.world.seeOutput(id.groupResource, home.namespace, id.name);
    const before = see();
    const answer = await this.api.get(gvr, { namespace: home.namespace, name: id.name }, signal);
    if (answer.ok) {
      this.takeOutput(id.groupResource, answer.value, restart);
      return undefined;
    }
    if (!isNotFound(answer.error) && !isKindAbsent(answer.error)) return answer.error;
    if (before.state === "seen" && before.object !== undefined)
      this.world.watches.forget("output", id.groupResource, before.object);
    const after = see();
    if (after.state !== "seen" || after.object === undefined)
      this.world.track(id.groupResource, home.namespace, id.name, undefined);
    return undefined;
  }

  /** Takes a stored output into cache and tracks. */
  takeOutput(groupResource: string, object: KubeObject, restart = false): void {
    this.world.watches.put("output", groupResource, object);
    this.world.track(groupResource, object.metadata.namespace ?? "", object.metadata.name, object, restart);
  }
}
