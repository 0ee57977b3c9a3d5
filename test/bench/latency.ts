import { sleep, systemClock } from "../../src/base/clock.js";
import type { Arena } from "./arena.js";
import { contest } from "./contest.js";
import { BenchController } from "./controller.js";
import { withGateway } from "./gateway.js";
import type { IdleFigures } from "./idle.js";
import { measureIdle } from "./idle.js";
import type { LatencyOptions } from "./options.js";
import { latencyOptions } from "./options.js";
import type { LatencyRun } from "./report.js";
import { latencySection } from "./report.js";
import { runBench, say } from "./run.js";
import { readiness, Stopwatch } from "./trials.js";

const idleRoutemaps = 20;

async function measure(arena: Arena, options: LatencyOptions, signal: AbortSignal): Promise<LatencyRun> {
  const contests: LatencyRun["contests"][number][] = [];
  for (const size of options.sizes) {
    say(`${options.rounds} rounds with ${size} routemaps`);
    contests.push(await contest(arena, readiness, size, signal));
  }
  say(`${options.starts} starts, then ${options.idleMs / 1000} s at rest`);
  const idle = options.starts === 0 ? undefined : await measureRest(arena, options, signal);
  return { contests, idle, idleRoutemaps };
}

/** Measures a controller that has nothing to do. */
async function measureRest(arena: Arena, options: LatencyOptions, signal: AbortSignal): Promise<IdleFigures> {
  const namespace = "idle";
  const { admin, info } = arena.plane;
  const apps = await arena.apps(namespace, idleRoutemaps, true);
  const start = arena.controllerStart(namespace);
  const work = async (): Promise<IdleFigures> => {
    const first = await BenchController.start(start);
    const stopwatch = new Stopwatch(namespace, apps);
    try {
      await stopwatch.untilAllCarry(signal);
      // Until the last status and the last Event are written.
      await sleep(systemClock, 5000, signal);
      await first.child.end();
      return await measureIdle(start, admin, options, signal);
    } finally {
      stopwatch.stop();
      await first.child.end();
    }
  };
  return withGateway(info, work, namespace);
}

runBench({ options: latencyOptions, config: "clusterScoped: true\n", measure, section: latencySection });
