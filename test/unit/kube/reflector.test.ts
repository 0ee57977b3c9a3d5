import { describe, expect, test } from "@jest/globals";

import type { Selection, WatchEvent } from "../../../src/kube/api.js";
import { apiError, failures } from "../../support/fakeApi.js";
import { modified, ReflectorRun, service, services, watching } from "../../support/reflectorRun.js";

const second = 1000;

describe("listing", () => {
  test("asks for initial events first, and takes their end as the list", async () => {
    const run = new ReflectorRun();
    run.api.initialEvents = true;
    run.api.server.put(services, { namespace: "shop", name: "a" });
    await run.start();
    expect(run.since()).toEqual(["listing initial", "listed shop/a", "complete 101", "synced"]);
    expect(run.api.made("list")).toEqual([]);
    run.api.server.put(services, { namespace: "shop", name: "a", spec: {} });
    expect(run.since()).toEqual(["MODIFIED shop/a@102"]);
  });

  test("falls back to pages for good where initial events are refused", async () => {
    const run = new ReflectorRun();
    for (let n = 0; n < 1201; n++) run.api.server.put(services, { name: `s${n}` });
    await run.start();
    await run.advance(0);
    expect(run.api.made("list").map(({ list }) => [list?.limit, list?.continue])).toEqual([
      [500, undefined],
      [500, "500"],
      [500, "1000"],
    ]);
    run.api.watchOf(services).break(failures.gone);
    await run.advance(second);
    await run.advance(0);
    const asked = run.api.made("watch").map(({ watch }) => watch?.sendInitialEvents ?? false);
    expect(asked).toEqual([true, false, false]);
  });

  test("falls back where initial events never end", async () => {
    const run = new ReflectorRun();
    run.api.watchAnswers.push([modified("a", 5)]);
    await run.start();
    expect(run.api.made("list")).toHaveLength(0);
    expect(await run.advance(11 * second)).toContain("synced");
    expect(run.api.made("list")).toHaveLength(1);
  });

  test("tells a large list in pieces of 20 and takes events meanwhile after it", async () => {
    const run = new ReflectorRun();
    const initial = Array.from({ length: 700 }, (_, n): WatchEvent => ({ type: "ADDED", object: service(`s${n}`, n) }));
    run.api.watchAnswers.push([
      ...initial,
      { type: "BOOKMARK", resourceVersion: "800", initialEventsEnd: true },
      modified("s1", 801),
    ]);
    await run.start();
    await run.clock.advance(0);
    expect(run.since().map((text) => text.split(" ").length)).toEqual([2, ...Array<number>(35).fill(21), 2, 1, 2]);
    expect(await run.advance(second)).toEqual([]);
  });

  test("starts anew when the token of a page has expired", async () => {
    const run = new ReflectorRun();
    run.api.lists.push({ items: [service("a", 5)], resourceVersion: "10", continue: "next" }, failures.gone);
    await run.start();
    const told = await run.advance(second);
    expect(told.filter((text) => text.startsWith("complete"))).toEqual(["complete 100"]);
  });

  test("gives up a page that is not answered for 30 s and asks again", async () => {
    const run = new ReflectorRun();
    run.api.lists.push("hang");
    await run.start();
    expect(await run.advance(29 * second)).toEqual([]);
    expect(await run.advance(2 * second)).toContain("synced");
  });
});

