import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import { stringAt } from "../../../src/base/json.js";
import type { EventInput } from "../../../src/kube/eventBody.js";
import { eventBody, microTime } from "../../../src/kube/eventBody.js";
import { EventSeries, nextPause } from "../../../src/kube/eventSeries.js";

const minute = 60_000;

function event(more: Partial<EventInput> = {}): EventInput {
  const regarding = { apiVersion: "v1", kind: "ConfigMap", namespace: "shop", name: "map", uid: "u" };
  return { regarding, type: "Normal", reason: "WeightsChanged", action: "Route", note: "v2 has 20", ...more };
}

describe("a series of events", () => {
  it("joins what says the same while it is at most 6 min apart", () => {
    const series = new EventSeries();
    expect(series.admit(event(), 0).kind).toBe("new");
    expect(series.admit(event(), 6 * minute - 1)).toMatchObject({ kind: "repeated", series: { count: 2 } });
    expect(series.admit(event(), 12 * minute - 2)).toMatchObject({ kind: "repeated", series: { count: 3 } });
    expect(series.admit(event(), 18 * minute - 2).kind).toBe("new");
  });

  it("begins another one for another note, and goes on with the first when that comes again", () => {
    const series = new EventSeries();
    series.admit(event(), 0);
    expect(series.admit(event({ note: "v2 has 30" }), 0)).toMatchObject({
      kind: "new",
      series: { count: 1, input: { note: "v2 has 30" } },
    });
    expect(series.admit(event(), 1)).toMatchObject({
      kind: "repeated",
      series: { count: 2, input: { note: "v2 has 20" } },
    });
  });

  it("joins other notes of a reason to its last one when half of what an object may begin is used up", () => {
    const series = new EventSeries();
    const admitted = Array.from({ length: 60 }, (_, i) => series.admit(event({ note: `v2 has ${i}` }), i));
    expect(admitted.map(({ kind }) => kind)).toEqual([
      ...Array.from({ length: 13 }, () => "new"),
      ...Array.from({ length: 47 }, () => "repeated"),
    ]);
    expect(admitted.at(-1)).toMatchObject({ series: { count: 48, input: { note: "v2 has 12" } } });
    // Another reason is told all the same, as often as the other half allows.
    const others = Array.from({ length: 13 }, (_, i) => series.admit(event({ reason: `Reason${i}` }), 60).kind);
    expect(others).toEqual([...Array.from({ length: 12 }, () => "new"), "spam"]);
  });

  it("keeps other objects, reasons and types apart", () => {
    const series = new EventSeries();
    const { regarding } = event();
    const others = [
      {},
      { reason: "Returned" },
      { type: "Warning" as const },
      { regarding: { ...regarding, name: "map2" } },
      { regarding: { ...regarding, uid: "u2" } },
      { regarding: { ...regarding, namespace: "shop2" } },
    ];
    for (const other of others) expect(series.admit(event(other), 0).kind).toBe("new");
  });

  it("lets an object begin 25 series at once and one more every 5 min, and no other object pays for it", () => {
    const series = new EventSeries();
    const kinds = Array.from({ length: 30 }, (_, i) => series.admit(event({ reason: `Reason${i}` }), 0).kind);
    expect(kinds.filter((kind) => kind === "new")).toHaveLength(25);
    expect(series.admit(event({ reason: "Reason1" }), 0).kind).toBe("repeated");
    expect(series.admit(event({ regarding: { ...event().regarding, name: "other" } }), 0).kind).toBe("new");
    expect(series.admit(event({ reason: "Later" }), 5 * minute - 1).kind).toBe("spam");
    expect(series.admit(event({ reason: "Later" }), 5 * minute).kind).toBe("new");
    expect(series.admit(event({ reason: "Latest" }), 5 * minute).kind).toBe("spam");
  });

  it("reports counts ever more rarely, every 5 min at the rarest", () => {
    const pauses = [5_000];
    for (let i = 0; i < 8; i++) pauses.push(nextPause(pauses.at(-1) ?? 0));
    expect(pauses).toEqual([5_000, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000, 300_000]);
  });
});

describe("the body of an Event", () => {
  const reporter = { controller: "pointsman", instance: "pointsman-0" };

  it("has what events.k8s.io/v1 demands", () => {
    expect(eventBody(event(), reporter, Date.UTC(2030, 0, 1), 1)).toEqual({
      apiVersion: "events.k8s.io/v1",
      kind: "Event",
      metadata: { name: `map.${Date.UTC(2030, 0, 1).toString(16)}0001`, namespace: "shop" },
      eventTime: "2030-01-01T00:00:00.000000Z",
      reportingController: "pointsman",
      reportingInstance: "pointsman-0",
      regarding: event().regarding,
      type: "Normal",
      reason: "WeightsChanged",
      action: "Route",
      note: "v2 has 20",
    });
  });

  it("goes to the namespace default for a cluster-scoped object", () => {
    const regarding = { apiVersion: "v1", kind: "Node", name: "n" };
    expect(eventBody(event({ regarding }), reporter, 0, 1)["metadata"]).toMatchObject({ namespace: "default" });
  });

  it("keeps the bounds of the API server for any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 3000 }), fc.nat({ max: 300 }), (note, length) => {
        const regarding = { ...event().regarding, name: "n".repeat(length) };
        const body = eventBody(event({ note, regarding, reason: note, action: note }), reporter, 1e12, length);
        const kept = stringAt(body, "note") ?? "";
        expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(1024);
        if (Buffer.byteLength(note) <= 1024) expect(kept).toBe(note);
        else expect(note.startsWith(kept.slice(0, -1))).toBe(true);
        expect(stringAt(body, "reason")?.length).toBeLessThanOrEqual(128);
        expect(stringAt(body, "metadata", "name")?.length).toBeLessThanOrEqual(253);
      }),
    );
  });

  it("writes times with six digits", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), (ms) => {
        expect(microTime(ms)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
        expect(Date.parse(microTime(ms))).toBe(ms);
      }),
    );
  });
});
