import type { Api } from "../../kube/api.js";
import { isKindAbsent, isNotFound } from "../../kube/apiError.js";
import { arrayAt } from "../../base/json.js";
import type { KindSettings } from "../../config/kind.js";
import type { KubeObject } from "../../kube/object.js";
import { removeFinalizer } from "../../kube/finalizers.js";
import { groupResourceOf } from "../../kube/resource.js";
import { names } from "../names.js";
import { resourceKey } from "../observed.js";
import { hasUnconfirmed, isCarried, routesNaming } from "../carriers.js";
import type { Journal } from "./journal.js";
import type { LiveReader } from "./liveRead.js";
import type { Reconciled } from "./reconciler.js";
import type { World } from "./world.js";

/** How often held objects are listed without the label selector, milliseconds. */
export const sweepInterval = 1_800_000;

/** Pause between two looks for a gateway's confirmation, milliseconds. */
const confirmPause = 250;

/**
 * Releases held objects that no routemap claims: left by a routemap that is gone, by an earlier Pointsman, or by
 * Iter8. Only what no stored output gives traffic, and what no routemap that fails to decode could name; the deadline
 * decides where that cannot be told (docs/rules.md, "Never stuck").
 */
export class Orphans {
  /** Monotonic time since which each orphan is known to get no traffic. */
  private readonly quietSince = new Map<string, number>();
  /** Monotonic time since which the gateways are taken to know that. */
  private readonly settlingSince = new Map<string, number>();

  constructor(
    private readonly api: Api,
    private readonly world: World,
    private readonly reader: LiveReader,
    private readonly journal: Journal,
    /** Asks for a look at a routemap that claims an object found astray. */
    private readonly wake: (uid: string) => void,
  ) {}

  /** Looks at one held object by its resource key. */
  async reconcile(key: string, signal: AbortSignal): Promise<Reconciled> {
    if (!this.world.watches.started()) return { kind: "again", afterMs: 50 };
    const found = this.find(key);
    if (found === undefined) return this.settled(key);
    const ref = { kind: found.kind.shorthand, namespace: found.namespace, name: found.name };
    const blind = await this.reader.resource(ref, signal);
    if (blind !== undefined) return { kind: "failed", message: blind.message };
    const seen = this.world.seeResource(ref);
    const object = seen.state === "seen" ? seen.object : undefined;
    if (object?.metadata.finalizers?.includes(names.finalizer) !== true) return this.settled(key);
    if (found.kind.hold && this.claimed(key, object)) return this.settled(key);
    const wait = found.kind.hold ? this.patience(key, found.kind, object) : 0;
    if (wait > 0) return { kind: "again", afterMs: wait };
    if (found.kind.hold && !(await this.provenLive(found.kind, object, signal)))
      return { kind: "again", afterMs: 1000 };
    return this.release(key, found.kind, object, signal);
  }

  /** The cache's word is not enough: every route that names the object is read live. */
  private async provenLive(kind: KindSettings, object: KubeObject, signal: AbortSignal): Promise<boolean> {
    if (this.deadlineLeft(object, this.world.now().server) <= 0) return true;
    if (this.world.isTerminating(object.metadata.namespace ?? "")) return true;
    const reads = routesNaming(this.world.lookup, kind, object).map(({ id, route }) =>
      this.reader.output({ namespace: route.metadata.namespace ?? "" }, id, signal),
    );
    if ((await Promise.all(reads)).some((error) => error !== undefined)) return false;
    return !this.needed(kind, object);
  }

  private settled(key: string): Reconciled {
    this.quietSince.delete(key);
    this.settlingSince.delete(key);
    return { kind: "done" };
  }

  private find(key: string): { kind: KindSettings; namespace: string; name: string } | undefined {
    const [groupResource = "", namespace = "", name = ""] = key.split("/");
    const kind = [...this.world.kinds.values()].find((candidate) => groupResourceOf(candidate) === groupResource);
    return kind === undefined ? undefined : { kind, namespace, name };
  }

  /** True where some routemap lists or claims it; that one is asked to decide. */
  private claimed(key: string, object: KubeObject): boolean {
    const owners = new Set(this.world.index.owners(key));
    for (const entry of this.world.entries.values())
      if (entry.claims.some((claim) => claim.uid === object.metadata.uid)) owners.add(entry.uid);
    for (const uid of owners) this.wake(uid);
    return owners.size > 0;
  }

