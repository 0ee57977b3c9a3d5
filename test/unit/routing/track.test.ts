import { describe, expect, it } from "@jest/globals";

import type { KubeObject } from "../../../src/kube/object.js";
import type { Backend, RouteReading } from "../../../src/routing/route.js";
import type { OutputTrack } from "../../../src/routing/track.js";
import { backendKey, confirmedAt, namedSince, storedAt, trackOutput, zeroSince } from "../../../src/routing/track.js";

const v1: Backend = { kind: "service", namespace: "default", name: "v1" };
const v2: Backend = { kind: "service", namespace: "default", name: "v2" };
const isV2 = (backend: Backend): boolean => backend.kind === "service" && backend.name === "v2";

const route = (generation: number, uid = "u1"): KubeObject => ({
  apiVersion: "gateway.networking.k8s.io/v1",
  kind: "HTTPRoute",
  metadata: { name: "r", namespace: "default", uid, resourceVersion: String(generation), generation },
});
const reading = (...backends: Backend[]): RouteReading => weighted(...backends.map((backend) => [backend, 1] as const));
const weighted = (...backends: (readonly [Backend, number])[]): RouteReading => ({
  readable: true,
  rules: [
    {
      path: "spec.rules[0]",
      catchAll: true,
      hasBackends: true,
      destinations: backends.map(([backend, weight], index) => ({
        path: `spec.rules[0].backendRefs[${index}]`,
        backend,
        role: "share",
        weight,
      })),
    },
  ],
});
const confirmed = (generation: number) => ({ kind: "generation", generation }) as const;

function run(
  ...steps: readonly {
    g: number;
    at: number;
    carries: readonly Backend[];
    confirmed?: number;
    uid?: string;
    restart?: boolean;
  }[]
): OutputTrack {
  let track: OutputTrack | undefined;
  for (const step of steps)
    track = trackOutput(
      track,
      route(step.g, step.uid),
      reading(...step.carries),
      confirmed(step.confirmed ?? 0),
      step.at,
      step.restart,
    );
  if (track === undefined) throw new Error("no steps");
  return track;
}

describe("the zero of a version", () => {
  it("is dated by the first generation of the run in which it gets nothing", () => {
    const track = run(
      { g: 4, at: 0, carries: [v1, v2] },
      { g: 5, at: 10, carries: [v1] },
      { g: 6, at: 20, carries: [v1] },
    );
    expect(zeroSince(track, isV2)).toBe(5);
    expect(storedAt(track, 5)).toBe(10);
  });

  it("is not there while the live generation carries it", () => {
    expect(zeroSince(run({ g: 4, at: 0, carries: [v1] }, { g: 5, at: 10, carries: [v2] }), isV2)).toBeUndefined();
  });

  it("is not there while an object without generations carries it", () => {
    const { generation: _none, ...metadata } = route(1).metadata;
    const object = { ...route(1), metadata };
    expect(zeroSince(trackOutput(undefined, object, reading(v2), { kind: "none" }, 0), isV2)).toBeUndefined();
  });

  it("is not there for what is named only, and forgotten with it", () => {
    const first = trackOutput(undefined, route(4), weighted([v1, 1], [v2, 0]), confirmed(0), 0);
    expect([zeroSince(first, isV2), namedSince(first, backendKey(v2))]).toEqual([4, 4]);
    const second = trackOutput(first, route(5), reading(v1), confirmed(0), 10);
    expect([zeroSince(second, isV2), namedSince(second, backendKey(v2)), namedSince(second, backendKey(v1))]).toEqual([
      4,
      undefined,
      4,
    ]);
  });

  it("is not moved by a reweight of others or by status writes", () => {
    const track = run(
      { g: 4, at: 0, carries: [v2] },
      { g: 5, at: 10, carries: [v1] },
      { g: 5, at: 15, carries: [v1], confirmed: 5 },
      { g: 6, at: 30, carries: [v1] },
    );
    expect(zeroSince(track, isV2)).toBe(5);
    expect(confirmedAt(track, 5)).toBe(15);
  });

  it.each([
    ["a generation was missed", { g: 7, at: 30, carries: [v1] }, 7],
    ["the route was made anew", { g: 6, at: 30, carries: [v1], uid: "u2" }, 6],
    ["the outcome of a write was unknown", { g: 6, at: 30, carries: [v1], restart: true }, 6],
  ])("is dated anew where %s", (_, last, since) => {
    const track = run({ g: 4, at: 0, carries: [v2] }, { g: 5, at: 10, carries: [v1] }, last);
    expect(zeroSince(track, isV2)).toBe(since);
    expect(storedAt(track, since)).toBe(30);
  });

  it("is dated anew after a generation that could not be read", () => {
    const before = run({ g: 4, at: 0, carries: [v2] }, { g: 5, at: 10, carries: [v1] });
    const blind = trackOutput(before, route(6), { readable: false, reason: "a delegate" }, confirmed(0), 20);
    const after = trackOutput(blind, route(7), reading(v1), confirmed(0), 30);
    expect(zeroSince(after, isV2)).toBe(7);
  });

  it("is confirmed by any later generation that every parent accepted", () => {
    const track = run(
      { g: 5, at: 0, carries: [v1] },
      { g: 6, at: 5, carries: [v1] },
      { g: 6, at: 9, carries: [v1], confirmed: 6 },
    );
    expect(confirmedAt(track, 5)).toBe(9);
  });

  it("counts from the moment the route was seen gone, and a return of the route starts anew", () => {
    const gone = trackOutput(run({ g: 5, at: 0, carries: [v2] }), undefined, reading(), { kind: "none" }, 40);
    expect(gone.goneAt).toBe(40);
    expect(trackOutput(gone, undefined, reading(), { kind: "none" }, 50).goneAt).toBe(40);
    expect(trackOutput(gone, route(1, "u2"), reading(v1), { kind: "none" }, 60).goneAt).toBeUndefined();
  });
});
