import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import { systemClock } from "../../../src/base/clock.js";
import { seededRandom } from "../../../src/base/random.js";
import type { Handler, Outcome, QueueObserver } from "../../../src/runtime/queue.js";
import { WorkQueue } from "../../../src/runtime/queue.js";
import type { QueueClass } from "../../../src/runtime/queueClass.js";
import { queueClasses } from "../../../src/runtime/queueClass.js";
import { FakeClock, settle } from "../../support/fakeClock.js";

const done: Outcome = { kind: "done" };

/** A queue with a handler whose runs are ended by the test. */
function bench(concurrency = 1, observer?: QueueObserver<string>) {
  const clock = new FakeClock();
  const queue = new WorkQueue<string>({
    clock,
    random: seededRandom(1),
    backoff: { first: 5, cap: 30_000, jitter: 0 },
    ...(observer === undefined ? {} : { observer }),
  });
  const started: { key: string; class: QueueClass; failures: number; at: number }[] = [];
  const open = new Map<string, (outcome: Outcome) => void>();
  const handler: Handler<string> = (key, _signal, info) => {
    started.push({ key, ...info, at: clock.monotonic() });
    return new Promise((resolve) => open.set(key, resolve));
  };
  const stop = new AbortController();
  const start = (): Promise<void> => queue.run(handler, { concurrency, signal: stop.signal });
  const end = async (key: string, outcome: Outcome = done): Promise<void> => {
    const resolve = open.get(key);
    if (resolve === undefined) throw new Error(`${key} does not run`);
    open.delete(key);
    resolve(outcome);
    await settle();
  };
  return { clock, queue, started, open, start, stop, end, keys: () => started.map((run) => run.key) };
}

describe("order", () => {
  test("more urgent classes run first, and first come first served within a class", async () => {
    const { queue, start, end, keys, open } = bench();
    queue.add("resync-1", "resync");
    queue.add("spec-1", "spec");
    queue.add("gained-1", "readinessGained");
    queue.add("spec-2", "spec");
    queue.add("lost-1", "readinessLost");
    queue.add("deleted-1", "deletion");
    queue.add("lost-2", "readinessLost");
    void start();
    while (open.size > 0) for (const key of [...open.keys()]) await end(key);
    expect(keys()).toEqual(["deleted-1", "lost-1", "lost-2", "gained-1", "spec-1", "spec-2", "resync-1"]);
  });

  test("what is least urgent has a turn out of line when it has waited for 5 s by the queue's clock", async () => {
    const { clock, queue, start, end, keys, open } = bench();
    queue.add("patient", "resync");
    await clock.advance(5000);
    for (let index = 0; index < 10; index += 1) queue.add(`urgent-${index}`, "deletion");
    void start();
    while (open.size > 0) for (const key of [...open.keys()]) await end(key);
    expect(keys().indexOf("patient")).toBe(7);
  });

  test("a key that waits keeps the most urgent class it was added with", async () => {
    const { queue, start, end, started } = bench();
    queue.add("a", "spec");
    queue.add("b", "resync");
    queue.add("b", "deletion");
    queue.add("b", "spec");
    void start();
    await end("b");
    await end("a");
    expect(started.map((run) => [run.key, run.class])).toEqual([
      ["b", "deletion"],
      ["a", "spec"],
    ]);
  });
});

describe("one key", () => {
  test("waits at most once", async () => {
    const { queue, start, end, keys } = bench();
    for (let round = 0; round < 5; round++) queue.add("a", "spec");
    expect(queue.depth).toBe(1);
    void start();
    await end("a");
    expect(keys()).toEqual(["a"]);
  });

  test("that is added while it is worked on runs exactly once more, afterwards, in the most urgent class", async () => {
    const { queue, start, end, started } = bench(4);
    queue.add("a", "spec");
    void start();
    queue.add("a", "resync");
    queue.add("a", "readinessLost");
    expect(started).toHaveLength(1);
    await end("a");
    expect(started.map((run) => run.class)).toEqual(["spec", "readinessLost"]);
    await end("a");
    expect(started).toHaveLength(2);
  });
});

describe("delays", () => {
  test("of several delays the earliest wins, and it runs once", async () => {
    const { clock, queue, start, end, started } = bench();
    void start();
    queue.addAfter("a", "resync", 1000);
    queue.addAfter("a", "resync", 400);
    queue.addAfter("a", "spec", 2000);
    await clock.advance(399);
    expect(started).toEqual([]);
    await clock.advance(1);
    expect(started).toMatchObject([{ class: "spec", at: 400 }]);
    await end("a");
    await clock.advance(5000);
    expect(started).toHaveLength(1);
  });

  test("what a run asks for replaces what the run before asked for", async () => {
    const { clock, queue, start, end, started } = bench();
    queue.add("a", "spec");
    void start();
    await end("a", { kind: "again", afterMs: 1000 });
    queue.add("a", "spec");
    await end("a", { kind: "again", afterMs: 5000, class: "deletion" });
    await clock.advance(4999);
    expect(started).toHaveLength(2);
    await clock.advance(1);
    expect(started[2]).toMatchObject({ class: "deletion", at: 5000 });
  });

  test("a caller's delay outlives a run that asks for nothing", async () => {
    const { clock, queue, start, end, started } = bench();
    void start();
    queue.addAfter("a", "resync", 1000);
    queue.add("a", "spec");
    await end("a");
    await clock.advance(1000);
    expect(started).toHaveLength(2);
  });
});

