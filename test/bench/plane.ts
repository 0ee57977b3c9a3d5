import type { RunningPlane } from "../support/plane/startPlane.js";
import { startPlane } from "../support/plane/startPlane.js";

/** A control plane as a benchmark uses it. */
export type BenchPlane = Pick<RunningPlane, "info" | "admin" | "stop">;

/** Without a controller manager nobody but the benchmark writes a Deployment's status, and two cores are enough. */
export function startRealPlane(binaries: string, folder: string, crdFiles: readonly string[]): Promise<BenchPlane> {
  return startPlane({ binaries, folder, crdFiles, controllerManager: false });
}
