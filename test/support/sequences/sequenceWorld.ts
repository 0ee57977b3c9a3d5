import type { KubeObject } from "../../../src/kube/object.js";
import type { Action, ReleaseAction, WriteAction } from "../../../src/routing/actions.js";
import { makeshiftSpec } from "../../../src/routing/makeshift.js";
import { blankMemory } from "../../../src/routing/memory.js";
import { names } from "../../../src/routing/names.js";
import type { Observed, SpecState } from "../../../src/routing/observed.js";
import { outputKey } from "../../../src/routing/observed.js";
import type { Plan } from "../../../src/routing/plan.js";
import { rememberSurvey } from "../../../src/routing/remember.js";
import { PlanWorld } from "../planWorld.js";
import type { AppSpec } from "./appSpec.js";
import { isDecodable, specText } from "./appSpec.js";
import { carriedBy } from "./carried.js";
import { RouteHistory } from "./routeHistory.js";
import { safety } from "./safety.js";

/** What becomes of the next route write: its reply is lost, and it landed, never lands, or lands two seconds later. */
export type WriteFault = "landed" | "dropped" | "late";

/** Fake milliseconds from a route's storing to the gateway's word about it. */
export const gatewayLags = { prompt: 100, late: 8000, never: Infinity } as const;

const fenceTime = 5000;
const settling = 40_000;

/**
 * A made-up cluster around the pure plan that also does what the controller's shell does with faults: fences, claims
 * rebuilt, conflicts counted, orphans swept. Time jumps to the next moment at which the plan asked to be woken, a gateway
 * confirms or a late write lands, so a plan that forgets to ask is never looked at again. Every stored write and every
 * state it comes to is checked; what is wrong is in `broken`.
 */
export class SequenceWorld extends PlanWorld {
  readonly broken: string[] = [];
  readonly history = new RouteHistory();
  readonly absentOutputs = new Set<string>();
  /** Routes of which another manager applied the spec. */
  readonly claimed = new Set<string>();
  /** Routes that another manager updated since our last write. */
  readonly drifted = new Set<string>();
  gateway: keyof typeof gatewayLags = "prompt";
  nextWrite: WriteFault | undefined;
  /** The spec that the controller works by; undefined where it only knows what stored routes tell. */
  inForce: AppSpec | undefined;
  private surveyed = true;
  private forgotten = false;
  private landing: { readonly action: WriteAction; readonly at: number } | undefined;
  private readonly quiet = new Map<string, number>();

  constructor(public app: AppSpec) {
    super(specText(app));
    this.inForce = app;
  }

  /** The user edits the routemap. */
  edit(app: AppSpec): void {
    this.app = app;
    this.setSpec(specText(app));
    if (!isDecodable(app)) return;
    this.inForce = app;
    this.forgotten = false;
  }

  /** The controller ends and another begins: all memory is lost, and its predecessor's last write may still land. */
  restart(): void {
    this.memory = { ...blankMemory, fencedUntil: this.time + fenceTime };
    this.tracks.clear();
    this.known.clear();
    this.quiet.clear();
    this.surveyed = false;
    this.forgotten = !isDecodable(this.app);
    if (this.forgotten) this.inForce = undefined;
    this.claims = [];
    const { spec, kinds } = this.observe();
    const routes = [...this.outputs.values()];
    const carries = (name: string): boolean => routes.some((route) => carriedBy(route).has(name));
    for (const version of makeshiftSpec(routes, kinds)?.versions ?? [])
      for (const ref of version.resources) if (carries(ref.name)) this.claimIfHeld(version.name, ref);
    const versions = (spec.state === "valid" ? spec.routemap : spec.makeshift)?.versions ?? [];
    for (const version of versions) for (const ref of version.resources) this.claimIfHeld(version.name, ref);
  }

  private claimIfHeld(version: string, ref: ReleaseAction["ref"]): void {
    const object = this.objects.get(`${ref.kind}/${ref.name}`);
    if (object === undefined || !isHeld(object)) return;
    const { uid } = object.metadata;
    this.claims = [...this.claims.filter((claim) => claim.uid !== uid), { version, ref, uid }];
  }

  override observe(): Observed {
    const observed = super.observe();
    const absent = (key: string): boolean => this.absentOutputs.has(key.split("/")[0] ?? "");
    return {
      ...observed,
      spec: this.forgotten ? this.makeshift(observed) : observed.spec,
      output: (id) => (absent(outputKey(id)) ? { state: "kindAbsent" } : observed.output(id)),
    };
  }

