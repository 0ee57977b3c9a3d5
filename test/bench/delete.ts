import { systemClock } from "../../src/base/clock.js";
import { quickConfig } from "../support/controllerProcess.js";
import type { Arena } from "./arena.js";
import { contest } from "./contest.js";
import type { DeleteRun } from "./deleteReport.js";
import { deleteSection } from "./deleteReport.js";
import { release } from "./deleteTrials.js";
import { withGateway } from "./gateway.js";
import { holdOf } from "./hold.js";
import type { BenchOptions } from "./options.js";
import { benchOptions } from "./options.js";
import { runBench, say } from "./run.js";

function measure(arena: Arena, { sizes, rounds }: BenchOptions, signal: AbortSignal): Promise<DeleteRun> {
  const hold = holdOf(quickConfig);
  const discipline = release(systemClock, hold.settle + hold.drain);
  return withGateway(arena.plane.info, async () => {
    const contests: DeleteRun["contests"][number][] = [];
    for (const size of sizes) {
      say(`${rounds} rounds with ${size} routemaps`);
      contests.push(await contest(arena, discipline, size, signal));
    }
    return { contests, hold };
  });
}

runBench({ options: benchOptions, config: quickConfig, measure, section: deleteSection });