describe("watching", () => {
  test("goes on from the last version, bookmarks included, when the server closes a watch", async () => {
    const run = await watching();
    run.api.server.version = 150;
    await run.clock.advance(30 * second);
    run.api.bookmark();
    await run.clock.advance(11 * second);
    run.api.watchOf(services).close();
    await run.clock.advance(0);
    expect(run.api.made("watch").at(-1)?.watch?.resourceVersion).toBe("150");
    expect(run.api.made("list")).toHaveLength(1);
    expect(run.since()).toEqual(["progress 150"]);
  });

  test("asks the server to end a watch after 40 to 50 s", async () => {
    const run = await watching();
    const { timeoutSeconds = 0 } = run.api.made("watch").at(-1)?.watch ?? {};
    expect(timeoutSeconds).toBeGreaterThanOrEqual(40);
    expect(timeoutSeconds).toBeLessThanOrEqual(50);
  });

  test("ends a watch that began with initial events 40 to 50 s after these, without a word", async () => {
    const run = new ReflectorRun();
    run.api.initialEvents = true;
    await run.start();
    run.since();
    await run.clock.advance(39 * second);
    expect(run.api.made("watch")).toHaveLength(1);
    await run.clock.advance(11 * second);
    expect(run.api.made("watch").at(-1)?.watch).toMatchObject({ resourceVersion: "100" });
    expect(run.api.made("watch")).toHaveLength(2);
    expect(run.api.made("list")).toEqual([]);
    expect(run.since()).toEqual([]);
  });

  test("loses nothing that happens while a watch is cut", async () => {
    const run = await watching();
    run.api.watchOf(services).break(failures.reset);
    run.api.server.put(services, { name: "a" });
    run.api.server.remove(services, { name: "a" });
    expect(await run.advance(second)).toEqual(["ADDED a@101", "DELETED a@102"]);
    expect(run.api.made("list")).toHaveLength(1);
  });

  test.each([
    ["status", (run: ReflectorRun) => run.api.watchOf(services).break(failures.gone)],
    ["event", (run: ReflectorRun) => run.api.watchOf(services).send({ type: "ERROR", error: failures.gone })],
  ])("lists again after 410 as %s", async (_, expire) => {
    const run = await watching();
    run.api.server.put(services, { name: "a" });
    run.since();
    expire(run);
    expect(await run.advance(second)).toEqual(["listing relisted", "listed a", "complete 101"]);
    expect(run.api.made("watch").at(-1)?.watch?.resourceVersion).toBe("101");
  });

  test("another ERROR event ends the watch and is no reason to list", async () => {
    const run = await watching();
    run.api.watchOf(services).send({ type: "ERROR", error: apiError(500, "InternalError") });
    await run.advance(second / 2);
    expect(run.api.made("list")).toHaveLength(1);
    expect(run.api.made("watch")).toHaveLength(3);
  });

  test("ignores late and doubled events that the consumer knows", async () => {
    const run = await watching();
    const watch = run.api.watchOf(services);
    watch.send(modified("a", 120));
    watch.send(modified("a", 120));
    watch.send(modified("a", 110));
    expect(await run.advance(second)).toEqual(["MODIFIED shop/a@120"]);
  });

  test("an old event that the consumer does not know breaks the promised order: it lists again", async () => {
    const run = await watching();
    run.api.watchOf(services).send(modified("a", 120));
    run.known = false;
    run.api.server.version = 120;
    run.api.watchOf(services).send(modified("b", 115));
    expect(await run.advance(second)).toEqual(["MODIFIED shop/a@120", "listing relisted", "complete 120"]);
  });

  test("reopens a watch that was silent for 55 s, and bookmarks are no silence", async () => {
    const run = await watching();
    for (let times = 0; times < 10; times++) {
      await run.clock.advance(30 * second);
      run.api.bookmark();
    }
    expect(run.api.made("watch")).toHaveLength(2);
    await run.clock.advance(54 * second);
    expect(run.api.made("watch")).toHaveLength(2);
    await run.clock.advance(2 * second);
    expect(run.api.made("watch")).toHaveLength(3);
    await run.clock.advance(10 * second);
    expect(run.told.filter((text) => text.startsWith("broken"))).toEqual([]);
  });

  test("a version that is no number ends the watch, and it is broken as long as that lasts", async () => {
    const run = await watching();
    run.api.everyWatch = [modified("a", "x1")];
    run.api.watchOf(services).send(modified("a", "x1"));
    expect(await run.advance(6 * second)).toEqual(["broken since 0"]);
  });
});