  private makeshift({ spec, kinds }: Observed): SpecState {
    if (spec.state === "valid") return spec;
    const makeshift = makeshiftSpec([...this.outputs.values()], kinds);
    return { state: "invalid", problems: spec.problems, ...(makeshift === undefined ? {} : { makeshift }) };
  }

  override look(): Plan {
    const wasSurveyed = this.surveyed;
    const before = this.memory;
    const result = super.look();
    if (result.survey === undefined) return result;
    if (!wasSurveyed) this.memory = rememberSurvey(before, result.survey, true);
    this.surveyed = true;
    for (const id of result.survey.own) this.known.set(outputKey(id), id);
    for (const { name, listed, resources } of result.survey.facts) {
      for (const { ref, kind } of resources) if (listed && kind.hold) this.claimIfHeld(name, ref);
      if (!listed && resources.every(({ seen, held }) => seen.state !== "unseen" && !held))
        for (const { ref } of resources)
          this.claims = this.claims.filter((claim) => claim.ref.name !== ref.name || claim.ref.kind !== ref.kind);
    }
    return result;
  }

  override carryOut(action: Action): void {
    const fault = action.type === "write" ? this.nextWrite : undefined;
    if (action.type === "write" && fault !== undefined) this.loseReply(action, fault);
    else if (action.type === "write" && this.isRefused(action)) this.respect(action);
    else if (action.type === "release") this.release(action);
    else this.store(action);
  }

  private loseReply(action: WriteAction, fault: WriteFault): void {
    this.nextWrite = undefined;
    if (fault === "landed") this.store(action);
    if (fault === "late") this.landing = { action, at: this.time + 2000 };
    const key = outputKey(action.output);
    const tries = (this.memory.troubles.get(key)?.tries ?? 0) + 1;
    const trouble = { condition: "WriteFailed", reason: "WriteFailed", message: "timed out", tries } as const;
    const troubles = new Map(this.memory.troubles).set(key, { ...trouble, retryAt: this.time + 50 });
    this.memory = { ...this.memory, troubles, fencedUntil: this.time + fenceTime };
  }

  private isRefused(action: WriteAction): boolean {
    return !action.force && this.claimed.has(outputKey(action.output));
  }

  /** Another manager's Apply is respected, and tried again after half a minute. */
  private respect(action: WriteAction): void {
    const key = outputKey(action.output);
    const known = this.memory.troubles.get(key)?.condition === "FieldConflict";
    const trouble = {
      condition: "FieldConflict",
      reason: "FieldConflict",
      message: "helm set spec",
      tries: 1,
    } as const;
    const troubles = new Map(this.memory.troubles).set(key, { ...trouble, retryAt: this.time + 30_000 });
    const fights = known ? this.memory.fights : [...this.memory.fights, this.time];
    this.memory = { ...this.memory, troubles, fights };
  }

  private store(action: Action): void {
    this.broken.push(...safety(this, action));
    if (action.type === "write") {
      const key = outputKey(action.output);
      if (this.drifted.delete(key) && !action.force)
        this.memory = { ...this.memory, fights: [...this.memory.fights, this.time] };
      this.claimed.delete(key);
      const troubles = new Map(this.memory.troubles);
      troubles.delete(key);
      this.memory = { ...this.memory, troubles };
    }
    super.carryOut(action);
    this.history.take(this.outputs, this.time);
  }

  /** Takes our finalizer off and leaves those of others; the garbage collector then takes its own. */
  private release(action: ReleaseAction): void {
    this.broken.push(...safety(this, action));
    this.log.push(`release ${action.ref.kind}/${action.ref.name} (${action.ground})`);
    this.unhold(action.ref.kind, action.ref.name);
    this.claims = this.claims.filter((claim) => claim.uid !== action.uid);
  }

  private unhold(kind: string, name: string): void {
    const object = this.objects.get(`${kind}/${name}`);
    if (object === undefined) return;
    const left = (object.metadata.finalizers ?? []).filter((finalizer) => finalizer !== names.finalizer);
    this.put(kind, name, { metadata: { finalizers: left } });
    this.collect(kind, name);
  }

