import type { Api } from "../../kube/api.js";
import { isKindAbsent, isNotFound } from "../../kube/apiError.js";
import type { Action, WriteAction } from "../actions.js";
import { names } from "../names.js";
import type { Plan } from "../plan.js";
import { plan } from "../plan.js";
import { rememberSurvey } from "../remember.js";
import type { RoutemapEntry } from "./entry.js";
import type { Foreground } from "./foreground.js";
import type { Holds } from "./holds.js";
import type { LiveReader } from "./liveRead.js";
import type { UidLocks, Unlock } from "./locks.js";
import type { OutputRemover } from "./removeOutput.js";
import type { Outcome } from "./outcome.js";
import { worst } from "./outcome.js";
import { syncClaims } from "./rebuild.js";
import type { StatusWriter } from "./statusWriter.js";
import type { World } from "./world.js";
import type { RouteWriter } from "./writeRoute.js";

/** What a reconcile leaves to the queue. */
export type Reconciled =
  | { readonly kind: "done" }
  | { readonly kind: "again"; readonly afterMs: number }
  | { readonly kind: "failed"; readonly message: string };

/** The parts that carry actions out. */
export interface Executors {
  readonly writer: RouteWriter;
  readonly holds: Holds;
  readonly foreground: Foreground;
  readonly remover: OutputRemover;
  readonly status: StatusWriter;
}

const rounds = 24;

/**
 * Brings one routemap to rest: plan, carry out one stage, look again. It acts on nothing but the caches and live
 * reads, so an event that was lost, merged or reordered loses no work.
 */
export class Reconciler {
  constructor(
    private readonly api: Api,
    private readonly world: World,
    private readonly reader: LiveReader,
    private readonly locks: UidLocks,
    private readonly run: Executors,
    private readonly looked: (uid: string, plan: Plan) => void = () => undefined,
  ) {}

  async reconcile(entry: RoutemapEntry, signal: AbortSignal): Promise<Reconciled> {
    if (!this.world.watches.started()) return { kind: "again", afterMs: 20 };
    entry.runs += 1;
    const blind = (await this.settleLife(entry, signal)) ?? (await this.settleDoubt(entry, signal));
    if (blind !== undefined) return { kind: "failed", message: blind };
    let result = this.look(entry);
    for (let round = 0; round < rounds && result.stage.length > 0; round += 1) {
      if (signal.aborted) return { kind: "done" };
      const outcome = await this.carryOut(entry, result.stage, signal);
      if (outcome.kind !== "progress") return this.finish(entry, this.look(entry), outcome, signal);
      result = this.look(entry);
    }
    const outcome: Outcome = result.stage.length > 0 ? { kind: "later", afterMs: 50 } : { kind: "progress" };
    return this.finish(entry, result, outcome, signal);
  }

  /** Tells a routemap that was deleted from one that lost its label. */
  private async settleLife(entry: RoutemapEntry, signal: AbortSignal): Promise<string | undefined> {
    if (entry.life !== "unknown") return undefined;
    const gvr = { group: "", version: "v1", resource: "configmaps" };
    const answer = await this.api.get(gvr, { namespace: entry.namespace, name: entry.name }, signal);
    if (!answer.ok) {
      if (!isNotFound(answer.error) && !isKindAbsent(answer.error)) return answer.error.message;
      entry.life = "gone";
      return undefined;
    }
    const same = answer.value.metadata.uid === entry.uid;
    const labelled = answer.value.metadata.labels?.[names.kindLabel] === names.routemapKind;
    entry.life = !same ? "gone" : labelled ? "present" : "unlabelled";
    if (same) entry.see(answer.value, false);
    return undefined;
  }

  /** Once a fence is over, live reads show what became of the writes of unknown outcome; every zero is dated anew. */
  private async settleDoubt(entry: RoutemapEntry, signal: AbortSignal): Promise<string | undefined> {
    const { fencedUntil } = entry.memory;
    if (fencedUntil === 0 || this.world.clock.monotonic() < fencedUntil) return undefined;
    const reads = entry.known.map((id) => this.reader.output(entry, id, signal, true));
    for (const claim of entry.claims) reads.push(this.reader.resource(claim.ref, signal));
    const blind = (await Promise.all(reads)).find((error) => error !== undefined);
    if (blind !== undefined) return blind.message;
    entry.memory = { ...entry.memory, fencedUntil: 0, uncertain: new Set() };
    return undefined;
  }

