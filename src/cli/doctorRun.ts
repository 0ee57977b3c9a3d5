import { PointsmanError } from "../base/errors.js";
import { examine } from "../routing/doctor/examine.js";
import type { Cluster } from "./cluster.js";
import { gather } from "./doctor/gather.js";
import type { Diagnosis, DoctorRun } from "./doctor/run.js";

/**
 * Examines a cluster: reads what may be read, and asks by access reviews what the controller may do. Nothing else is
 * sent. Throws PM_CLUSTER_UNREADABLE where the cluster does not answer.
 */
export async function runDoctor(run: DoctorRun, cluster: Cluster, signal: AbortSignal): Promise<Diagnosis> {
  const { server } = cluster;
  const failed = await cluster.discovery.refresh(signal);
  if (failed !== undefined) throw new PointsmanError("PM_CLUSTER_UNREADABLE", { server, problem: failed.message });
  const facts = await gather(run, cluster, signal);
  if (signal.aborted) throw new PointsmanError("PM_USAGE", { problem: "it was ended before all was examined" });
  return { server, facts, findings: examine(facts) };
}
