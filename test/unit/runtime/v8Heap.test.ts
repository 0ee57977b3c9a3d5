import { expect, test } from "@jest/globals";

import { v8Heap } from "../../../src/runtime/v8Heap.js";

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
