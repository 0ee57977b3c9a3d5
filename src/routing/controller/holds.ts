import type { Api } from "../../kube/api.js";
import { isForbidden, isInvalid, isKindAbsent, isNotFound, isOutcomeUnknown } from "../../kube/apiError.js";
import type { ApiError } from "../../kube/apiError.js";
import type { KubeObject } from "../../kube/object.js";
import { addFinalizer, removeFinalizer } from "../../kube/finalizers.js";
import type { ClaimAction, ReleaseAction } from "../actions.js";
import { names } from "../names.js";
import type { Observed } from "../observed.js";
import { plan } from "../plan.js";
import type { Plan } from "../plan.js";
import type { ResourceRef } from "../routemap.js";
import { isCarried } from "../carriers.js";
import type { RoutemapEntry } from "./entry.js";
import type { Journal } from "./journal.js";
import type { LiveReader } from "./liveRead.js";
import type { UidLocks } from "./locks.js";
import type { Outcome } from "./outcome.js";
import { fence } from "./troubles.js";
import type { World } from "./world.js";

/** How soon to look again where another write holds the lock that is needed, milliseconds. */
const lockPatience = 25;

/** How soon to look again where a route of a routemap that does not list the object still leads to it, milliseconds. */
const carriedPatience = 1000;

/** Puts our finalizer on objects and takes it off: the ledger of what is held. */
export class Holds {
  constructor(
    private readonly api: Api,
    private readonly world: World,
    private readonly reader: LiveReader,
    private readonly locks: UidLocks,
    private readonly journal: Journal,
  ) {}

  /** The claim is in the ledger before the finalizer is written; both only while nobody releases the object. */
  async claim(entry: RoutemapEntry, action: ClaimAction, signal: AbortSignal): Promise<Outcome> {
    const unlock = this.locks.use([action.uid]);
    if (unlock === undefined) return { kind: "later", afterMs: lockPatience };
    try {
      entry.claim({ version: action.version, ref: action.ref, uid: action.uid });
      this.world.reindex(entry);
      return await this.writeFinalizer(entry, action, signal);
    } finally {
      unlock();
    }
  }

  private async writeFinalizer(entry: RoutemapEntry, action: ClaimAction, signal: AbortSignal): Promise<Outcome> {
    const kind = this.world.kinds.get(action.ref.kind);
    const seen = this.world.seeResource(action.ref);
    const object = seen.state === "seen" ? seen.object : undefined;
    if (kind === undefined || object?.metadata.uid !== action.uid) return { kind: "progress" };
    const gvr = this.world.watches.served(kind);
    const ref = { namespace: action.ref.namespace, name: action.ref.name };
    const operations = addFinalizer(object, names.finalizer);
    if (operations === undefined) return { kind: "progress" };
    const answer = await this.api.jsonPatch(gvr, ref, operations, signal);
    if (answer.ok) {
      this.reader.take(gvr, answer.value);
      this.setHoldable(entry, action.version, true);
      this.journal.claimed(entry, action);
      return { kind: "progress" };
    }
    return this.claimFailed(entry, action, object, answer.error, signal);
  }

  private async claimFailed(
    entry: RoutemapEntry,
    action: ClaimAction,
    before: KubeObject,
    error: ApiError,
    signal: AbortSignal,
  ): Promise<Outcome> {
    if (error.kind === "aborted") return { kind: "failed", message: error.message };
    if (isOutcomeUnknown(error)) fence(entry, this.world.clock.monotonic());
    const unread = await this.reader.resource(action.ref, signal);
    if (unread !== undefined) return { kind: "failed", message: unread.message };
    const seen = this.world.seeResource(action.ref);
    const now = seen.state === "seen" ? seen.object : undefined;
    if (now?.metadata.resourceVersion !== before.metadata.resourceVersion || isOutcomeUnknown(error))
      return { kind: "progress" };
    if (isForbidden(error) || isInvalid(error)) this.setHoldable(entry, action.version, false);
    this.journal.claimFailed(entry, action, error);
    return { kind: "failed", message: error.message };
  }

  private setHoldable(entry: RoutemapEntry, version: string, holdable: boolean): void {
    if (entry.memory.unholdable.has(version) !== holdable) return;
    const unholdable = new Set(entry.memory.unholdable);
    if (holdable) unholdable.delete(version);
    else unholdable.add(version);
    entry.memory = { ...entry.memory, unholdable };
  }

  /** Takes our finalizer off an object if every claimant still votes for it after live reads. */
  async release(entry: RoutemapEntry, action: ReleaseAction, signal: AbortSignal): Promise<Outcome> {
    const unlock = this.locks.release(action.uid);
    if (unlock === undefined) return { kind: "later", afterMs: lockPatience };
    try {
      const claimants = this.claimants(entry, action);
      const blind = await this.readLive(claimants, action, signal);
      if (blind !== undefined) return { kind: "failed", message: blind.message };
      const object = this.current(action.ref);
      if (object?.metadata.uid !== action.uid || !(object.metadata.finalizers ?? []).includes(names.finalizer)) {
        this.forget(action.uid);
        return { kind: "progress" };
      }
      const refusal = claimants.map((claimant) => this.voteOf(claimant, action)).find((vote) => vote !== undefined);
      if (refusal !== undefined) return { kind: "later", afterMs: refusal };
      const kind = this.world.kinds.get(action.ref.kind);
      const carried = action.ground === "proof" && kind !== undefined && isCarried(this.world.lookup, kind, object);
      if (carried) return { kind: "later", afterMs: carriedPatience };
      return await this.dropFinalizer(entry, action, object, signal);
    } finally {
      unlock();
    }
  }

