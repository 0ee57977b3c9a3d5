import type { App } from "./app.js";
import type { Arena } from "./arena.js";
import { BenchController } from "./controller.js";
import type { Child } from "./processes.js";
import type { Contest } from "./table.js";
import { compete } from "./turns.js";

/** Who measures one of the three that take turns. */
export interface Contestant<S> {
  readonly samples: S;
  /** Waits until every app's route gives its candidate a share. */
  untilAllCarry(signal: AbortSignal): Promise<void>;
  /** Drops the samples so far. */
  forget(): void;
  stop(): void;
}

/** What is competed in. */
export interface Discipline<S, C extends Contestant<S>> {
  /** What the floor's program takes besides namespace, app and form. */
  readonly floorWords: readonly string[];
  contestant(namespace: string, apps: readonly App[]): C;
  /** One turn of all, in this order. */
  round(order: readonly C[], turn: number, signal: AbortSignal): Promise<void>;
}

/** Lets both floors and a controller with `routemaps` routemaps take turns. */
export async function contest<S, C extends Contestant<S>>(
  arena: Arena,
  discipline: Discipline<S, C>,
  routemaps: number,
  signal: AbortSignal,
): Promise<Contest<S>> {
  const children: Child[] = [];
  const contestants: C[] = [];
  const enter = async (name: string, count: number, start: (namespace: string) => Promise<Child>): Promise<C> => {
    const namespace = `${name}-${routemaps}`;
    const apps = await arena.apps(namespace, count, name === "controller");
    children.push(await start(namespace));
    const entered = discipline.contestant(namespace, apps);
    contestants.push(entered);
    return entered;
  };
  try {
    const bare = await enter("bare", 1, (namespace) => arena.floor(namespace, "bare", discipline.floorWords));
    const same = await enter("same", 1, (namespace) => arena.floor(namespace, "same", discipline.floorWords));
    const controller = await enter("controller", routemaps, async (namespace) => {
      return (await BenchController.start(arena.controllerStart(namespace))).child;
    });
    for (const one of contestants) await one.untilAllCarry(signal);
    const { rounds } = arena.options;
    await compete(contestants, rounds, (order, turn) => discipline.round(order, turn, signal));
    return { routemaps, bare: bare.samples, same: same.samples, controller: controller.samples };
  } finally {
    for (const one of contestants) one.stop();
    await Promise.all(children.map((child) => child.end()));
  }
}
