import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import { seededRandom } from "../../../src/base/random.js";
import type { WatchEvent } from "../../../src/kube/api.js";
import type { Delta } from "../../../src/kube/delta.js";
import type { Informer } from "../../../src/kube/informer.js";
import { createInformer } from "../../../src/kube/informer.js";
import { objectKey } from "../../../src/kube/item.js";
import type { KubeObject } from "../../../src/kube/object.js";
import type { FakeWatch } from "../../support/fakeApi.js";
import { failures, FakeApi } from "../../support/fakeApi.js";
import { FakeClock } from "../../support/fakeClock.js";

const services = { group: "", version: "v1", resource: "services" };
const second = 1000;

class World {
  readonly clock = new FakeClock();
  readonly api = new FakeApi(this.clock);
  readonly stop = new AbortController();
  readonly told: string[] = [];
  readonly informer: Informer<KubeObject>;

  constructor(labelSelector = "watch=true", seed = 1) {
    const random = seededRandom(seed);
    const selection = { resource: services, labelSelector };
    this.informer = createInformer(this.api, selection, { clock: this.clock, random, project: (object) => object });
    this.informer.deltas$.subscribe((delta) => this.told.push(textOf(delta)));
  }

  async start(): Promise<this> {
    this.informer.start(this.stop.signal);
    await this.clock.advance(0);
    return this;
  }

  put(name: string, labels: Record<string, string> = { watch: "true" }, spec = {}): KubeObject {
    return this.api.server.put(services, { name, metadata: { labels }, spec });
  }

  since(): readonly string[] {
    return this.told.splice(0);
  }
}

function textOf(delta: Delta<KubeObject>): string {
  if (delta.type === "restarted") return `restarted ${delta.cause}`;
  const { name, uid } = delta.object.metadata;
  return `${delta.type} ${name} ${uid}${delta.type !== "deleted" && delta.gap ? " gap" : ""}`;
}

describe("an informer", () => {
  test("has the objects in its store before it tells of them, and is synced after it told", async () => {
    const world = new World();
    world.put("a");
    const seen: string[] = [];
    world.informer.deltas$.subscribe(() => seen.push(`${world.informer.store.size} ${world.informer.store.synced()}`));
    world.informer.state$.subscribe((state) => seen.push(`${state.state} ${world.informer.store.state.state}`));
    expect(world.informer.store.state).toEqual({ state: "syncing" });
    await world.start();
    expect(seen).toEqual(["1 false", "synced synced"]);
  });

  test("replays nothing to late subscribers", async () => {
    const world = new World();
    world.put("a");
    await world.start();
    const late: unknown[] = [];
    world.informer.deltas$.subscribe((delta) => late.push(delta));
    world.informer.state$.subscribe((state) => late.push(state));
    await world.clock.advance(second);
    expect(late).toEqual([]);
  });

  test("delete and recreate during a 410 gap is deleted and added", async () => {
    const world = new World();
    world.put("a");
    await world.start();
    world.since();
    const watch = world.api.watchOf(services);
    world.api.everyWatch = failures.gone;
    watch.break(failures.reset);
    world.api.server.remove(services, { name: "a" });
    world.put("a");
    world.api.server.compact();
    world.api.everyWatch = undefined;
    await world.clock.advance(second);
    expect(world.since()).toEqual(["restarted relisted", "deleted a uid-1", "added a uid-2 gap"]);
  });

  test("a watch that resumes leaves no gap", async () => {
    const world = new World();
    world.put("a");
    await world.start();
    world.since();
    world.api.watchOf(services).break(failures.reset);
    world.put("a", { watch: "true" }, { n: 1 });
    world.put("a", { watch: "true" }, { n: 2 });
    await world.clock.advance(second);
    expect(world.since()).toEqual(["updated a uid-1", "updated a uid-1"]);
  });

  test("an object that loses its label is deleted, and one that gains it later is added with a gap", async () => {
    const world = await new World().start();
    world.put("a");
    world.put("a", {}, { n: 1 });
    world.put("a", { watch: "true" }, { n: 2 });
    expect(world.since()).toEqual(["added a uid-1", "deleted a uid-1", "added a uid-1 gap"]);
  });

  test("what we wrote is read at once, and its echo is no second fact", async () => {
    const world = await new World().start();
    world.api.watchOf(services).close();
    world.api.watchAnswers.push("hang");
    await world.clock.advance(second / 10);
    const watch = world.api.watchOf(services);
    const written = world.put("a");
    world.informer.store.applyOwnWrite(written);
    expect(world.informer.store.get("a")).toBe(written);
    watch.send({ type: "ADDED", object: written });
    expect(world.since()).toEqual(["added a uid-1"]);
  });

  test("an old event about an object that is not there leads to a new list, one that is there does not", async () => {
    const world = await new World().start();
    const stored = world.put("a");
    world.put("b");
    world.since();
    world.api.watchOf(services).send({ type: "MODIFIED", object: stored });
    await world.clock.advance(second);
    expect(world.api.made("list")).toHaveLength(1);
    const stranger = { ...stored, metadata: { ...stored.metadata, name: "x", uid: "x" } };
    world.api.watchOf(services).send({ type: "ADDED", object: stranger });
    await world.clock.advance(second);
    expect(world.since()).toEqual(["restarted relisted"]);
  });

  test("a poke brings a kind whose CRD appeared", async () => {
    const world = new World();
    world.api.everyWatch = failures.absent;
    await world.start();
    expect(world.informer.store.state).toEqual({ state: "absent" });
    world.api.everyWatch = undefined;
    world.informer.poke();
    await world.clock.advance(0);
    expect(world.informer.store.synced()).toBe(true);
  });

  test("a kind that is forbidden keeps its objects, one that is absent does not", async () => {
    const world = new World();
    world.put("a");
    await world.start();
    world.api.everyWatch = failures.forbidden;
    world.api.watchOf(services).break(failures.reset);
    await world.clock.advance(second);
    expect(world.informer.store.state).toEqual({ state: "forbidden", message: "Forbidden" });
    expect(world.informer.store.size).toBe(1);
    world.api.everyWatch = failures.absent;
    world.api.everyList = failures.absent;
    await world.clock.advance(60 * second);
    expect(world.informer.store.size).toBe(0);
    expect(world.since()).toEqual(["added a uid-1 gap", "deleted a uid-1"]);
  });

  test("a restored etcd restarts the cache with older objects", async () => {
    const world = new World();
    world.put("a");
    world.put("b");
    const backup = world.api.server.copy();
    world.put("a", { watch: "true" }, { n: 1 });
    world.put("c");
    await world.start();
    world.since();
    world.api.watchAnswers.push("hang");
    world.api.server.restore(backup);
    world.api.watchOf(services).break(failures.reset);
    await world.clock.advance(90 * second);
    expect(world.since()).toEqual([
      "restarted restored",
      "updated a uid-1 gap",
      "updated b uid-2 gap",
      "deleted c uid-3",
    ]);
    expect(world.informer.store.list()).toEqual(world.api.server.select({ resource: services }));
  });

  test("ends with its signal: nothing stays open and the facts complete", async () => {
    const world = await new World().start();
    let completed = 0;
    world.informer.deltas$.subscribe({ complete: () => completed++ });
    world.informer.state$.subscribe({ complete: () => completed++ });
    world.stop.abort();
    await world.clock.advance(second);
    expect(completed).toBe(2);
    expect(world.api.watches.size).toBe(0);
    expect(world.clock.pending).toBe(0);
  });

  test("starts only once", async () => {
    const world = await new World().start();
    expect(() => world.informer.start(world.stop.signal)).toThrow("an informer starts only once");
  });
});

