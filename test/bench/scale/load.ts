import { systemClock } from "../../../src/base/clock.js";
import { seededRandom } from "../../../src/base/random.js";
import { deployments, candidateOf } from "../app.js";
import { bareClient, failFloor } from "../floorClient.js";
import { withGateway } from "../gateway.js";
import { percentile } from "../percentiles.js";
import type { PlaneInfo } from "../../support/plane/planeInfo.js";
import { readPlaneInfo } from "../../support/plane/planeInfo.js";
import { serveEmbedded } from "./embedded.js";
import { appAt, pathIn, readyStatus } from "./fleet.js";

/** Requests of the storm under way at most. */
const width = 64;
const tick = 5;

/**
 * What goes on beside the controller, as a process of its own: `load gateway PLANE` accepts every generation of every
 * route; `load storm PLANE FIRST COUNT RATE MS SEED` writes the status of Deployments of the fleet, so many a second if the
 * API server takes them, with changes that mean nothing, and prints what became of them as JSON; `load server FOLDER` is an API server.
 */
async function main(mode: string, plane: string, words: readonly string[]): Promise<void> {
  if (mode === "server") return serveEmbedded(plane);
  const info = readPlaneInfo(plane);
  if (mode === "gateway") await runGateway(info);
  else process.stdout.write(`${JSON.stringify(await storm(info, words.map(Number)))}\n`);
}

function runGateway(info: PlaneInfo): Promise<void> {
  const ended = new Promise<void>((resolve) => process.once("SIGTERM", resolve));
  process.stdout.write("ready\n");
  return withGateway(info, () => ended);
}

/** What a storm came to. */
export interface StormLoad {
  readonly ms: number;
  readonly taken: number;
  readonly refused: number;
  /** Milliseconds from sending to reply. */
  readonly p50: number;
  readonly p99: number;
}

async function storm(info: PlaneInfo, numbers: readonly number[]): Promise<StormLoad> {
  const [first = 0, count = 1, rate = 1, ms = 0, seed = 1] = numbers;
  const { send } = bareClient(info);
  const random = seededRandom(seed);
  const latencies: number[] = [];
  let refused = 0;
  let pending = 0;
  let sent = 0;
  const write = async (): Promise<void> => {
    const app = appAt(first + Math.floor(random.next() * count), 0);
    const name = random.next() < 0.5 ? `${app.name}-v1` : candidateOf(app.name);
    const body = JSON.stringify(readyStatus(true, `revision ${sent}`));
    const started = systemClock.monotonic();
    try {
      await send("PATCH", `${pathIn(deployments, app, name)}/status`, "application/merge-patch+json", body);
      latencies.push(systemClock.monotonic() - started);
    } catch {
      refused += 1;
    }
    pending -= 1;
  };
  const started = systemClock.monotonic();
  const elapsed = (): number => systemClock.monotonic() - started;
  while (elapsed() < ms) {
    // What the API server could not take in its second is not made up for later.
    const due = Math.floor((elapsed() * rate) / 1000);
    for (; sent < due; sent += 1) {
      if (pending >= width) continue;
      pending += 1;
      void write();
    }
    await new Promise<void>((resolve) => systemClock.after(tick, resolve));
  }
  const lasted = elapsed();
  const [p50, p99] = latencies.length === 0 ? [NaN, NaN] : [percentile(latencies, 0.5), percentile(latencies, 0.99)];
  return { ms: lasted, taken: latencies.length, refused, p50, p99 };
}

const [, , mode = "", plane = "", ...words] = process.argv;
// The connections are kept: end rather than wait for them.
main(mode, plane, words).then(() => process.exit(0), failFloor);
