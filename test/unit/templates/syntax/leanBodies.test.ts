import { setTimeout as later } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { expect, it } from "@jest/globals";

import { LeanBodies } from "../../../../src/templates/syntax/leanBodies.js";
import type { Bodies } from "../../../../src/templates/syntax/parser.js";

/** Collects garbage; weak references are let go between two turns of the event loop. */
async function collect(): Promise<void> {
  setFlagsFromString("--expose-gc");
  const gc: unknown = runInNewContext("gc");
  await later(0);
  if (typeof gc === "function") Reflect.apply(gc, undefined, []);
  await later(0);
}

it("the tree of a template is parsed again only where memory was needed meanwhile", async () => {
  let parsed = 0;
  const parse = (): Bodies => {
    parsed += 1;
    return new Map();
  };
  const lean = new LeanBodies(parse(), "app", "text", parse);
  lean.get();
  lean.get();
  expect(parsed).toBe(1);
  await collect();
  expect(lean.get()).toEqual(new Map());
  expect(parsed).toBe(2);
});