  private look(entry: RoutemapEntry): Plan {
    this.world.syncTracks(entry);
    const result = plan(this.world.observe(entry), this.world.now());
    if (result.survey !== undefined) entry.memory = rememberSurvey(entry.memory, result.survey, !entry.surveyed);
    entry.surveyed = true;
    syncClaims(entry, result.survey?.facts ?? []);
    for (const decision of result.decisions) this.world.follow(entry, decision.rendered.id);
    for (const id of result.survey?.own ?? []) this.world.follow(entry, id);
    this.world.reindex(entry);
    this.run.foreground.notice(entry, result.holdings);
    return result;
  }

  private async carryOut(entry: RoutemapEntry, stage: readonly Action[], signal: AbortSignal): Promise<Outcome> {
    const outcomes: Outcome[] = [];
    const urgent = stage.filter(isUrgent);
    if (urgent.length > 0) return worst(await Promise.all(urgent.map((action) => this.execute(entry, action, signal))));
    if (stage[0]?.type === "claim")
      return worst(await Promise.all(stage.map((action) => this.execute(entry, action, signal))));
    for (const action of stage) {
      const outcome = await this.execute(entry, action, signal);
      outcomes.push(outcome);
      if (outcome.kind !== "progress" || action.type === "write") break;
    }
    return worst(outcomes);
  }

  private execute(entry: RoutemapEntry, action: Action, signal: AbortSignal): Promise<Outcome> {
    switch (action.type) {
      case "claim":
        return this.run.holds.claim(entry, action, signal);
      case "release":
        return this.run.holds.release(entry, action, signal);
      case "strip":
        return this.run.foreground.strip(entry, action, signal);
      case "prune":
        return this.run.remover.prune(entry, action, signal);
      case "handOver":
        return this.run.remover.handOver(entry, action, signal);
      case "write":
        return this.write(entry, action, signal);
    }
  }

  /** Locks every object the route will use, reads live what gains weight, and writes if the plan is still the same. */
  private async write(entry: RoutemapEntry, action: WriteAction, signal: AbortSignal): Promise<Outcome> {
    const unlock = this.lock(action);
    if (unlock === undefined) return { kind: "later", afterMs: 25 };
    try {
      if (action.gains.length === 0) return await this.run.writer.write(entry, action, signal);
      const refs = action.gains.flatMap((gain) => gain.refs);
      const blind = (await Promise.all(refs.map((ref) => this.reader.resource(ref, signal)))).find(
        (error) => error !== undefined,
      );
      if (blind !== undefined) return { kind: "failed", message: blind.message };
      const again = this.look(entry).stage.find((candidate) => sameWrite(candidate, action));
      return again?.type === "write" ? await this.run.writer.write(entry, again, signal) : { kind: "progress" };
    } finally {
      unlock();
    }
  }

  private lock(action: WriteAction): Unlock | undefined {
    const uids = action.uses.flatMap((ref) => {
      const seen = this.world.seeResource(ref);
      return seen.state === "seen" && seen.object !== undefined ? [seen.object.metadata.uid] : [];
    });
    return this.locks.use(uids);
  }

  private async finish(entry: RoutemapEntry, result: Plan, outcome: Outcome, signal: AbortSignal): Promise<Reconciled> {
    await this.run.status.publish(entry, result, signal);
    if (outcome.kind === "failed") {
      this.looked(entry.uid, result);
      return { kind: "failed", message: outcome.message };
    }
    this.dropEmpty(entry, result);
    this.looked(entry.uid, result);
    const now = this.world.clock.monotonic();
    const times = [
      outcome.kind === "later" ? outcome.afterMs : undefined,
      result.again === undefined ? undefined : Math.max(1, result.again - now),
    ];
    const known = times.filter((time): time is number => time !== undefined);
    return known.length === 0 ? { kind: "done" } : { kind: "again", afterMs: Math.min(...known) };
  }

  /** A routemap that is gone is forgotten once nothing of it is left. */
  private dropEmpty(entry: RoutemapEntry, result: Plan): void {
    if (entry.life === "present" || entry.life === "unknown") return;
    if (result.holdings.length > 0 || result.stage.length > 0 || this.world.ownOutputs(entry.uid).length > 0) return;
    this.world.entries.delete(entry.uid);
    this.world.index.set(entry.uid, []);
  }
}

/** What waits for nothing: a return to versions that carry already, and Pods that are about to be collected. */
function isUrgent(action: Action): boolean {
  return action.type === "strip" || (action.type === "write" && action.mode === "return" && action.gains.length === 0);
}

function sameWrite(candidate: Action, action: WriteAction): boolean {
  return (
    candidate.type === "write" &&
    candidate.mode === action.mode &&
    candidate.output.groupResource === action.output.groupResource &&
    candidate.output.name === action.output.name &&
    candidate.weights.length === action.weights.length &&
    candidate.weights.every((weight, index) => weight === action.weights[index])
  );
}