type Disturbance = "cut" | "expire" | "expireInStream" | "bookmark" | "lowList" | "refuse" | "lag" | "catchUp";

type Step =
  | { readonly kind: "put"; readonly name: string; readonly watched: boolean; readonly n: number }
  | { readonly kind: "remove" | "recreate" | "ownWrite" | "liveRead"; readonly name: string }
  | { readonly kind: Disturbance | "reply" }
  | { readonly kind: "repeat" | "swap" | "deliver"; readonly back: number }
  | { readonly kind: "wait"; readonly ms: number };

const names = fc.constantFrom("a", "b");
const back = fc.nat(4);

function oneOf<K extends string>(...kinds: readonly K[]): fc.Arbitrary<K> {
  return fc.constantFrom(...kinds);
}

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.record({ kind: oneOf("put"), name: names, watched: fc.boolean(), n: fc.nat(9) }) },
    {
      weight: 8,
      arbitrary: fc.record({ kind: oneOf("remove", "recreate", "ownWrite", "liveRead"), name: names }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        kind: oneOf("cut", "expire", "expireInStream", "bookmark", "lowList", "refuse", "lag", "lag", "catchUp"),
      }),
    },
    { weight: 6, arbitrary: fc.record({ kind: oneOf("repeat", "swap", "deliver"), back }) },
    { weight: 2, arbitrary: fc.record({ kind: oneOf("reply") }) },
    { weight: 2, arbitrary: fc.record({ kind: oneOf("wait"), ms: fc.nat(400) }) },
  ),
  { maxLength: 40, size: "max" },
);

/** Something between server and informer that delivers late, twice, and in the wrong order, but in the end everything. */
class Mischief {
  private readonly past: WatchEvent[] = [];
  private readonly waiting = new Map<FakeWatch, WatchEvent[]>();
  private readonly replies: KubeObject[] = [];
  private lagging = false;

  constructor(private readonly world: World) {
    world.api.deliver = (watch, event) => {
      if (this.lagging) this.waiting.set(watch, [...(this.waiting.get(watch) ?? []), event]);
      else this.send(watch, event);
    };
  }

