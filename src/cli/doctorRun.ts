import { systemClock } from "../base/clock.js";
import { PointsmanError } from "../base/errors.js";
import { systemRandom } from "../base/random.js";
import { version } from "../base/version.js";
import { createApi } from "../kube/client.js";
import { Discovery } from "../kube/discovery.js";
import { Transport } from "../kube/transport.js";
import { examine } from "../routing/doctor/examine.js";
import { gather } from "./doctor/gather.js";
import type { Diagnosis, DoctorRun } from "./doctor/run.js";

/**
 * Examines a cluster: reads what may be read, and asks by access reviews what the controller may do. Nothing else is
 * sent, and the write gate refuses everything that would change an object. Throws PM_CLUSTER_UNREACHABLE where there is
 * no cluster.
 */
export async function runDoctor(run: DoctorRun, signal: AbortSignal): Promise<Diagnosis> {
  const transport = new Transport({
    credentials: run.credentials,
    clock: systemClock,
    random: systemRandom,
    userAgent: `pointsman/${version}`,
    gate: () => "a diagnosis changes nothing",
  });
  try {
    const api = createApi(transport);
    const discovery = new Discovery(api, systemClock);
    const { server } = run.credentials;
    const failed = await discovery.refresh(signal);
    if (failed !== undefined) throw new PointsmanError("PM_CLUSTER_UNREACHABLE", { server, problem: failed.message });
    const now = (): number => systemClock.now() + (transport.serverTimeOffset() ?? 0);
    const facts = await gather(run, { api, discovery, now }, signal);
    if (signal.aborted) throw new PointsmanError("PM_USAGE", { problem: "the examination was ended before it was done" });
    return { server, facts, findings: examine(facts) };
  } finally {
    transport.close();
  }
}
