import type { Observable } from "rxjs";
import { filter, firstValueFrom, race, timer } from "rxjs";

import type { Clock } from "../base/clock.js";
import { sleep } from "../base/clock.js";
import { PointsmanError } from "../base/errors.js";
import { stringAt } from "../base/json.js";
import type { Random } from "../base/random.js";
import { reviewAccess } from "../kube/accessReview.js";
import type { Api } from "../kube/api.js";
import { createApi } from "../kube/client.js";
import { createLeaseStore } from "../kube/leases.js";
import type { KubeObject } from "../kube/object.js";
import type { TransportOptions } from "../kube/transport.js";
import { Transport } from "../kube/transport.js";
import { LeaderElection } from "../runtime/leaderElection.js";
import type { Leadership } from "../runtime/leadership.js";
import { leaseTimes } from "../runtime/leadership.js";
import { seizeLease } from "../runtime/leaseTakeover.js";
import { soleLeader } from "../runtime/soleLeader.js";

/** The right to write, for as long as it is kept. */
export interface Lead {
  readonly leadership$: Observable<Leadership>;
  readonly writeGate: () => string | undefined;
  /** Gives it back; all writing has stopped. */
  end(): Promise<void>;
}

/** What it takes to lead. */
export interface LeadOptions extends Pick<TransportOptions, "credentials" | "userAgent"> {
  readonly clock: Clock;
  readonly random: Random;
  readonly identity: string;
  readonly leaseNamespace: string;
  /** The only namespace that is worked on; absent: all. */
  readonly namespace?: string;
  readonly progress: (line: string) => void;
}

const leases = { group: "coordination.k8s.io", version: "v1", resource: "leases" };
const leaseName = "pointsman";

/** How long the election may take once the Lease is ours, milliseconds. */
const patience = 15_000;

/** A Lease renewed less long ago is taken for held, milliseconds. */
const fresh = 30_000;

/**
 * Takes the Lease from any controller, living or dead, waits until that one cannot write any more, and keeps it. Where
 * the Lease's namespace is gone there is nobody to take it from. Throws a PointsmanError where it cannot be had, or
 * where another installation works on the same namespaces.
 */
export async function takeLead(options: LeadOptions, signal: AbortSignal): Promise<Lead> {
  const { clock, identity, leaseNamespace, progress } = options;
  const transport = new Transport(options);
  const api = createApi(transport);
  const store = createLeaseStore(api, { namespace: leaseNamespace, name: leaseName });
  try {
    await refuseOthers(api, options, transport.serverTimeOffset() ?? 0, signal);
    const taken = await seizeLease(store, identity, clock, signal);
    if (!taken.ok) throw failure(leaseNamespace, taken.error.message);
    if (taken.value.kind === "homeless") {
      transport.close();
      return { ...soleLeader(clock), end: () => Promise.resolve() };
    }
    const election = new LeaderElection({ ...options, store });
    const lead = keep(election, transport);
    if (taken.value.kind === "seized") {
      progress(`took the Lease ${leaseNamespace}/${leaseName} from ${taken.value.from}; waiting until it has stopped`);
      await sleep(clock, leaseTimes.lease, signal);
    }
    const won = await untilLeading(election);
    if (won) return lead;
    await lead.end();
    throw failure(leaseNamespace, "another process took it at the same time; run this again");
  } catch (thrown) {
    transport.close();
    throw thrown;
  }
}

function keep(election: LeaderElection, transport: Transport): Lead {
  const ending = new AbortController();
  const done = election.run(ending.signal);
  return {
    leadership$: election.leadership$,
    writeGate: election.writeGate,
    async end() {
      ending.abort();
      await done;
      transport.close();
    },
  };
}

async function untilLeading(election: LeaderElection): Promise<boolean> {
  const decided$ = election.leadership$.pipe(filter(({ state }) => state !== "standby"));
  const first = await firstValueFrom(race(decided$, timer(patience)), { defaultValue: undefined });
  return typeof first === "object" && first.state === "leader";
}

/** Where all namespaces are worked on, an installation with a Lease elsewhere would undo what is done here. */
async function refuseOthers(
  api: Api,
  { namespace, leaseNamespace, clock }: LeadOptions,
  offset: number,
  signal: AbortSignal,
): Promise<void> {
  if (namespace !== undefined) return;
  const may = await reviewAccess(api, { verb: "list", group: leases.group, resource: leases.resource }, signal);
  // Whoever may not list Leases works with the one he names.
  if (!may.ok || may.value.state !== "allowed") return;
  const list = await api.list({ resource: leases, fieldSelector: `metadata.name=${leaseName}` }, {}, signal);
  if (!list.ok) return;
  const now = clock.now() + offset;
  const others = list.value.items.filter((lease) => lease.metadata.namespace !== leaseNamespace && isHeld(lease, now));
  const [other] = others.map((lease) => lease.metadata.namespace ?? "");
  if (other === undefined) return;
  throw new PointsmanError("PM_USAGE", {
    problem:
      `a controller leads from the namespace ${other}; pass --lease-namespace ${other} if it serves all namespaces, ` +
      `or uninstall it first with --namespace ${other}`,
  });
}

function isHeld(lease: KubeObject, now: number): boolean {
  const renewed = Date.parse(stringAt(lease, "spec", "renewTime") ?? "");
  return (stringAt(lease, "spec", "holderIdentity") ?? "") !== "" && now - renewed < fresh;
}

function failure(namespace: string, problem: string): PointsmanError {
  return new PointsmanError("PM_LEADERSHIP_LOST", { problem: `the Lease ${namespace}/${leaseName}: ${problem}` });
}