describe("never spinning", () => {
  test.each([
    ["closes every watch at once", 12, "close"],
    ["answers every watch with 410", 22, failures.gone],
    ["answers every watch with 500", 12, apiError(500, "InternalError")],
    ["ends every watch by an ERROR event 410", 22, [{ type: "ERROR", error: failures.gone }]],
    ["resets every watch", 12, failures.reset],
    ["throttles every watch", 5, apiError(429, "TooManyRequests", { retryAfter: 3 * second })],
  ] as const)("a server that %s is asked at most %s times in 10 s", async (_, most, answer) => {
    const run = await watching();
    run.api.everyWatch = answer;
    run.api.watchOf(services).close();
    const made = await run.requestsIn(10 * second);
    expect(made).toBeLessThanOrEqual(most);
    expect(made).toBeGreaterThanOrEqual(3);
    expect(await run.requestsIn(60 * second)).toBeLessThanOrEqual(20);
  });

  test("a projection that throws is a broken kind, not a dead one", async () => {
    const run = new ReflectorRun();
    run.api.server.put(services, { name: "bug" });
    await run.start();
    expect(await run.requestsIn(10 * second)).toBeLessThanOrEqual(12);
    expect(run.since()).toEqual(["broken since 0"]);
    run.api.server.remove(services, { name: "bug" });
    expect(await run.advance(10 * second)).toContain("synced");
  });

  test("a watch that lived for a while resets the backoff", async () => {
    const run = await watching();
    run.api.everyWatch = "close";
    run.api.watchOf(services).close();
    await run.clock.advance(30 * second);
    run.api.everyWatch = undefined;
    await run.clock.advance(30 * second);
    const opened = run.api.made("watch").length;
    run.api.watchOf(services).break(failures.reset);
    await run.clock.advance(second / 10);
    expect(run.api.made("watch")).toHaveLength(opened + 1);
  });
});

describe("a single object on a server without initial events", () => {
  const shop: Selection = { resource: services, name: "shop" };

  test("is watched from the server's present state, since its own version may be long forgotten", async () => {
    const run = new ReflectorRun(shop);
    run.api.lists.push({ items: [service("shop", 7)], resourceVersion: "7" });
    await run.start();
    expect(run.since()).toEqual(["listing initial", "listed shop/shop", "complete 7", "synced"]);
    expect(run.api.made("watch").at(-1)?.watch?.resourceVersion).toBe("0");
  });

  test("is read again after its watch has opened, so that a deletion between the two is seen", async () => {
    const run = new ReflectorRun(shop);
    run.api.lists.push({ items: [service("shop", 7)], resourceVersion: "7" }, { items: [], resourceVersion: "0" });
    await run.start();
    run.since();
    expect(await run.advance(2 * second)).toEqual(["listing relisted", "complete 7"]);
  });
});

describe("unsubscribing", () => {
  test("aborts the watch, and nothing is asked or told any more", async () => {
    const run = await watching();
    run.unsubscribe();
    expect(run.api.watches.size).toBe(0);
    expect(await run.requestsIn(600 * second)).toBe(0);
    expect(run.since()).toEqual([]);
    expect(run.clock.pending).toBe(0);
  });

  test("leaves no timer behind while requests fail", async () => {
    const run = await watching();
    run.api.everyWatch = failures.unavailable;
    run.api.watchOf(services).close();
    await run.clock.advance(second);
    run.unsubscribe();
    await run.clock.advance(0);
    expect(run.clock.pending).toBe(0);
  });

  test("ends a wait and a hanging list", async () => {
    const waiting = new ReflectorRun();
    waiting.api.everyWatch = failures.forbidden;
    await waiting.start();
    waiting.unsubscribe();
    const hanging = new ReflectorRun();
    hanging.api.lists.push("hang");
    await hanging.start();
    hanging.unsubscribe();
    await waiting.clock.advance(0);
    await hanging.clock.advance(0);
    expect([waiting.clock.pending, hanging.clock.pending]).toEqual([0, 0]);
  });
});
