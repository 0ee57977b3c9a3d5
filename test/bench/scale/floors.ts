import { applyPath, bareRoute } from "./fleet.js";
import type { FleetRun } from "./fleetRun.js";
import { floorNamespace, floorWidth } from "./fleetRun.js";
import { inParallel } from "./parallel.js";

/** Name of the route of number `index` of the bare script. */
export function bareName(index: number): string {
  return `bare${index}`;
}

/** One apply of a route by the bare script; `turn` makes a change. */
export async function applyBare(run: FleetRun, index: number, candidate: number, turn: number): Promise<void> {
  const name = bareName(index);
  const body = JSON.stringify(bareRoute(name, candidate, turn, run.bareOwnerUid));
  await run.send("PATCH", applyPath(floorNamespace, name), "application/apply-patch+yaml", body);
}

/** Applies `count` routes, 32 at a time, with whatever makes each of them differ; resolves with the milliseconds. */
export function applyAllBare(run: FleetRun, count: number, turn: number): Promise<number> {
  const numbers = Array.from({ length: count }, (_, index) => index);
  return inParallel(numbers, floorWidth, run.signal, (index) => applyBare(run, index, 20, turn));
}