describe("failures", () => {
  test("are retried in the same class after 5, 10, 20 ms and so on up to 30 s", async () => {
    const { clock, queue, start, end, started } = bench();
    queue.add("a", "readinessLost");
    void start();
    for (let attempt = 0; attempt < 16; attempt++) {
      await end("a", { kind: "failed", error: new Error("no") });
      await clock.advance(30_000);
    }
    const gaps = started.slice(1).map((run, index) => run.at - (started[index]?.at ?? 0));
    expect(started[0]?.at).toBe(0);
    expect(started.map((run) => run.failures)).toEqual(Array.from({ length: 17 }, (_, index) => index));
    expect(started.every((run) => run.class === "readinessLost")).toBe(true);
    expect(gaps.slice(0, 2)).toEqual([5, 30_000 - 5 + 10]);
    expect(gaps.at(-1)).toBe(30_000);
  });

  test("are forgotten after a run that did not fail, and its retry is dropped", async () => {
    const { clock, queue, start, end, started } = bench();
    queue.add("a", "spec");
    void start();
    await end("a", { kind: "failed", error: "no" });
    queue.add("a", "spec");
    await end("a");
    await clock.advance(60_000);
    expect(started).toHaveLength(2);
    queue.add("a", "spec");
    expect(started[2]?.failures).toBe(0);
    expect(queue.later).toBe(0);
  });

  test("forget drops the waiting retry and the count", async () => {
    const { clock, queue, start, end, started } = bench();
    queue.add("a", "spec");
    void start();
    await end("a", { kind: "failed", error: "no" });
    queue.forget("a");
    await clock.advance(60_000);
    expect(started).toHaveLength(1);
  });

  test("a handler that throws, at once or later, counts as failed", async () => {
    const clock = new FakeClock();
    const queue = new WorkQueue<string>({ clock, random: seededRandom(1) });
    const stop = new AbortController();
    let runs = 0;
    const ended = queue.run(
      (key) => {
        runs++;
        if (key === "sync") throw new Error("at once");
        return Promise.reject(new Error("later"));
      },
      { concurrency: 2, signal: stop.signal },
    );
    queue.add("sync", "spec");
    queue.add("async", "spec");
    await clock.advance(7);
    expect(runs).toBe(4);
    stop.abort();
    await ended;
  });
});

describe("run", () => {
  test("works on at most `concurrency` keys at a time", () => {
    const { queue, start, open } = bench(3);
    for (const key of ["a", "b", "c", "d", "e"]) queue.add(key, "spec");
    void start();
    expect([...open.keys()]).toEqual(["a", "b", "c"]);
    expect(queue.active).toBe(3);
    expect(queue.depth).toBe(2);
  });

  test("starts nothing after the abort, waits for what runs, and leaves no timer", async () => {
    const { clock, queue, start, stop, end, keys } = bench();
    queue.add("a", "spec");
    queue.addAfter("c", "spec", 1000);
    let ended = false;
    const running = start().then(() => (ended = true));
    stop.abort();
    queue.add("b", "deletion");
    await settle();
    expect(ended).toBe(false);
    await end("a", { kind: "again", afterMs: 10 });
    await running;
    expect(keys()).toEqual(["a"]);
    expect(queue.depth).toBe(1);
    expect(clock.pending).toBe(0);
  });

  test("ends at once where the signal has aborted before", async () => {
    const { start, stop } = bench();
    stop.abort();
    await expect(start()).resolves.toBeUndefined();
  });

  test("lets timers and sockets in between long runs of pure computation", async () => {
    const queue = new WorkQueue<string>({ clock: systemClock, random: seededRandom(1) });
    const stop = new AbortController();
    let worked = 0;
    for (let key = 0; key < 60; key++) queue.add(`key-${key}`, "spec");
    const seen: number[] = [];
    const look = (): void => {
      seen.push(worked);
      if (worked < 60) setImmediate(look);
      else stop.abort();
    };
    setImmediate(look);
    await queue.run(
      () => {
        const end = systemClock.monotonic() + 1;
        while (systemClock.monotonic() < end);
        worked++;
        return Promise.resolve(done);
      },
      { concurrency: 4, signal: stop.signal },
    );
    expect(worked).toBe(60);
    expect(seen.length).toBeGreaterThan(2);
    expect(Math.max(...seen.map((count, index) => count - (seen[index - 1] ?? 0)))).toBeLessThan(40);
  });
});

