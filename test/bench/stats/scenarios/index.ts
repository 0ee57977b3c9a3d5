import type { Mode, Scenario } from "../scenario.js";
import { bandits } from "./bandits.js";
import { brokenReward } from "./brokenReward.js";
import { canaryFaults } from "./canaryFaults.js";
import { coverage } from "./coverage.js";
import { equalArms } from "./equalArms.js";
import { falseAlarms, movingTraffic } from "./falseAlarms.js";
import { latencies } from "./latencies.js";
import { objectives } from "./objectives.js";
import { rareEvents, realDifference } from "./power.js";
import { sampleRatios } from "./sampleRatios.js";

const all: readonly Scenario[] = [
  falseAlarms,
  latencies,
  movingTraffic,
  realDifference,
  rareEvents,
  objectives,
  canaryFaults,
  bandits,
  equalArms,
  sampleRatios,
  brokenReward,
  coverage,
];

/** The scenarios of a mode, or those asked for. Throws an Error on a number that is none. */
export function scenariosOf(mode: Mode, asked: readonly number[] | undefined): Scenario[] {
  const unknown = asked?.find((id) => !all.some((scenario) => scenario.id === id));
  if (unknown !== undefined)
    throw new Error(`--scenario ${unknown}: give one of ${all.map(({ id }) => id).join(", ")}`);
  return all.filter((scenario) => (asked === undefined ? mode === "full" || scenario.ci : asked.includes(scenario.id)));
}
