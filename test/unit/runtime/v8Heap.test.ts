import { expect, test } from "@jest/globals";

import { v8Heap } from "../../../src/runtime/v8Heap.js";
import { waitFor } from "../../support/plane/waitFor.js";

const mega = 1024 ** 2;

test("memory between what lives is given back in a few passes", () => {
  const heap = v8Heap();
  if (heap === undefined) throw new Error("this Node offers no collection");
  let all: (number[] | undefined)[] = Array.from({ length: 400_000 }, (_, index) => [index, index, index, index]);
  heap.compact();
  all = all.map((each, index) => (index % 4 === 0 ? each : undefined));
  const { taken } = heap.room();
  for (let pass = 0; pass < 12; pass += 1) heap.compact();
  const after = heap.room();
  expect(taken - after.taken).toBeGreaterThan(10 * mega);
  expect(after.taken).toBeGreaterThanOrEqual(after.used);
  expect(all.filter((each) => each !== undefined)).toHaveLength(100_000);
});

test("time in which the event loop counts is busy", () => {
  const heap = v8Heap();
  if (heap === undefined) throw new Error("this Node offers no collection");
  heap.busy();
  const end = performance.now() + 30;
  while (performance.now() < end);
  expect(heap.busy()).toBeGreaterThan(0.9);
});

test("what the young generation took is given back once little is allocated", async () => {
  const heap = v8Heap();
  if (heap === undefined) throw new Error("this Node offers no collection");
  allocate(1000);
  const grown = heap.young();
  expect(grown).toBeGreaterThan(4 * mega);
  const shrinks = (): boolean => {
    heap.collectYoung();
    return heap.young() < grown / 2;
  };
  await waitFor(shrinks, { describe: "a young generation half as large", timeoutMs: 30_000, intervalMs: 1000 });
}, 40_000);

/** Makes objects for so many milliseconds, of which some live for a while. */
function allocate(ms: number): void {
  const end = performance.now() + ms;
  let live: object[] = [];
  while (performance.now() < end) live = live.length > 100_000 ? [] : [...live, ...some(live.length)];
}

function some(first: number): readonly object[] {
  return Array.from({ length: 10_000 }, (_, index) => ({ at: first + index }));
}
