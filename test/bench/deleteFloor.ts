import type { Clock } from "../../src/base/clock.js";
import { sleep, systemClock } from "../../src/base/clock.js";
import type { Json } from "../../src/base/json.js";
import { at, numberAt, stringAt } from "../../src/base/json.js";
import { readPlaneInfo } from "../support/plane/planeInfo.js";
import { candidateOf } from "./app.js";
import { FloorCalls } from "./floorCalls.js";
import { bareClient, eventIn, failFloor } from "./floorClient.js";
import { sightOf } from "./routeWatch.js";

const never = new AbortController().signal;

/** Raises a candidate that is there and takes it back when it is deleted. */
class DeleteFloor {
  private readonly there = { deployment: true, service: true };
  private onConfirmed: () => void = () => undefined;

  constructor(
    private readonly clock: Clock,
    private readonly calls: FloorCalls,
    private readonly holdMs: number,
  ) {}

  /** Takes a change of Deployment or Service. */
  judge(change: Partial<typeof this.there>): void {
    const before = this.there.deployment && this.there.service;
    Object.assign(this.there, change);
    const ready = this.there.deployment && this.there.service;
    if (ready !== before) (ready ? this.calls.raise() : this.giveUp()).catch(failFloor);
  }

  /** Takes a revision of the route. */
  see(route: Json | undefined): void {
    const { carries, confirmed } = sightOf(route);
    if (!carries && confirmed) this.onConfirmed();
  }

  private async giveUp(): Promise<void> {
    const confirmed = new Promise<void>((resolve) => (this.onConfirmed = resolve));
    await this.calls.apply(false);
    await confirmed;
    const end = this.clock.monotonic() + this.holdMs;
    // A timer may fire a little early.
    while (this.clock.monotonic() < end) await sleep(this.clock, end - this.clock.monotonic(), never);
    await this.calls.release();
  }
}

/**
 * The floor under every release: `deleteFloor PLANE NAMESPACE APP FORM HOLD` watches candidate and route of one app and
 * does without any thought what has to be done. Candidate deleted: one apply with weight 0; once the route's status
 * accepts it, HOLD milliseconds; then for Deployment and Service, one after the other, live reads of it and of the route
 * and one patch that takes the finalizer off. Candidate back: as `floor` does. FORM as there. Prints "ready" once it
 * watches.
 */
async function main(plane: string, namespace: string, app: string, form: string, hold: string): Promise<void> {
  const { send, follow } = bareClient(readPlaneInfo(plane));
  const calls = new FloorCalls(send, namespace, app, form);
  const floor = new DeleteFloor(systemClock, calls, Number(hold));
  const named = (name: string): string => `watch=true&fieldSelector=metadata.name%3D${name}`;
  const candidate = named(candidateOf(app));
  await calls.raise();
  await follow(`${calls.deployments}?${candidate}`, (line) => {
    const event = eventIn(line);
    const available = (numberAt(event, "object", "status", "availableReplicas") ?? 0) > 0;
    floor.judge({ deployment: available && isThere(event) });
  });
  await follow(`${calls.services}?${candidate}`, (line) => floor.judge({ service: isThere(eventIn(line)) }));
  await follow(`${calls.routes}?${named(app)}`, (line) => floor.see(at(eventIn(line), "object")));
  process.stdout.write("ready\n");
}

function isThere(event: Json): boolean {
  return stringAt(event, "type") !== "DELETED" && at(event, "object", "metadata", "deletionTimestamp") === undefined;
}

const [, , plane = "", namespace = "", app = "", form = "bare", hold = ""] = process.argv;
main(plane, namespace, app, form, hold).catch(failFloor);