  private claimants(entry: RoutemapEntry, action: ReleaseAction): readonly RoutemapEntry[] {
    const key = this.world.keyOf(action.ref);
    const found = new Set([entry]);
    for (const uid of key === undefined ? [] : this.world.index.owners(key)) {
      const other = this.world.entries.get(uid);
      if (other !== undefined) found.add(other);
    }
    for (const other of this.world.entries.values())
      if (other.claims.some((claim) => claim.uid === action.uid)) found.add(other);
    return [...found];
  }

  private async readLive(
    claimants: readonly RoutemapEntry[],
    action: ReleaseAction,
    signal: AbortSignal,
  ): Promise<ApiError | undefined> {
    const refs = new Map<string, ResourceRef>([[this.world.keyOf(action.ref) ?? "", action.ref]]);
    if (action.ground === "nothing-left")
      for (const claimant of claimants)
        for (const ref of this.refsOf(claimant)) refs.set(this.world.keyOf(ref) ?? "", ref);
    const reads = [...refs.values()].map((ref) => this.reader.resource(ref, signal));
    for (const claimant of claimants)
      for (const id of claimant.known) reads.push(this.reader.output(claimant, id, signal));
    return (await Promise.all(reads)).find((error) => error !== undefined);
  }

  private refsOf(entry: RoutemapEntry): readonly ResourceRef[] {
    const spec = this.world.specInForce(entry);
    return [
      ...(spec?.versions.flatMap((version) => version.resources) ?? []),
      ...entry.claims.map((claim) => claim.ref),
    ];
  }

  /** Milliseconds to wait where a claimant votes no; undefined for a yes. */
  private voteOf(entry: RoutemapEntry, action: ReleaseAction): number | undefined {
    const observed: Observed = this.world.observe(entry);
    const now = this.world.now();
    const result: Plan = plan(observed, now);
    if (result.survey === undefined) return action.ground === "deadline" ? undefined : 1000;
    const holding = result.holdings.find((candidate) => candidate.uid === action.uid);
    if (holding === undefined || holding.vote.release) return undefined;
    if (action.ground === "deadline") return undefined;
    return Math.max(lockPatience, (holding.vote.until ?? now.monotonic + 1000) - now.monotonic);
  }

  private current(ref: ResourceRef): KubeObject | undefined {
    const seen = this.world.seeResource(ref);
    return seen.state === "seen" ? seen.object : undefined;
  }

  private async dropFinalizer(
    entry: RoutemapEntry,
    action: ReleaseAction,
    object: KubeObject,
    signal: AbortSignal,
  ): Promise<Outcome> {
    const kind = this.world.kinds.get(action.ref.kind);
    if (kind === undefined) return { kind: "failed", message: `kind ${action.ref.kind} is not configured` };
    const gvr = this.world.watches.served(kind);
    const ref = { namespace: action.ref.namespace, name: action.ref.name };
    const operations = removeFinalizer(object, names.finalizer) ?? [];
    const answer = await this.api.jsonPatch(gvr, ref, operations, signal);
    if (answer.ok) {
      this.afterRelease(gvr, answer.value);
      this.forget(action.uid);
      this.journal.released(entry, action);
      return { kind: "progress" };
    }
    if (isNotFound(answer.error) || isKindAbsent(answer.error)) {
      await this.reader.resource(action.ref, signal);
      this.forget(action.uid);
      return { kind: "progress" };
    }
    if (isOutcomeUnknown(answer.error)) this.doubt(action.uid);
    else if (answer.error.kind === "status") await this.reader.resource(action.ref, signal);
    return { kind: "failed", message: answer.error.message };
  }

  private afterRelease(gvr: { group: string; version: string; resource: string }, object: KubeObject): void {
    if (object.metadata.deletionTimestamp !== undefined && (object.metadata.finalizers ?? []).length === 0) {
      this.reader.gone(gvr, object);
      return;
    }
    this.reader.take(gvr, object);
  }

  private doubt(uid: string): void {
    const now = this.world.clock.monotonic();
    for (const entry of this.world.entries.values()) {
      if (!entry.claims.some((claim) => claim.uid === uid)) continue;
      fence(entry, now);
      entry.memory = { ...entry.memory, uncertain: new Set([...entry.memory.uncertain, uid]) };
    }
  }

  private forget(uid: string): void {
    for (const entry of this.world.entries.values()) {
      if (!entry.claims.some((claim) => claim.uid === uid)) continue;
      entry.unclaim(uid);
      this.world.reindex(entry);
    }
  }
}
