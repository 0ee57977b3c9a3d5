import type { Api } from "../../kube/api.js";
import { isKindAbsent, isNotFound } from "../../kube/apiError.js";
import { managers, names } from "../names.js";
import type { Plan } from "../plan.js";
import { formatProblem } from "../problem.js";
import { reportStatus } from "../report.js";
import { routemapSeries } from "../series.js";
import type { Condition } from "../status.js";
import { formatStatus, transitionTimes } from "../status.js";
import type { PublishedStatus, RoutemapEntry } from "./entry.js";
import type { Journal } from "./journal.js";
import { OwedStatuses } from "./owedStatuses.js";
import type { World } from "./world.js";

/** A routemap's status is written at most this often, milliseconds. */
const interval = 1000;

/** Publishes a plan as annotations of the routemap, after its outputs, on change only (docs/rules.md, "Status"). */
export class StatusWriter {
  /** What was told last of each routemap, by uid: a line for each condition. */
  private readonly told = new Map<string, string>();
  private readonly counts = { True: 0, False: 0, Unknown: 0 };
  private readonly counted = new Map<string, Condition["status"]>();
  /** Uids of the routemaps whose status is being written: one write at a time, or an older one could come last. */
  private readonly writing = new Set<string>();
  private readonly owed: OwedStatuses;

  constructor(
    private readonly api: Api,
    private readonly world: World,
    private readonly journal: Journal,
    /** Whether routemaps wait or many routes are being written: they come before any status. */
    private readonly isBusy: () => boolean,
    /** Asks for another look at a routemap in so many milliseconds. */
    private readonly lookAgain: (uid: string, ms: number) => void,
  ) {
    this.owed = new OwedStatuses(world.clock, isBusy, (entry, status, signal) => this.deliver(entry, status, signal));
  }

  /** Writes what has to wait, until `signal` aborts. */
  run(signal: AbortSignal): Promise<void> {
    return this.owed.run(signal);
  }

  /** Writes the status of a plan if it changed, at once or, where it has to wait, later. */
  async publish(entry: RoutemapEntry, plan: Plan, signal: AbortSignal): Promise<void> {
    if (entry.life !== "present") {
      this.told.delete(entry.uid);
      this.owed.drop(entry.uid);
      this.count(entry.uid, undefined);
      this.journal.measured(entry, undefined);
      return;
    }
    const invalid = entry.spec.state === "invalid" ? entry.spec.problems.map(formatProblem).join("; ") : undefined;
    const status = reportStatus(plan, invalid);
    const stored = entry.object.metadata.annotations ?? {};
    this.tell(entry, status.conditions, stored[names.status]);
    this.journal.measured(entry, () => routemapSeries(plan, status));
    const before = [entry.published?.[names.status], stored[names.status]];
    const text = formatStatus(status, before, this.world.now().server);
    const ready = status.conditions.find((condition) => condition.type === "Ready")?.status ?? "Unknown";
    this.count(entry.uid, ready);
    const annotations = { [names.status]: text, [names.ready]: ready };
    if (this.isStored(entry, annotations)) return;
    if (this.isBusy() || this.writing.has(entry.uid) || this.world.clock.monotonic() < entry.statusWrittenAt + interval)
      this.owed.put(entry, annotations, entry.statusWrittenAt + interval);
    else await this.write(entry, annotations, signal);
  }

  /** Writes a status that had to wait; meanwhile it may have been stored, or an older one be still under way. */
  private async deliver(entry: RoutemapEntry, status: PublishedStatus, signal: AbortSignal): Promise<void> {
    if (this.isStored(entry, status)) return;
    if (this.writing.has(entry.uid)) this.owed.put(entry, status, this.world.clock.monotonic() + interval);
    else await this.write(entry, status, signal);
  }

  /** Whether a status is stored already; then it counts as published, and nothing is owed. */
  private isStored(entry: RoutemapEntry, status: PublishedStatus): boolean {
    const stored = entry.object.metadata.annotations ?? {};
    if (stored[names.status] !== status[names.status] || stored[names.ready] !== status[names.ready]) return false;
    entry.publish(status);
    this.owed.drop(entry.uid);
    return true;
  }

  private async write(entry: RoutemapEntry, annotations: PublishedStatus, signal: AbortSignal): Promise<void> {
    const gvr = { group: "", version: "v1", resource: "configmaps" };
    const ref = { namespace: entry.namespace, name: entry.name };
    const metadata = { ...ref, uid: entry.uid, annotations };
    const body = { apiVersion: "v1", kind: "ConfigMap", metadata };
    // Before the write: its event may come before its answer.
    entry.publish(annotations);
    entry.statusWrittenAt = this.world.clock.monotonic();
    this.owed.drop(entry.uid);
    this.writing.add(entry.uid);
    const answer = await this.api.apply(gvr, ref, body, { fieldManager: managers.status, force: true }, signal);
    this.writing.delete(entry.uid);
    // The store tells of it at once, and the entry gets the object as the store keeps it.
    if (answer.ok) this.world.watches.putRoutemap(answer.value);
    // Not the same again: by then the routemap may be looked at with another outcome.
    else if (!isNotFound(answer.error) && !isKindAbsent(answer.error)) this.lookAgain(entry.uid, interval);
  }

  private count(uid: string, ready: Condition["status"] | undefined): void {
    const before = this.counted.get(uid);
    if (before === ready) return;
    if (before !== undefined) this.counts[before] -= 1;
    if (ready === undefined) this.counted.delete(uid);
    else {
      this.counts[ready] += 1;
      this.counted.set(uid, ready);
    }
    this.journal.ready({ ...this.counts });
  }

  /** Tells what changed since this process told last, or since the stored status where it has told nothing yet. */
  private tell(entry: RoutemapEntry, conditions: readonly Condition[], stored: string | undefined): void {
    const before = this.told.get(entry.uid);
    const text = conditions.map(lineOf).join("\n");
    if (text === before) return;
    this.told.set(entry.uid, text);
    const lines = before?.split("\n");
    const published = transitionTimes(lines === undefined ? stored : undefined);
    for (const condition of conditions) {
      const unchanged =
        lines?.includes(lineOf(condition)) ?? published.get(condition.type)?.status === condition.status;
      if (!unchanged) this.journal.condition(entry, condition);
    }
  }
}

function lineOf({ type, status, reason }: Condition): string {
  return `${type} ${status} ${reason}`;
}
