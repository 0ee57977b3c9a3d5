import type { QueueClass } from "../../runtime/queueClass.js";
import type { Delta } from "../../kube/delta.js";
import type { KubeObject } from "../../kube/object.js";
import { endpointsOf } from "../endpoints.js";
import { judgeResource, judgeVersion } from "../gates/chain.js";
import { Constancy } from "../gates/constancy.js";
import { names } from "../names.js";
import { resourceKey } from "../observed.js";
import { routemapFingerprint } from "./entry.js";
import type { Change, StateChange } from "./watches.js";
import type { World } from "./world.js";
import { namespaceKey, templateKey } from "./world.js";

/** A key to reconcile and how urgent it is. Keys are routemap uids, or `orphan:` and a resource key. */
export interface Wakeup {
  readonly key: string;
  readonly class: QueueClass;
}

/** Marks keys of held objects that no routemap is known to claim. */
export const orphanPrefix = "orphan:";

/** Turns facts into the names of what has to be looked at; nothing is decided here. */
export class Triggers {
  private constancy: Constancy;

  constructor(
    private readonly world: World,
    private readonly routemapChanged: (object: KubeObject, life: "present" | "unknown") => void,
  ) {
    this.constancy = new Constancy(world.kinds);
  }

  wakeups(change: Change): readonly Wakeup[] {
    const { delta } = change;
    if (delta.type === "restarted") return [];
    switch (change.role) {
      case "routemap":
        return this.routemap(delta);
      case "watched":
        return this.resource(change.groupResource, delta);
      case "output":
        return this.output(change.groupResource, delta);
      case "slices":
        return this.slice(delta);
      case "template":
        return this.template(delta.object);
      case "namespace":
        return this.namespace(delta.object);
      case "gateway":
        return [];
    }
  }

  /** A watch that became trustworthy or blind concerns everybody; before all have listed, nobody works. */
  stateChanged(change: StateChange): readonly Wakeup[] {
    if (change.state.state === "syncing" || !this.world.watches.started()) return [];
    return [...this.world.entries.keys()].map((key) => ({ key, class: "resync" }));
  }

  private routemap(delta: Exclude<Delta<KubeObject>, { type: "restarted" }>): readonly Wakeup[] {
    const object = delta.object;
    this.routemapChanged(object, delta.type === "deleted" ? "unknown" : "present");
    if (delta.type === "updated" && routemapFingerprint(delta.previous) === routemapFingerprint(object))
      return this.isPublished(object) ? [] : [{ key: object.metadata.uid, class: "resync" }];
    return [{ key: object.metadata.uid, class: delta.type === "deleted" ? "deletion" : "spec" }];
  }

  /** False where somebody else changed the status that we published: it is written anew. */
  private isPublished({ metadata }: KubeObject): boolean {
    const published = this.world.entries.get(metadata.uid)?.published ?? {};
    return Object.entries(published).every(([key, value]) => metadata.annotations?.[key] === value);
  }

  private resource(groupResource: string, delta: Exclude<Delta<KubeObject>, { type: "restarted" }>): readonly Wakeup[] {
    const { namespace = "", name, uid, finalizers } = delta.object.metadata;
    if (delta.type === "deleted") this.world.inForeground.forget(uid);
    else this.world.inForeground.see(delta.object);
    const key = resourceKey(groupResource, namespace, name);
    const held = finalizers?.includes(names.finalizer) ?? false;
    const concerned = [...this.world.index.owners(key)];
    if (concerned.length > 0 && delta.type === "updated" && this.isSame(groupResource, delta.previous, delta.object))
      return concerned
        .filter((owner) => this.asksMore(owner))
        .map((owner) => ({ key: owner, class: "readinessGained" }));
    const urgency = this.urgency(groupResource, delta);
    const owners = concerned.map((owner): Wakeup => ({ key: owner, class: urgency }));
    if (owners.length > 0 && !(delta.type === "deleted" && held)) return owners;
    return held ? [...owners, { key: orphanPrefix + key, class: urgency }] : owners;
  }

  private isSame(groupResource: string, previous: KubeObject, next: KubeObject): boolean {
    if (this.constancy.kinds !== this.world.kinds) this.constancy = new Constancy(this.world.kinds);
    const { namespace = "", name } = next.metadata;
    const endpoints = endpointsOf(groupResource, { namespace, name }, this.world.lookup);
    return this.constancy.isSame(groupResource, previous, next, endpoints);
  }

  /** Whether a routemap has expressions of its own for its resources. */
  private asksMore(uid: string): boolean {
    const entry = this.world.entries.get(uid);
    if (entry === undefined) return true;
    const listed = this.world.specInForce(entry)?.versions.flatMap(({ resources }) => resources) ?? [];
    return [...listed, ...entry.claims.map(({ ref }) => ref)].some(({ ready }) => ready !== undefined);
  }

  private urgency(groupResource: string, delta: Exclude<Delta<KubeObject>, { type: "restarted" }>): QueueClass {
    if (delta.type === "deleted" || delta.object.metadata.deletionTimestamp !== undefined) return "deletion";
    if (delta.type === "added") return "readinessGained";
    return !this.ready(groupResource, delta.object) && this.ready(groupResource, delta.previous)
      ? "readinessLost"
      : "readinessGained";
  }

  private ready(groupResource: string, object: KubeObject): boolean {
    const kind = [...this.world.kinds.values()].find((candidate) => this.world.isOf(candidate, groupResource));
    if (kind === undefined) return false;
    const ref = { kind: kind.shorthand, namespace: object.metadata.namespace ?? "", name: object.metadata.name };
    const endpoints = { state: "notApplicable" } as const;
    return (
      judgeVersion(judgeResource({ ref, kind, seen: { state: "seen", object }, carrying: true, endpoints })).answer !==
      "notReady"
    );
  }

  private output(groupResource: string, delta: Exclude<Delta<KubeObject>, { type: "restarted" }>): readonly Wakeup[] {
    const { namespace = "", name, labels } = delta.object.metadata;
    this.world.track(groupResource, namespace, name, delta.type === "deleted" ? undefined : delta.object);
    const concerned = new Set(this.world.index.owners(resourceKey(groupResource, namespace, name)));
    const owner = labels?.[names.owner];
    if (owner !== undefined && this.world.entries.has(owner)) concerned.add(owner);
    return [...concerned]
      .filter((key) => !this.world.expects(key))
      .map((key) => ({ key, class: delta.type === "deleted" ? "readinessLost" : "spec" }));
  }

  /** A namespace that is being deleted concerns whoever lives in it or lists something of it. */
  private namespace({ metadata }: KubeObject): readonly Wakeup[] {
    if (metadata.deletionTimestamp === undefined) return [];
    return [...this.world.index.owners(namespaceKey(metadata.name))].map((key) => ({ key, class: "deletion" }));
  }

  private template({ metadata }: KubeObject): readonly Wakeup[] {
    const users = this.world.index.owners(templateKey(metadata.namespace ?? "", metadata.name));
    return [...users].map((key) => ({ key, class: "spec" }));
  }

  private slice(delta: Exclude<Delta<KubeObject>, { type: "restarted" }>): readonly Wakeup[] {
    const service = delta.object.metadata.labels?.["kubernetes.io/service-name"];
    if (service === undefined) return [];
    const namespace = delta.object.metadata.namespace ?? "";
    const key = resourceKey("services", namespace, service);
    return [...this.world.index.owners(key)].map((uid) => ({ key: uid, class: "readinessLost" }));
  }
}