  /** Milliseconds to wait: while traffic or an undecodable routemap may need it, else for settle and drain. */
  private patience(key: string, kind: KindSettings, object: KubeObject): number {
    const now = this.world.now();
    const left = this.deadlineLeft(object, now.server);
    if (left <= 0 || this.world.isTerminating(object.metadata.namespace ?? "")) return 0;
    if (this.needed(kind, object)) {
      this.settled(key);
      return Math.min(left, 5000);
    }
    return Math.min(left, this.holdLeft(key, object.metadata.namespace ?? "", now.monotonic));
  }

  /** Milliseconds until no older write can land, gateways have confirmed and followed, and requests have ended. */
  private holdLeft(key: string, namespace: string, now: number): number {
    const { release, settle } = this.world.config;
    const quiet = this.quietSince.get(key) ?? now;
    this.quietSince.set(key, quiet);
    const everywhere = this.world.config.limits.crossNamespace;
    const nearby = [...this.world.entries.values()].filter((entry) => everywhere || entry.namespace === namespace);
    const fenced = Math.max(0, ...nearby.map((entry) => entry.memory.fencedUntil)) - now;
    const patience = quiet + release.confirmTimeout - now;
    if (patience > 0 && hasUnconfirmed(this.world.lookup, namespace)) {
      this.settlingSince.delete(key);
      return Math.max(fenced, Math.min(patience, confirmPause));
    }
    const since = this.settlingSince.get(key) ?? now;
    this.settlingSince.set(key, since);
    const hold = Math.max(release.settle, settle.unknownClass, settle.virtualService) + release.drain;
    return Math.max(fenced, since + hold - now);
  }

  private deadlineLeft(object: KubeObject, now: number): number {
    const deletion = object.metadata.deletionTimestamp;
    return deletion === undefined ? Infinity : Date.parse(deletion) + this.world.config.release.deadline - now;
  }

  private needed(kind: KindSettings, object: KubeObject): boolean {
    const namespace = object.metadata.namespace ?? "";
    const undecodable = [...this.world.entries.values()].some(
      (entry) =>
        entry.spec.state === "invalid" &&
        entry.spec.lastGood === undefined &&
        entry.life === "present" &&
        (entry.namespace === namespace || this.world.config.limits.crossNamespace),
    );
    return undecodable || isCarried(this.world.lookup, kind, object);
  }

  private async release(key: string, kind: KindSettings, object: KubeObject, signal: AbortSignal): Promise<Reconciled> {
    const gvr = this.world.watches.served(kind);
    const ref = { namespace: object.metadata.namespace ?? "", name: object.metadata.name };
    const operations = removeFinalizer(object, names.finalizer) ?? [];
    const answer = await this.api.jsonPatch(gvr, ref, operations, signal);
    if (!answer.ok && !isNotFound(answer.error) && !isKindAbsent(answer.error))
      return { kind: "failed", message: answer.error.message };
    if (answer.ok) this.journal.orphanReleased(kind, object);
    await this.reader.resource({ kind: kind.shorthand, ...ref }, signal);
    return this.settled(key);
  }

  /** Lists every kind that can be held as metadata, without the label: what lost its label is in no store of ours. */
  async sweep(namespace: string | undefined, signal: AbortSignal): Promise<readonly string[]> {
    const found: string[] = [];
    const held = [...this.world.kinds.values()].filter((kind) => kind.hold);
    const kinds = new Map(held.map((kind) => [groupResourceOf(kind), kind]));
    for (const kind of kinds.values()) {
      const resource = this.world.watches.served(kind);
      let next: string | undefined;
      do {
        const page = await this.api.list(
          { resource, metadataOnly: true, ...(namespace === undefined ? {} : { namespace }) },
          { limit: 500, ...(next === undefined ? {} : { continue: next }) },
          signal,
        );
        if (!page.ok) break;
        for (const item of page.value.items)
          if (arrayAt(item, "metadata", "finalizers").includes(names.finalizer))
            found.push(resourceKey(groupResourceOf(kind), item.metadata.namespace ?? "", item.metadata.name));
        next = page.value.continue;
      } while (next !== undefined && !signal.aborted);
    }
    return found;
  }
}
