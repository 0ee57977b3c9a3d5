import type { Arena } from "../arena.js";
import { startRealPlane } from "../plane.js";
import { runBench, say } from "../run.js";
import { startEmbeddedPlane } from "./embedded.js";
import { FleetRun } from "./fleetRun.js";
import type { ScaleOptions } from "./options.js";
import { scaleOptions } from "./options.js";
import type { ScaleFigures } from "./report.js";
import { scaleSection } from "./report.js";
import { measureShift } from "./shift.js";
import { measureSoak } from "./soak.js";
import { measureStart } from "./start.js";
import { measureStorm } from "./storm.js";

async function measure(arena: Arena, options: ScaleOptions, signal: AbortSignal): Promise<ScaleFigures> {
  const run = new FleetRun(arena, options, signal);
  try {
    const gateway = run.load("gateway");
    await gateway.until("the gateway follows", () => gateway.output.includes("ready"));
    const many = ["start", "storm", "shift"].some((name) => [...options.sections].some((section) => section === name));
    const large = many ? await measureLarge(run) : undefined;
    if (options.sections.has("soak")) say(`a soak of ${options.soakMs / 60_000} min`);
    const soak = options.sections.has("soak") ? await measureSoak(run) : undefined;
    return { ...large, embedded: options.embedded, soak };
  } finally {
    await run.end();
  }
}

/** Everything that takes the whole fleet. The controller is ended afterwards. */
async function measureLarge(run: FleetRun): Promise<Omit<ScaleFigures, "soak" | "embedded">> {
  const { options } = run;
  const { figures: start, leader } = await measureStart(run, options.sections.has("start"));
  if (options.sections.has("storm")) say(`a storm of ${options.stormMs / 60_000} min`);
  const storm = options.sections.has("storm") ? await measureStorm(run, leader) : undefined;
  if (options.sections.has("shift")) say(`shifts of ${run.shifted} routes`);
  const shift = options.sections.has("shift") ? await measureShift(run, leader) : undefined;
  await leader.end();
  return { start, storm, shift };
}

runBench({
  options: scaleOptions,
  plane: ({ embedded, floorProgram, binaries }, folder, crdFiles) =>
    embedded ? startEmbeddedPlane(floorProgram, folder, crdFiles) : startRealPlane(binaries, folder, crdFiles),
  config: "clusterScoped: true\n",
  measure,
  section: scaleSection,
});
