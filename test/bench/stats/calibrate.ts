import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";

import { falseAlarms, movingTraffic, power } from "./binary.js";
import type { Line, Run } from "./measure.js";
import { equalArms, latencies, objectives, sampleRatios } from "./others.js";
import { recordedRamp, replay, replayTable } from "./replay.js";
import { speed } from "./speed.js";

const { values } = parseArgs({
  options: {
    reps: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
    write: { type: "string" },
  },
});
const run: Run = { seed: Number(values.seed), reps: Number(values.reps) };
const scenarios: readonly (readonly [string, (run: Run) => Line[]])[] = [
  ["false alarms", falseAlarms],
  ["latencies", latencies],
  ["moving traffic", movingTraffic],
  ["power", power],
  ["objectives", objectives],
  ["equal arms", equalArms],
  ["sample ratios", sampleRatios],
];

const lines: Line[] = [];
for (const [name, measure] of scenarios) {
  const start = performance.now();
  lines.push(...measure(run));
  process.stderr.write(`${name}: ${((performance.now() - start) / 1000).toFixed(1)} s\n`);
}
// Time of this process, so that a busy machine does not count.
const fast = speed(() => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
});

const table = (rows: readonly Line[]): string =>
  [
    "| scenario | figure | measured | target | |",
    "|---|---|---:|---|---|",
    ...rows.map(
      (r) =>
        `| ${r.scenario} | ${r.figure} | ${r.value} | ${r.target} | ${r.pass === undefined ? "" : r.pass ? "pass" : "FAIL"} |`,
    ),
  ].join("\n");

const results = `Seed ${run.seed}, ${run.reps} repetitions; ± is the Monte-Carlo standard error.\n\n${table(lines)}`;
process.stdout.write(`${results}\n\n${table(fast)}\n\n${replayTable(replay(recordedRamp(run.seed)), 20)}\n`);
if (values.write !== undefined) {
  const text = await readFile(values.write, "utf8");
  const marked = text.replace(/(<!-- results -->\n)[^]*?(<!-- end -->)/, `$1\n${results}\n\n$2`);
  await writeFile(
    values.write,
    marked.replace(
      /(<!-- replay -->\n)[^]*?(<!-- end -->)/,
      `$1\n${replayTable(replay(recordedRamp(run.seed)), 20)}\n\n$2`,
    ),
  );
}
process.exitCode = [...lines, ...fast].some(({ pass }) => pass === false) ? 1 : 0;
