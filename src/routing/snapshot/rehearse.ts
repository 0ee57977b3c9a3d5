import type { KubeObject } from "../../kube/object.js";
import { groupResourceOf } from "../../kube/resource.js";
import type { Action, ClaimAction, WriteAction } from "../actions.js";
import { claimsAfterLook, withClaim } from "../heldClaims.js";
import type { Memory } from "../memory.js";
import { names } from "../names.js";
import type { Claim, Now, Observed, OutputId } from "../observed.js";
import { outputKey } from "../observed.js";
import type { Plan } from "../plan.js";
import { plan } from "../plan.js";
import { rememberSurvey } from "../remember.js";
import { sightOutput } from "../sight.js";
import type { OutputTrack } from "../track.js";
import { writtenRoute } from "./played.js";
import type { Snapshot, SnapshotRoutemap } from "./snapshot.js";

/** One thing that the controller would do. */
export interface RehearsedStep {
  /** Milliseconds from now. */
  readonly after: number;
  readonly action: Action;
  /** The route as it is stored before a write or a deletion. */
  readonly before?: KubeObject;
  /** Names of the versions by the weights' index. */
  readonly versions: readonly string[];
  /** Their weights in the route as it is stored before; absent where it is not ours or not there. */
  readonly stored?: readonly number[];
}

/** What would become of a routemap if nothing but the controller did anything from now on. */
export interface Rehearsal {
  readonly first: Plan;
  readonly steps: readonly RehearsedStep[];
  /** The plan at rest. */
  readonly last: Plan;
  /** Milliseconds after which it is at rest; undefined where it is not within an hour. */
  readonly rest: number | undefined;
  /** Every route of the routemap before and after, in the order in which they were met. */
  readonly outputs: readonly RehearsedOutput[];
}

/** A route before and after. */
export interface RehearsedOutput {
  readonly id: OutputId;
  readonly before: KubeObject | undefined;
  readonly after: KubeObject | undefined;
}

const horizon = 3_600_000;
const mostLooks = 500;

/**
 * Plays through what the controller would do: it plans, does what the plan says to the objects of the snapshot, lets time
 * pass until the plan asks to look again, and so on until nothing is left to do. Gateways accept at once what is written,
 * and nothing else changes. The snapshot is changed by it, so that what is rehearsed next sees what became of this.
 */
export function rehearse(shot: Snapshot, routemap: SnapshotRoutemap, now: Now): Rehearsal {
  const world = new RehearsedWorld(shot, routemap, now);
  const first = world.look();
  let last = first;
  let rest: number | undefined;
  for (let looks = 0; looks < mostLooks && rest === undefined; looks += 1) {
    if (last.stage.length > 0) for (const action of last.stage) world.carryOut(action, last);
    else if (last.again === undefined || !world.passUntil(last.again)) rest = world.lastDone;
    if (rest === undefined) last = world.look();
  }
  return { first, steps: world.steps, last, rest, outputs: world.outputs() };
}

/** One routemap's world, its clock and what its controller remembers. */
class RehearsedWorld {
  readonly steps: RehearsedStep[] = [];
  /** Milliseconds after which the last step was done. */
  lastDone = 0;
  private passed = 0;
  private written = 0;
  private memory: Memory;
  private claims: readonly Claim[];
  private readonly tracks = new Map<string, OutputTrack>();
  private readonly known = new Map<string, { readonly id: OutputId; readonly before: KubeObject | undefined }>();
  private readonly home: string;

  constructor(
    private readonly shot: Snapshot,
    private readonly routemap: SnapshotRoutemap,
    private readonly start: Now,
  ) {
    const { observed } = routemap;
    this.memory = observed.memory;
    this.claims = observed.claims;
    this.home = observed.routemap.namespace;
    for (const id of observed.ownOutputs()) this.follow(id);
  }

  private now(): Now {
    return { monotonic: this.start.monotonic + this.passed, server: this.start.server + this.passed };
  }

  look(): Plan {
    const result = plan(this.observe(), this.now());
    if (result.survey !== undefined) this.memory = rememberSurvey(this.memory, result.survey, false);
    for (const { rendered } of result.decisions) this.follow(rendered.id);
    this.claims = claimsAfterLook(this.claims, result.survey?.facts ?? []);
    return result;
  }