describe("observer", () => {
  test("is told of depth, waiting and working times, and retries", async () => {
    const log: unknown[] = [];
    const { clock, queue, start, end } = bench(1, {
      depth: (keys) => log.push(["depth", keys]),
      added: (wanted) => log.push(["added", wanted]),
      started: (key, wanted, waited) => log.push(["started", key, wanted, waited]),
      finished: (key, outcome, worked) => log.push(["finished", key, outcome.kind, worked]),
      retried: (key, delay) => log.push(["retried", key, delay]),
    });
    queue.add("a", "spec");
    await clock.advance(20);
    void start();
    await clock.advance(30);
    expect(queue.unfinished()).toEqual([30]);
    await end("a", { kind: "failed", error: "no" });
    expect(log).toEqual([
      ["added", "spec"],
      ["depth", 1],
      ["depth", 0],
      ["started", "a", "spec", 20],
      ["finished", "a", "failed", 30],
      ["retried", "a", 5],
      ["depth", 0],
    ]);
  });
});

type Step =
  | { readonly kind: "add"; readonly key: string; readonly class: QueueClass }
  | { readonly kind: "later"; readonly key: string; readonly class: QueueClass; readonly ms: number }
  | { readonly kind: "end"; readonly index: number; readonly outcome: Outcome["kind"] }
  | { readonly kind: "time"; readonly ms: number };

const key = fc.constantFrom("a", "b", "c", "d");
const anyClass = fc.constantFrom(...queueClasses);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("add" as const), key, class: anyClass }) },
  fc.record({ kind: fc.constant("later" as const), key, class: anyClass, ms: fc.integer({ min: 1, max: 50 }) }),
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("end" as const),
      index: fc.nat(3),
      outcome: fc.constantFrom("done" as const, "again" as const, "failed" as const),
    }),
  },
  fc.record({ kind: fc.constant("time" as const), ms: fc.integer({ min: 0, max: 60 }) }),
);

describe("whatever happens in whatever order", () => {
  test("no key is worked on twice at a time, none waits while a worker is free, no add is lost, urgent goes first in seven turns of eight", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 60 }),
        fc.integer({ min: 1, max: 3 }),
        async (steps, concurrency) => {
          const clock = new FakeClock();
          const queue = new WorkQueue<string>({ clock, random: seededRandom(7) });
          const open = new Map<string, (outcome: Outcome) => void>();
          /** Adds nobody has started on yet, with their most urgent class. */
          const owed = new Map<string, QueueClass>();
          const stop = new AbortController();
          /** Kept aside: a handler that throws is only a failed run. */
          const wrong: string[] = [];
          let turns = 0;
          const owe = (name: string, wanted: QueueClass): void => {
            const known = owed.get(name);
            if (known === undefined || queueClasses.indexOf(wanted) < queueClasses.indexOf(known))
              owed.set(name, wanted);
          };
          const running = queue.run(
            (name, _signal, info) => {
              if (open.has(name)) wrong.push(`${name} runs twice`);
              turns += 1;
              // Every eighth turn may be that of a key that has waited for long.
              for (const [other, wanted] of owed)
                if (
                  turns % 8 !== 0 &&
                  other !== name &&
                  !open.has(other) &&
                  queueClasses.indexOf(info.class) > queueClasses.indexOf(wanted)
                )
                  wrong.push(`${name} (${info.class}) runs before ${other} (${wanted})`);
              owed.delete(name);
              return new Promise((resolve) => open.set(name, resolve));
            },
            { concurrency, signal: stop.signal },
          );
          for (const action of steps) {
            if (action.kind === "add") {
              owe(action.key, action.class);
              queue.add(action.key, action.class);
            } else if (action.kind === "later") queue.addAfter(action.key, action.class, action.ms);
            else if (action.kind === "time") await clock.advance(action.ms);
            else {
              const name = [...open.keys()][action.index];
              const resolve = name === undefined ? undefined : open.get(name);
              if (name !== undefined) open.delete(name);
              resolve?.(
                action.outcome === "again"
                  ? { kind: "again", afterMs: 7 }
                  : action.outcome === "done"
                    ? done
                    : { kind: "failed", error: 0 },
              );
            }
            await settle();
            const waiting = [...owed.keys()].filter((name) => !open.has(name));
            if (waiting.length > 0) expect(open.size).toBe(concurrency);
          }
          for (let round = 0; round < 40 && (open.size > 0 || queue.later > 0); round++) {
            for (const [name, resolve] of [...open]) {
              open.delete(name);
              resolve(done);
            }
            await clock.advance(100);
          }
          expect(wrong).toEqual([]);
          expect(owed.size).toBe(0);
          expect([queue.depth, queue.active, queue.later]).toEqual([0, 0, 0]);
          stop.abort();
          await running;
        },
      ),
      { numRuns: 150 },
    );
  });
});
