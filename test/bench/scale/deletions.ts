import { sleep, systemClock } from "../../../src/base/clock.js";
import { stringAt } from "../../../src/base/json.js";
import type { OpenWatch } from "../../support/plane/adminClient.js";
import { candidateOf, deployments, services } from "../app.js";
import type { FleetApp } from "./fleet.js";
import { serviceBody } from "./fleet.js";
import type { FleetRun } from "./fleetRun.js";
import { floorNamespace } from "./fleetRun.js";
import { applyBare, bareName } from "./floors.js";

/** Milliseconds of one deletion until a watch showed the route with weight 0. */
export interface ZeroTime {
  /** Since the DELETE was sent, since its reply, and since a watch told of it. */
  readonly sent: number;
  readonly replied: number;
  readonly event: number;
}

const patience = 30_000;

/** Deletes the candidate of an app as Helm does, Service first, and times the route. */
export async function deleteCandidate(run: FleetRun, app: FleetApp): Promise<ZeroTime> {
  const { namespace, name } = app;
  return timed(run, namespace, candidateOf(name), `${namespace}/${name}`, [80, 0], () =>
    run.arena.plane.admin.delete(deployments, { namespace, name: candidateOf(name) }, background),
  );
}

const background = { propagationPolicy: "Background" };

/** The Service that the script of number `index` deletes; only a finalizer keeps it. */
export async function createBareService(run: FleetRun, index: number): Promise<void> {
  const metadata = { name: bareName(index), finalizers: ["example.com/bare"] };
  await run.create(services, floorNamespace, serviceBody(bareName(index), metadata));
}

/** The same for a script that applies weight 0 as soon as its watch tells of the deletion. */
export async function deleteBare(run: FleetRun, index: number, turn: number): Promise<ZeroTime> {
  const name = bareName(index);
  await applyBare(run, index, 20, turn);
  return timed(run, floorNamespace, name, `${floorNamespace}/${name}`, [80, 0], undefined, () =>
    applyBare(run, index, 0, turn + 1),
  );
}

async function timed(
  run: FleetRun,
  namespace: string,
  name: string,
  route: string,
  weights: readonly number[],
  afterwards?: () => Promise<void>,
  react?: () => Promise<void>,
): Promise<ZeroTime> {
  const { admin } = run.arena.plane;
  const seen = new DeletionWatch(run, namespace, name);
  try {
    await seen.open();
    const reacted = react === undefined ? undefined : seen.deleted.then(react);
    const sent = systemClock.monotonic();
    await admin.delete(services, { namespace, name }, background);
    const replied = systemClock.monotonic();
    await afterwards?.();
    const zero = await run.ledger.untilWeights(route, weights, patience, run.signal);
    await reacted;
    return { sent: zero - sent, replied: zero - replied, event: zero - (await seen.deleted) };
  } finally {
    seen.stop();
  }
}

/** When a watch tells of the deletion of a Service. */
class DeletionWatch {
  private readonly watch: OpenWatch;
  private opened = false;
  readonly deleted: Promise<number>;

  constructor(
    private readonly run: FleetRun,
    namespace: string,
    name: string,
  ) {
    let tell: (at: number) => void = () => undefined;
    this.deleted = new Promise((resolve) => (tell = resolve));
    const query = `fieldSelector=metadata.name%3D${name}`;
    this.watch = run.arena.plane.admin.watch(services, { namespace, query }, ({ object, at }) => {
      this.opened = true;
      if (stringAt(object, "metadata", "deletionTimestamp") !== undefined) tell(at);
    });
  }

  async open(): Promise<void> {
    const end = systemClock.monotonic() + patience;
    while (!this.opened) {
      if (systemClock.monotonic() > end) throw new Error("a watch did not open");
      await sleep(systemClock, 2, this.run.signal);
      this.run.signal.throwIfAborted();
    }
  }

  stop(): void {
    this.watch.stop();
  }
}
