import { Subject } from "rxjs";

import { seededRandom } from "../../src/base/random.js";
import type { Selection, WatchEvent } from "../../src/kube/api.js";
import type { ReflectorFact } from "../../src/kube/delta.js";
import type { KubeObject } from "../../src/kube/object.js";
import { reflect } from "../../src/kube/reflector.js";
import { FakeApi } from "./fakeApi.js";
import { FakeClock } from "./fakeClock.js";

/** The resource that is followed. */
export const services = { group: "", version: "v1", resource: "services" };

/** A Service of the namespace shop. */
export function service(name: string, resourceVersion: string | number): KubeObject {
  const metadata = { namespace: "shop", name, uid: `uid-${name}`, resourceVersion: String(resourceVersion) };
  return { apiVersion: "v1", kind: "Service", metadata };
}

/** An event about it. */
export function modified(name: string, resourceVersion: string | number): WatchEvent {
  return { type: "MODIFIED", object: service(name, resourceVersion) };
}

/** A reflector that runs against a fake API, and what it told as text. */
export class ReflectorRun {
  readonly clock = new FakeClock();
  readonly api = new FakeApi(this.clock);
  readonly pokes = new Subject<undefined>();
  readonly told: string[] = [];
  known = true;
  private stop: () => void = () => undefined;

  constructor(private readonly selection: Selection = { resource: services }) {}

  async start(): Promise<this> {
    const facts = reflect(this.api, this.selection, {
      clock: this.clock,
      random: seededRandom(1),
      pokes: this.pokes,
      isKnown: () => this.known,
      project: (object) => {
        if (object.metadata.name === "bug") throw new Error("cannot project");
        return object;
      },
    });
    const subscription = facts.subscribe({
      next: (fact) => this.told.push(textOf(fact)),
      error: () => this.told.push("ERROR"),
      complete: () => this.told.push("COMPLETE"),
    });
    this.stop = () => subscription.unsubscribe();
    await this.clock.advance(0);
    return this;
  }

  unsubscribe(): void {
    this.stop();
  }

  /** What was told since the last call. */
  since(): readonly string[] {
    return this.told.splice(0);
  }

  async advance(ms: number): Promise<readonly string[]> {
    await this.clock.advance(ms);
    return this.since();
  }

  /** How many requests were made in the next `ms`. */
  async requestsIn(ms: number): Promise<number> {
    const before = this.api.requests.length;
    await this.clock.advance(ms);
    return this.api.requests.length - before;
  }
}

function textOf(fact: ReflectorFact<KubeObject>): string {
  switch (fact.type) {
    case "state":
      return fact.state.state === "broken" ? `broken since ${fact.state.since}` : fact.state.state;
    case "listing":
      return `listing ${fact.cause}`;
    case "listed":
      return `listed ${fact.items.map((item) => item.key).join(" ")}`;
    case "complete":
      return `complete ${fact.resourceVersion.toString()}`;
    case "event":
      return `${fact.change} ${fact.item.key}@${fact.item.resourceVersion.toString()}`;
    case "progress":
      return `progress ${fact.resourceVersion.toString()}`;
    case "emptied":
      return "emptied";
  }
}

/** A run that has listed and watches. */
export async function watching(selection?: Selection): Promise<ReflectorRun> {
  const run = await new ReflectorRun(selection).start();
  run.since();
  return run;
}
