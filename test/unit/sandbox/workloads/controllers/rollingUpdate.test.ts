import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import type { Json } from "../../../../../src/base/json.js";
import type { KubeObject } from "../../../../../src/kube/object.js";
import {
  newestReplicas,
  rollingBounds,
  shrinkOlder,
} from "../../../../../src/sandbox/workloads/controllers/rollingUpdate.js";

function deployment(replicas: number, rollingUpdate: Readonly<Record<string, Json>> = {}): KubeObject {
  const metadata = { name: "app", uid: "app", resourceVersion: "1" };
  return { apiVersion: "apps/v1", kind: "Deployment", metadata, spec: { replicas, strategy: { rollingUpdate } } };
}

function replicaSet(name: string, replicas: number, availableReplicas: number): KubeObject {
  const metadata = { name, uid: name, resourceVersion: "1" };
  return { apiVersion: "apps/v1", kind: "ReplicaSet", metadata, spec: { replicas }, status: { availableReplicas } };
}

describe("the bounds of a rolling update", () => {
  test.each([
    [{}, 4, { most: 5, leastAvailable: 3 }],
    [{}, 3, { most: 4, leastAvailable: 3 }],
    [{ maxSurge: 2, maxUnavailable: 0 }, 4, { most: 6, leastAvailable: 4 }],
    [{ maxSurge: 0, maxUnavailable: "50%" }, 5, { most: 5, leastAvailable: 3 }],
    [{ maxSurge: 0, maxUnavailable: 0 }, 2, { most: 2, leastAvailable: 1 }],
    [{ maxSurge: 0, maxUnavailable: 3 }, 1, { most: 1, leastAvailable: 0 }],
  ])("of %j and %i replicas are as Kubernetes rounds them", (strategy, replicas, wanted) => {
    expect(rollingBounds(deployment(replicas, strategy))).toEqual({ replicas, ...wanted });
  });
});

interface Run {
  readonly replicas: number;
  readonly surge: number;
  readonly unavailable: number;
  readonly older: readonly number[];
  readonly luck: readonly number[];
}

/** Kubernetes' own order: Pods become available in any order and at any time, and the two decisions take turns. */
const runs: fc.Arbitrary<Run> = fc.record({
  replicas: fc.integer({ min: 1, max: 12 }),
  surge: fc.integer({ min: 0, max: 5 }),
  unavailable: fc.integer({ min: 0, max: 5 }),
  older: fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 3 }),
  luck: fc.array(fc.nat({ max: 3 }), { minLength: 60, maxLength: 60 }),
});

interface Moment {
  readonly total: number;
  readonly available: number;
}

/** Plays a rollout from older replicas that are all available; returns what it came by and where it ended. */
function play({ replicas, surge, unavailable, older, luck }: Run) {
  const bounds = rollingBounds(deployment(replicas, { maxSurge: surge, maxUnavailable: unavailable }));
  let newest = 0;
  let up = 0;
  let sizes = [...older];
  const moments: Moment[] = [];
  for (const lucky of [...luck, ...Array.from({ length: 60 }, () => 3)]) {
    newest = newestReplicas(
      bounds,
      newest,
      sizes.reduce((sum, size) => sum + size, 0),
    );
    up = Math.min(newest, up + lucky);
    const sets = sizes.map((size, index) => replicaSet(`old-${index}`, size, size));
    const shrunk = new Map(
      shrinkOlder(bounds, replicaSet("new", newest, up), sets).map((each) => [each.replicaSet, each.replicas]),
    );
    sizes = sets.map((set, index) => shrunk.get(set) ?? sizes[index] ?? 0);
    const left = sizes.reduce((sum, size) => sum + size, 0);
    moments.push({ total: newest + left, available: up + left });
  }
  return { bounds, moments, newest, left: sizes };
}

describe("a rolling update", () => {
  test("never has more Pods than the surge allows, but for those that were too many before", () => {
    fc.assert(
      fc.property(runs, (run) => {
        const { bounds, moments } = play(run);
        const before = run.older.reduce((sum, size) => sum + size, 0);
        for (const { total } of moments) expect(total).toBeLessThanOrEqual(Math.max(bounds.most, before));
      }),
    );
  });

  test("never takes Pods away that the least number of available ones needs", () => {
    fc.assert(
      fc.property(runs, (run) => {
        const { bounds, moments } = play(run);
        let before = run.older.reduce((sum, size) => sum + size, 0);
        for (const { available } of moments) {
          expect(available).toBeGreaterThanOrEqual(Math.min(before, bounds.leastAvailable));
          before = available;
        }
      }),
    );
  });

  test("ends with all Pods of the newest ReplicaSet and none of the others", () => {
    fc.assert(
      fc.property(runs, (run) => {
        const { newest, left } = play(run);
        expect([newest, ...left]).toEqual([run.replicas, ...left.map(() => 0)]);
      }),
    );
  });

  test("replaces old Pods that are not available first, and waits for new ones that are not", () => {
    const bounds = rollingBounds(deployment(4, { maxSurge: 1, maxUnavailable: 1 }));
    const broken = replicaSet("broken", 2, 0);
    const sound = replicaSet("sound", 2, 2);
    expect(shrinkOlder(bounds, replicaSet("new", 1, 0), [sound, broken])).toEqual([
      { replicaSet: broken, replicas: 1 },
    ]);
  });
});
