import { describe, expect, test } from "@jest/globals";

import { apiError, failures } from "../../support/fakeApi.js";
import { modified, ReflectorRun, service, services, watching } from "../../support/reflectorRun.js";

const second = 1000;

describe("trust", () => {
  test("a short interruption is forgiven", async () => {
    const run = await watching();
    run.api.watchAnswers.push(failures.reset, failures.unavailable, failures.reset);
    run.api.watchOf(services).break(failures.reset);
    expect(await run.advance(60 * second)).toEqual([]);
  });

  test("an interruption of more than 5 s is broken, dated at its start, and synced when it is over", async () => {
    const run = await watching();
    await run.clock.advance(7 * second);
    run.api.everyWatch = failures.reset;
    run.api.everyList = failures.reset;
    run.api.watchOf(services).break(failures.reset);
    expect(await run.advance(4.9 * second)).toEqual([]);
    expect(await run.advance(0.2 * second)).toEqual(["broken since 7000"]);
    run.api.everyWatch = undefined;
    run.api.everyList = undefined;
    expect(await run.advance(20 * second)).toEqual(["synced"]);
  });

  test("a watch that opens but is silent is not believed until a list of one object says that all is well", async () => {
    const run = await watching();
    run.api.watchAnswers.push("hang");
    run.api.everyList = failures.unavailable;
    run.api.watchOf(services).break(failures.reset);
    expect(await run.advance(6 * second)).toEqual(["broken since 0"]);
    run.api.everyList = undefined;
    expect(await run.advance(10 * second)).toEqual(["synced"]);
    expect(run.api.made("list").at(-1)?.list).toEqual({ limit: 1 });
  });

  test("an event proves that the watch works", async () => {
    const run = await watching();
    run.api.everyList = failures.unavailable;
    run.api.watchAnswers.push(failures.reset, [modified("a", 120)]);
    run.api.watchOf(services).break(failures.reset);
    expect(await run.advance(30 * second)).toEqual(["MODIFIED shop/a@120"]);
  });

  test("a kind that cannot be listed at first is broken after 5 s", async () => {
    const run = new ReflectorRun();
    run.api.everyWatch = failures.unavailable;
    await run.start();
    expect(await run.advance(6 * second)).toEqual(["broken since 0"]);
  });

  test.each([
    ["401", failures.unauthorized],
    ["403", failures.forbidden],
  ])("%s is forbidden at once, asked again every 10 to 30 s, and synced when allowed", async (_, refusal) => {
    const run = await watching();
    run.api.everyWatch = refusal;
    run.api.watchOf(services).break(failures.reset);
    expect(await run.advance(second)).toEqual(["forbidden"]);
    const made = await run.requestsIn(120 * second);
    expect(made).toBeGreaterThanOrEqual(3);
    expect(made).toBeLessThanOrEqual(12);
    expect(run.since()).toEqual([]);
    run.api.everyWatch = undefined;
    expect(await run.advance(40 * second)).toEqual(["synced"]);
  });

  test("row 18: a server that refuses everybody while it starts is asked again soon", async () => {
    const run = await watching();
    run.api.watchAnswers.push(failures.forbidden, failures.forbidden);
    run.api.watchOf(services).break(failures.reset);
    expect(await run.advance(4 * second)).toEqual(["forbidden", "synced"]);
  });

  test("a kind that was never there is absent at once, and listed when poked", async () => {
    const run = new ReflectorRun();
    run.api.everyWatch = failures.absent;
    await run.start();
    expect(run.since()).toEqual(["absent"]);
    expect(await run.requestsIn(30 * second)).toBeLessThanOrEqual(6);
    run.api.everyWatch = undefined;
    run.pokes.next(undefined);
    expect(await run.advance(0)).toEqual(["listing initial", "complete 100", "synced"]);
  });

  test("an absent kind is found within some seconds without a poke", async () => {
    const run = new ReflectorRun();
    run.api.everyWatch = failures.absent;
    await run.start();
    run.api.everyWatch = undefined;
    expect(await run.advance(7 * second)).toContain("synced");
  });

  test("a kind that goes is believed gone at the second 404 only", async () => {
    const run = await watching();
    run.api.watchAnswers.push(failures.absent);
    run.api.watchOf(services).close();
    expect(await run.advance(10 * second)).toEqual(["listing relisted", "complete 100"]);
    run.api.everyWatch = failures.absent;
    run.api.everyList = failures.absent;
    run.api.watchOf(services).close();
    expect(await run.advance(second)).toEqual([]);
    expect(await run.advance(3 * second)).toEqual(["absent", "emptied"]);
  });

  test("a 404 from something that is no API server is not an absent kind", async () => {
    const run = await watching();
    run.api.everyWatch = apiError(404, "NoStatus");
    run.api.watchOf(services).close();
    expect(await run.advance(30 * second)).toEqual(["broken since 0"]);
  });
});

describe("a server behind what was seen", () => {
  test("a single lower list is refused, and the next good one accepted", async () => {
    const run = await watching();
    run.api.lists.push({ items: [], resourceVersion: "50" });
    run.api.watchOf(services).break(failures.gone);
    expect(await run.advance(9 * second)).toEqual(["broken since 0"]);
    expect(await run.advance(5 * second)).toEqual(["listing relisted", "complete 100", "synced"]);
  });

  test("lower lists for 60 s are a restored etcd: the cache restarts", async () => {
    const run = await watching();
    run.api.everyList = { items: [service("old", 40)], resourceVersion: "50" };
    run.api.watchOf(services).break(failures.gone);
    expect(await run.advance(55 * second)).toEqual(["broken since 0"]);
    const told = await run.advance(20 * second);
    expect(told).toEqual(["listing restored", "listed shop/old", "complete 50", "synced"]);
    expect(run.api.made("watch").at(-1)?.watch?.resourceVersion).toBe("50");
  });

  test("a restored etcd is found while the reopened watch is silent", async () => {
    const run = await watching();
    run.api.everyList = { items: [], resourceVersion: "50" };
    run.api.watchAnswers.push("hang");
    run.api.watchOf(services).break(failures.reset);
    expect(await run.advance(50 * second)).toEqual(["broken since 0"]);
    const told = await run.advance(30 * second);
    expect(told.filter((text) => text !== "broken since 0")).toEqual(["listing restored", "complete 50", "synced"]);
  });

  test("a list at our level between two lower ones clears the suspicion", async () => {
    const run = await watching();
    run.api.lists.push({ items: [], resourceVersion: "50" });
    run.api.watchOf(services).break(failures.gone);
    await run.advance(65 * second);
    run.api.lists.push({ items: [], resourceVersion: "50" });
    run.api.watchOf(services).break(failures.gone);
    expect(await run.advance(25 * second)).not.toContain("listing restored");
  });

  test("initial events that end below what was seen are refused too", async () => {
    const run = new ReflectorRun();
    run.api.initialEvents = true;
    await run.start();
    run.since();
    run.api.watchAnswers.push([{ type: "BOOKMARK", resourceVersion: "50", initialEventsEnd: true }]);
    run.api.watchOf(services).break(failures.gone);
    expect(await run.advance(second)).toEqual([]);
    expect(await run.advance(15 * second)).toContain("listing relisted");
  });
});
