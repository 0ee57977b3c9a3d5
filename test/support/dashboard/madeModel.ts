import { Subject } from "rxjs";

import type { Detail, ReadChange, Summaries } from "../../../src/routing/controller/readModel.js";
import type { Summary } from "../../../src/routing/explain/explanation.js";

/** A read model that knows what it is told. */
export class MadeModel {
  readonly changes = new Subject<readonly ReadChange[]>();
  readonly summaries = new Map<string, Summary>();
  /** Details by "namespace/name". */
  readonly details = new Map<string, Detail>();
  pending = 0;
  /** How often somebody said that he looks. */
  attended = 0;
  /** Thrown instead of an answer. */
  failure: Error | undefined;

  readonly changes$ = this.changes.asObservable();

  put(...summaries: readonly Summary[]): void {
    for (const summary of summaries) this.summaries.set(summary.uid, summary);
  }

  /** Puts summaries and tells them as changed. */
  change(...summaries: readonly Summary[]): void {
    this.put(...summaries);
    this.changes.next(summaries.map((summary) => ({ type: "changed", uid: summary.uid, summary })));
  }

  attend(): void {
    this.attended += 1;
  }

  /** How long callers were ready to wait. */
  readonly waits: number[] = [];

  caughtUp(ms: number): Promise<void> {
    this.waits.push(ms);
    return Promise.resolve();
  }

  list(): Summaries {
    if (this.failure !== undefined) throw this.failure;
    return { items: [...this.summaries.values()], pending: this.pending };
  }

  detail(namespace: string, name: string): Detail | undefined {
    if (this.failure !== undefined) throw this.failure;
    return this.details.get(`${namespace}/${name}`);
  }
}