  private observe(): Observed {
    for (const { id } of this.known.values())
      this.tracks.set(
        outputKey(id),
        sightOutput(this.tracks.get(outputKey(id)), this.output(id), this.now().monotonic),
      );
    return {
      ...this.routemap.observed,
      memory: this.memory,
      claims: this.claims,
      knownOutputs: () => [...this.known.values()].map(({ id }) => id),
      track: (id) => this.tracks.get(outputKey(id)),
    };
  }

  private follow(id: OutputId): void {
    if (this.known.has(outputKey(id))) return;
    this.known.set(outputKey(id), { id, before: this.output(id) });
    const track = this.routemap.observed.track(id);
    if (track !== undefined) this.tracks.set(outputKey(id), track);
  }

  private output(id: { readonly groupResource: string; readonly name: string }): KubeObject | undefined {
    const seen = this.routemap.observed.output(id);
    return seen.state === "seen" ? seen.object : undefined;
  }

  /** Lets time pass until the plan wants to look again; false where that is too far away. */
  passUntil(monotonic: number): boolean {
    const passed = Math.max(monotonic - this.start.monotonic, this.passed + 1);
    if (passed > horizon) return false;
    this.passed = passed;
    return true;
  }

  carryOut(action: Action, { survey }: Plan): void {
    const before = "output" in action ? this.output(action.output) : undefined;
    const versions = (survey?.facts ?? []).map(({ name }) => name);
    const stored = "output" in action ? survey?.stored.get(outputKey(action.output))?.raw : undefined;
    this.steps.push({
      after: this.passed,
      action,
      versions,
      ...(before === undefined ? {} : { before }),
      ...(stored === undefined ? {} : { stored }),
    });
    this.lastDone = this.passed;
    switch (action.type) {
      case "claim":
        this.claims = withClaim(this.claims, { version: action.version, ref: action.ref, uid: action.uid });
        this.setFinalizers(action, (finalizers) => [...finalizers, names.finalizer]);
        return;
      case "release":
        this.claims = this.claims.filter(({ uid }) => uid !== action.uid);
        this.setFinalizers(action, (finalizers) => finalizers.filter((name) => name !== names.finalizer));
        return;
      case "strip":
        this.setFinalizers(action, (finalizers) => finalizers.filter((name) => name !== names.foreground));
        return;
      case "write":
        this.write(action, before);
        return;
      case "handOver":
        // Only of a routemap that lost its label; those of a snapshot have it.
        return;
      case "prune":
        if (before !== undefined) this.shot.view.remove("output", action.output.groupResource, before);
        return;
    }
  }

  private write(action: WriteAction, before: KubeObject | undefined): void {
    this.written += 1;
    const object = writtenRoute(before, action, `written ${this.home}/${action.output.name} ${this.written}`);
    this.shot.view.put("output", action.output.groupResource, object);
  }

  private setFinalizers(
    { ref, uid }: Pick<ClaimAction, "ref" | "uid">,
    change: (finalizers: readonly string[]) => readonly string[],
  ): void {
    const seen = this.routemap.observed.resource(ref);
    const kind = this.routemap.observed.kinds.get(ref.kind);
    if (kind === undefined || seen.state !== "seen" || seen.object?.metadata.uid !== uid) return;
    const { metadata } = seen.object;
    const finalizers = change(metadata.finalizers ?? []);
    const object = { ...seen.object, metadata: { ...metadata, finalizers } };
    const isGone = metadata.deletionTimestamp !== undefined && finalizers.length === 0;
    const isLost = metadata.labels?.[names.watchLabel] !== "true" && !finalizers.includes(names.finalizer);
    if (isGone || isLost) this.shot.view.remove("watched", groupResourceOf(kind), object);
    else this.shot.view.put("watched", groupResourceOf(kind), object);
  }

  outputs(): readonly RehearsedOutput[] {
    return [...this.known.values()].map(({ id, before }) => ({ id, before, after: this.output(id) }));
  }
}