  async take(step: Step): Promise<void> {
    const { api, clock, informer } = this.world;
    switch (step.kind) {
      case "put":
        this.world.put(step.name, step.watched ? { watch: "true" } : {}, { n: step.n });
        return;
      case "remove":
        api.server.remove(services, { name: step.name });
        return;
      case "recreate":
        if (api.server.remove(services, { name: step.name }) !== undefined) this.world.put(step.name);
        return;
      case "ownWrite": {
        const labels = api.server.get(services, { name: step.name })?.metadata.labels;
        if (labels !== undefined) this.replies.push(this.world.put(step.name, labels, { own: api.server.version }));
        return;
      }
      case "reply":
        this.reply();
        return;
      case "deliver":
        this.flush(step.back);
        return;
      case "liveRead": {
        const known = informer.store.get(step.name);
        const live = api.server.get(services, { name: step.name });
        if (live !== undefined) informer.store.putLive(live);
        else if (known !== undefined) informer.store.removeIf(step.name, known.metadata.uid);
        return;
      }
      case "wait":
        await clock.advance(step.ms);
        return;
      case "repeat":
        for (const event of this.past.slice(-step.back - 1).slice(0, 1)) this.each((watch) => watch.send(event));
        return;
      case "swap":
        for (const [watch, events] of this.waiting) {
          const moved = events.slice(step.back);
          this.waiting.set(watch, [...moved, ...events.slice(0, step.back)]);
        }
        this.flush();
        return;
      default:
        this.disturb(step.kind);
    }
  }

  /** Ends all mischief. */
  heal(): void {
    this.catchUp();
    while (this.replies.length > 0) this.reply();
    this.world.api.lists.length = 0;
    this.world.api.watchAnswers.length = 0;
  }

  private disturb(kind: Disturbance): void {
    const { api } = this.world;
    if (kind === "cut") this.each((watch) => watch.break(failures.reset));
    else if (kind === "expire") {
      api.server.compact();
      this.each((watch) => watch.break(failures.gone));
    } else if (kind === "expireInStream") this.each((watch) => watch.send({ type: "ERROR", error: failures.gone }));
    else if (kind === "lowList") api.lists.push({ items: [], resourceVersion: "1" });
    else if (kind === "refuse") api.watchAnswers.push(failures.unavailable);
    else if (kind === "lag") this.lagging = true;
    else if (kind === "catchUp") this.catchUp();
    else api.bookmark();
  }

  private catchUp(): void {
    this.lagging = false;
    this.flush();
  }

  private reply(): void {
    const written = this.replies.shift();
    if (written !== undefined) this.world.informer.store.applyOwnWrite(written);
  }

  /** Delivers what waits, at most `most` events of each watch. */
  private flush(most = Infinity): void {
    for (const [watch, events] of this.waiting) for (const event of events.splice(0, most)) this.send(watch, event);
  }

  private send(watch: FakeWatch, event: WatchEvent): void {
    if (event.type !== "BOOKMARK") this.past.push(event);
    watch.send(event);
  }

  private each(run: (watch: FakeWatch) => void): void {
    for (const watch of [...this.world.api.watches]) run(watch);
  }
}

/** The objects that the facts add up to; a fact that does not fit the ones before it throws. */
class Fold {
  readonly objects = new Map<string, KubeObject>();

  take(delta: Delta<KubeObject>): void {
    if (delta.type === "restarted") return;
    const key = objectKey(delta.object.metadata);
    const before = this.objects.get(key);
    const { uid } = delta.object.metadata;
    if (delta.type === "added" && before !== undefined) throw new Error(`added twice: ${key}`);
    if (delta.type !== "added" && before?.metadata.uid !== uid) throw new Error(`${delta.type} of a stranger: ${key}`);
    if (delta.type === "updated" && delta.previous !== before) throw new Error(`another previous: ${key}`);
    if (delta.type === "deleted") this.objects.delete(key);
    else this.objects.set(key, delta.object);
  }
}

function byName(objects: readonly KubeObject[]): readonly KubeObject[] {
  return [...objects].sort((a, b) => a.metadata.name.localeCompare(b.metadata.name));
}

describe("whatever happens to objects and watches", () => {
  async function play(script: readonly Step[], initialEvents: boolean, seed: number): Promise<void> {
    const world = new World("watch=true", seed);
    world.api.initialEvents = initialEvents;
    const fold = new Fold();
    const broken: unknown[] = [];
    world.informer.deltas$.subscribe((delta) => {
      try {
        fold.take(delta);
      } catch (thrown) {
        broken.push(thrown);
      }
    });
    await world.start();
    const mischief = new Mischief(world);
    for (const step of script) {
      await mischief.take(step);
      expect(broken).toEqual([]);
      expect(byName([...fold.objects.values()])).toEqual(byName(world.informer.store.list()));
    }
    mischief.heal();
    await world.clock.advance(60 * second);
    expect(world.informer.store.synced()).toBe(true);
    const expected = world.api.server.select({ resource: services, labelSelector: "watch=true" });
    expect(byName(world.informer.store.list())).toEqual(expected);
    expect(broken).toEqual([]);
    expect(byName([...fold.objects.values()])).toEqual(expected);
    world.stop.abort();
  }

  test("the store ends as the server is, and the facts add up to the store", async () => {
    await fc.assert(fc.asyncProperty(steps, fc.boolean(), fc.nat(), play), { numRuns: 500 });
  }, 60_000);
});
