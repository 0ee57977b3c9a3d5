import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import type { EventInput } from "../../../src/kube/eventBody.js";
import { EventRecorder } from "../../../src/kube/events.js";
import type { ServedApi } from "../../support/api.js";
import { serveApi } from "../../support/api.js";
import { FakeClock } from "../../support/fakeClock.js";
import type { Seen } from "../../support/httpServer.js";
import { reply, status } from "../../support/httpServer.js";
import { until } from "../../support/until.js";

let served: ServedApi;
let clock: FakeClock;
let recorder: EventRecorder;
let dropped: string[];
let stop: AbortController;
let running: Promise<void>;
let busy: boolean;

function event(reason = "Raised"): EventInput {
  const regarding = { apiVersion: "v1", kind: "ConfigMap", namespace: "shop", name: "map", uid: "u" };
  return { regarding, type: "Normal", reason, action: "Route", note: "v2 has 20" };
}

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly body: { metadata?: { name: string }; series?: { count: number; lastObservedTime: string } };
}

function sent(seen: Seen): Sent {
  return { method: seen.method, path: seen.url.split("?")[0] ?? "", body: JSON.parse(seen.body) as Sent["body"] };
}

function stored(seen: Seen) {
  const name = sent(seen).body.metadata?.name ?? seen.url.split("?")[0]?.split("/").at(-1) ?? "";
  return { apiVersion: "events.k8s.io/v1", kind: "Event", metadata: { name, uid: "e", resourceVersion: "1" } };
}

beforeEach(async () => {
  served = await serveApi((seen, response) => reply(response, 200, stored(seen)));
  clock = new FakeClock();
  dropped = [];
  busy = false;
  const reporter = { controller: "pointsman", instance: "pointsman-0" };
  const onDrop = (_: EventInput, reason: string) => void dropped.push(reason);
  recorder = new EventRecorder({ api: served.api, clock, reporter, onDrop, isBusy: () => busy });
  stop = new AbortController();
  running = recorder.run(stop.signal);
});
afterEach(async () => {
  stop.abort();
  await running;
  await served.close();
});

const arrived = (count: number) => until(() => served.server.seen.length === count, `${count} requests`);

describe("an event recorder", () => {
  it("writes an event once and repetitions as a count on it, at most every few seconds", async () => {
    recorder.record(event());
    await arrived(1);
    for (let i = 0; i < 10; i++) recorder.record(event());
    await until(() => clock.pending === 1);
    await clock.advance(4_999);
    expect(served.server.seen).toHaveLength(1);
    await clock.advance(1);
    await arrived(2);
    const [first, second] = served.server.seen.map(sent);
    expect(first).toMatchObject({ method: "POST", path: "/apis/events.k8s.io/v1/namespaces/shop/events" });
    const name = first?.body.metadata?.name ?? "";
    expect(second?.path).toBe(`/apis/events.k8s.io/v1/namespaces/shop/events/${name}`);
    expect(second).toMatchObject({
      method: "PATCH",
      body: { series: { count: 11, lastObservedTime: "2030-01-01T00:00:00.000000Z" } },
    });
    expect(dropped).toEqual([]);
  });

  it("lets what is more urgent go first, but waits no longer than five seconds", async () => {
    busy = true;
    recorder.record(event());
    recorder.record(event("Returned"));
    await until(() => clock.pending === 1);
    await clock.advance(4_900);
    expect(served.server.seen).toEqual([]);
    // What happens again meanwhile does not wait anew.
    recorder.record(event());
    await clock.advance(100);
    await arrived(2);
    recorder.record(event("Drained"));
    await until(() => clock.pending === 1);
    busy = false;
    await clock.advance(100);
    await arrived(3);
  });

  it("creates the event anew when the old one has expired", async () => {
    recorder.record(event());
    await arrived(1);
    served.server.answer = (seen, response) => {
      if (seen.method === "PATCH") reply(response, 404, status(404, "NotFound", { details: { name: "x" } }));
      else reply(response, 201, stored(seen));
    };
    recorder.record(event());
    await until(() => clock.pending === 1);
    await clock.advance(5_000);
    await arrived(3);
    const last = sent(served.server.seen[2] ?? served.server.seen[0] ?? fail());
    expect(last).toMatchObject({ method: "POST", body: { series: { count: 2 } } });
  });

  it("tries again after a failure that may pass, three times in all, and goes on with the next", async () => {
    served.server.answer = (_, response) => reply(response, 500, status(500, "InternalError"));
    recorder.record(event());
    await arrived(1);
    for (const count of [2, 3]) {
      await until(() => clock.pending === 1);
      await clock.advance(2_000);
      await arrived(count);
    }
    await until(() => dropped.length === 1);
    served.server.answer = (seen, response) => reply(response, 201, stored(seen));
    recorder.record(event("Returned"));
    await arrived(4);
  });

  it("drops an event that is refused, at once", async () => {
    served.server.answer = (_, response) => reply(response, 403, status(403, "Forbidden"));
    recorder.record(event());
    await until(() => dropped.length === 1);
    expect(dropped).toEqual(["Forbidden it is"]);
    expect(served.server.seen).toHaveLength(1);
  });

  it("tells what it dropped as spam, and never throws or waits in record", async () => {
    for (let i = 0; i < 30; i++) recorder.record(event(`Reason${i}`));
    expect(dropped).toEqual(Array<string>(5).fill("too many events of one object"));
    await arrived(25);
  });

  it("keeps at most 1000 reports waiting", () => {
    const { regarding } = event();
    for (let i = 0; i < 1_010; i++) recorder.record({ ...event(), regarding: { ...regarding, name: `map-${i}` } });
    expect(dropped.filter((reason) => reason.includes("wait"))).toHaveLength(10);
  });

  it("ends when it is told to, with timers and writes under way", async () => {
    recorder.record(event());
    await arrived(1);
    recorder.record(event());
    await until(() => clock.pending === 1);
    served.server.answer = () => undefined;
    recorder.record(event("Other"));
    await arrived(2);
    stop.abort();
    await running;
    expect(clock.pending).toBe(0);
  });
});

function fail(): never {
  throw new Error("no request came");
}
