import type { Rng } from "../../../src/stats/random.js";
import { Moments } from "../../../src/stats/moments.js";
import type { Outcome } from "./scenario.js";
import type { MeanMethod, PairMethod } from "./rivals/method.js";
import { nothing, plus } from "./rivals/method.js";
import type { World } from "./worlds.js";
import { drawLook } from "./worlds.js";

/** The look (from 1) at which each method first calls the versions different, 0 for never; all see the same counts. */
export function firstCalls(world: World, methods: readonly PairMethod[], rng: Rng): Outcome {
  const calls: Record<string, number> = {};
  let running = methods.map(({ name, start }) => ({ name, watch: start() }));
  let totals = nothing;
  for (let look = 1; look <= world.looks && running.length > 0; look++) {
    const batch = drawLook(world.at(look - 1), rng);
    totals = plus(totals, batch);
    running = running.filter(({ name, watch }) => {
      const called = watch.look(batch, totals);
      if (called) calls[name] = look;
      return !called;
    });
  }
  for (const { name } of running) calls[name] = 0;
  return calls;
}

/** The same for values, of which `draw` brings one batch. */
export function firstMeanCalls(
  looks: number,
  draw: () => { a: Moments; b: Moments },
  methods: readonly MeanMethod[],
): Outcome {
  const calls: Record<string, number> = {};
  let running = methods.map(({ name, start }) => ({ name, watch: start() }));
  const totals = { a: Moments.of(), b: Moments.of() };
  for (let look = 1; look <= looks && running.length > 0; look++) {
    const batch = draw();
    totals.a.merge(batch.a);
    totals.b.merge(batch.b);
    running = running.filter(({ name, watch }) => {
      const called = watch.look(batch, totals);
      if (called) calls[name] = look;
      return !called;
    });
  }
  for (const { name } of running) calls[name] = 0;
  return calls;
}