  /** A deleted object goes when only the garbage collector's own finalizer is left. */
  collect(kind: string, name: string): void {
    const { deletionTimestamp, finalizers = [] } = this.objects.get(`${kind}/${name}`)?.metadata ?? {};
    if (deletionTimestamp !== undefined && finalizers.every((finalizer) => finalizer === names.foreground))
      this.objects.delete(`${kind}/${name}`);
  }

  /** The controller is woken: by an event, by its own timer, or by nothing but the test. */
  wake(): Plan {
    this.history.take(this.outputs, this.time);
    if (this.landing !== undefined && this.landing.at <= this.time) this.land(this.landing.action);
    this.confirmDue();
    const { fencedUntil } = this.memory;
    if (fencedUntil > 0 && fencedUntil <= this.time) {
      this.tracks.clear();
      this.memory = { ...this.memory, fencedUntil: 0, uncertain: new Set() };
    }
    this.sweep();
    const result = this.settle();
    this.history.take(this.outputs, this.time);
    this.broken.push(...safety(this));
    return result;
  }

  private land(action: WriteAction): void {
    this.landing = undefined;
    // The API server has no place for an object of a kind that went meanwhile.
    if (this.absentOutputs.has(action.output.groupResource)) return;
    const object = this.outputs.get(outputKey(action.output));
    const sameUid = action.uid === object?.metadata.uid;
    const same = action.resourceVersion === undefined || action.resourceVersion === object?.metadata.resourceVersion;
    if (sameUid && same) {
      super.carryOut(action);
      this.history.take(this.outputs, this.time);
    }
  }

  private confirmDue(): void {
    for (const [key, route] of this.outputs)
      if (this.history.confirm(key, this.time, gatewayLags[this.gateway]))
        this.outputs.set(key, { ...route, status: acceptedStatus(route) });
  }

  /** Stands in for the shell's sweep: what no routemap claims any more goes when no route has led to it for a while. */
  private sweep(): void {
    const claimedUids = new Set(this.claims.map(({ uid }) => uid));
    const listed = new Set(this.inForce?.versions.map(({ service }): string => service));
    for (const [key, object] of this.objects) {
      const [kind = "", name = ""] = key.split("/");
      const orphan = isHeld(object) && !claimedUids.has(object.metadata.uid) && !listed.has(name);
      const carried = [...this.outputs.values()].some((route) => carriedBy(route).has(name));
      if (!orphan || (carried && !this.isOverdue(object)) || (this.inForce === undefined && !this.isOverdue(object))) {
        this.quiet.delete(key);
        continue;
      }
      const since = this.quiet.get(key) ?? this.time;
      this.quiet.set(key, since);
      const isDoomed = this.terminating.has("default");
      if (!isDoomed && this.time - since < settling && !this.isOverdue(object)) continue;
      this.unhold(kind, name);
      this.quiet.delete(key);
    }
  }

  /** Whether an object was deleted so long ago that its deadline has passed. */
  isOverdue(object: KubeObject, grace = 0): boolean {
    const deleted = object.metadata.deletionTimestamp;
    return deleted !== undefined && this.epoch - Date.parse(deleted) >= this.config.release.deadline + grace;
  }

  override pass(ms: number): void {
    const end = this.time + ms;
    for (let wakes = 0; wakes < 400; wakes += 1) {
      const { again = end } = this.wake();
      if (this.time >= end) return;
      const due = [again, this.landing?.at ?? end, this.history.nextConfirmation(gatewayLags[this.gateway]) ?? end];
      const swept = [...this.quiet.values()].map((since) => since + settling);
      const deadlines = this.inForce === undefined ? [this.time + 60_000] : [];
      this.time = Math.max(this.time + 1, Math.min(end, ...due, ...swept, ...deadlines));
    }
    this.broken.push(`I6: woken more than 400 times within ${ms} ms`);
  }
}

/** Whether an object carries our finalizer. */
export function isHeld(object: KubeObject | undefined): boolean {
  return object?.metadata.finalizers?.includes(names.finalizer) === true;
}

function acceptedStatus(route: KubeObject): KubeObject["status"] {
  const condition = { type: "Accepted", status: "True", observedGeneration: route.metadata.generation ?? 0 };
  const parents = [{ parentRef: { name: "gw" }, controllerName: "example.com/gateway", conditions: [condition] }];
  return { parents };
}
