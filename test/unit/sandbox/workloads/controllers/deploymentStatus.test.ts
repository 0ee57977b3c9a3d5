import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import type { JsonObject } from "../../../../../src/base/json.js";
import { arrayAt, at, stringAt } from "../../../../../src/base/json.js";
import type { KubeObject } from "../../../../../src/kube/object.js";
import { deploymentStatus, isComplete } from "../../../../../src/sandbox/workloads/controllers/deploymentStatus.js";
import type { Family } from "../../../../../src/sandbox/workloads/controllers/revisions.js";

const start = Date.UTC(2030, 0, 1);

function deployment(spec: JsonObject, status: JsonObject = {}): KubeObject {
  const metadata = { name: "app", uid: "app", resourceVersion: "1", generation: 3 };
  return { apiVersion: "apps/v1", kind: "Deployment", metadata, spec: { replicas: 4, ...spec }, status };
}

interface Counts {
  readonly replicas: number;
  readonly ready: number;
  readonly available: number;
}

function replicaSet(name: string, { replicas, ready, available }: Counts): KubeObject {
  const status = { replicas, readyReplicas: ready, availableReplicas: available };
  const metadata = { name, uid: name, resourceVersion: "1" };
  return { apiVersion: "apps/v1", kind: "ReplicaSet", metadata, spec: { replicas }, status };
}

const all = (count: number): Counts => ({ replicas: count, ready: count, available: count });

const family = (newest?: Counts, ...older: readonly Counts[]): Family => ({
  newest: newest === undefined ? undefined : replicaSet("app-new", newest),
  older: older.map((counts, index) => replicaSet(`app-old-${index}`, counts)),
});

const conditionOf = (status: JsonObject, type: string) =>
  arrayAt(status, "conditions").find((condition) => stringAt(condition, "type") === type);

/** Says the status again and again, as the controller does: each time of the one before. */
function tell(spec: JsonObject, moments: readonly { readonly at: number; readonly family: Family }[]) {
  let said: ReturnType<typeof deploymentStatus> = { status: {} };
  for (const { at: ms, family: members } of moments)
    said = deploymentStatus(deployment(spec, said.status), members, start + ms);
  return said;
}

const counts: fc.Arbitrary<Counts> = fc
  .tuple(fc.nat({ max: 6 }), fc.nat({ max: 6 }), fc.nat({ max: 6 }))
  .map((numbers) => [...numbers].sort((a, b) => b - a))
  .map(([replicas = 0, ready = 0, available = 0]) => ({ replicas, ready, available }));

describe("the status of a Deployment", () => {
  test("sums up its ReplicaSets, leaves zeros out, and says of which generation it speaks", () => {
    fc.assert(
      fc.property(counts, fc.array(counts, { maxLength: 3 }), (newest, older) => {
        const { status } = deploymentStatus(deployment({}), family(newest, ...older), start);
        const sum = (of: (each: Counts) => number): number | undefined =>
          [newest, ...older].reduce((total, each) => total + of(each), 0) || undefined;
        expect({ ...status, conditions: [] }).toEqual({
          observedGeneration: 3,
          replicas: sum(({ replicas }) => replicas),
          updatedReplicas: newest.replicas || undefined,
          readyReplicas: sum(({ ready }) => ready),
          availableReplicas: sum(({ available }) => available),
          unavailableReplicas: Math.max(0, 4 - (sum(({ available }) => available) ?? 0)) || undefined,
          conditions: [],
        });
      }),
    );
  });

  test("does not change by being said again, however much later before the deadline", () => {
    fc.assert(
      fc.property(counts, fc.array(counts, { maxLength: 2 }), fc.nat({ max: 599_000 }), (newest, older, later) => {
        const members = family(newest, ...older);
        const { status } = deploymentStatus(deployment({}), members, start);
        const again = deploymentStatus(deployment({}, status), members, start + later);
        expect(again.status).toEqual(status);
      }),
    );
  });

  test.each([
    [3, "True", "MinimumReplicasAvailable"],
    [2, "False", "MinimumReplicasUnavailable"],
  ])("with %i of 4 available and one that may lack is Available: %s", (available, status, reason) => {
    const said = deploymentStatus(deployment({}), family({ replicas: 4, ready: 4, available }), start);
    expect(conditionOf(said.status, "Available")).toMatchObject({ status, reason });
  });

  test("has progressed once all Pods are of the newest ReplicaSet and available, whatever fails later", () => {
    const done = [{ at: 0, family: family(all(4)) }];
    const progressed = { status: "True", reason: "NewReplicaSetAvailable" };
    expect(conditionOf(tell({}, done).status, "Progressing")).toMatchObject({
      ...progressed,
      message: 'ReplicaSet "app-new" has successfully progressed.',
    });
    const failing = { at: 3_600_000, family: family({ replicas: 4, ready: 0, available: 0 }) };
    expect(conditionOf(tell({}, [...done, failing]).status, "Progressing")).toMatchObject(progressed);
  });

  test("is progressing again when a new template is rolled out, from that moment on", () => {
    const rolling = { at: 60_000, family: family({ replicas: 1, ready: 0, available: 0 }, all(4)) };
    const { status, again } = tell({}, [{ at: 0, family: family(all(4)) }, rolling]);
    expect(conditionOf(status, "Progressing")).toMatchObject({
      status: "True",
      reason: "ReplicaSetUpdated",
      lastUpdateTime: "2030-01-01T00:01:00Z",
      lastTransitionTime: "2030-01-01T00:00:00Z",
    });
    expect(again).toBe(600_000);
  });

  test("takes too long where nothing moves until the deadline, and every move begins it anew", () => {
    const stuck = (ready: number): Family => family({ replicas: 4, ready, available: 0 });
    const spec = { progressDeadlineSeconds: 10 };
    const reason = (moments: Parameters<typeof tell>[1]) => {
      const { status, again } = tell(spec, moments);
      return [at(conditionOf(status, "Progressing"), "reason"), again];
    };
    const begun = { at: 0, family: stuck(0) };
    expect(reason([begun, { at: 9_000, family: stuck(0) }])).toEqual(["ReplicaSetUpdated", 1_000]);
    expect(reason([begun, { at: 10_000, family: stuck(0) }])).toEqual(["ProgressDeadlineExceeded", undefined]);
    const moved = [begun, { at: 9_000, family: stuck(1) }];
    expect(reason([...moved, { at: 18_000, family: stuck(1) }])).toEqual(["ReplicaSetUpdated", 1_000]);
    expect(reason([...moved, { at: 19_000, family: stuck(1) }])).toEqual(["ProgressDeadlineExceeded", undefined]);
    const late = [begun, { at: 10_000, family: stuck(0) }, { at: 20_000, family: family(all(4)) }];
    expect(reason(late)).toEqual(["NewReplicaSetAvailable", undefined]);
  });

  test("without a deadline never takes too long, and paused does not say", () => {
    const stuck = family({ replicas: 4, ready: 0, available: 0 });
    const forever = tell({ progressDeadlineSeconds: 2_147_483_647 }, [
      { at: 0, family: stuck },
      { at: 86_400_000, family: stuck },
    ]);
    expect([conditionOf(forever.status, "Progressing"), forever.again]).toMatchObject([
      { reason: "ReplicaSetUpdated" },
      undefined,
    ]);
    const paused = tell({ paused: true }, [{ at: 0, family: stuck }]);
    expect(conditionOf(paused.status, "Progressing")).toMatchObject({ status: "Unknown", reason: "DeploymentPaused" });
  });

  test("is complete when it says so of the present generation, and only then", () => {
    const done = { updatedReplicas: 4, replicas: 4, availableReplicas: 4, observedGeneration: 3 };
    expect(isComplete(deployment({}, done))).toBe(true);
    for (const name of ["updatedReplicas", "replicas", "availableReplicas", "observedGeneration"] as const)
      expect(isComplete(deployment({}, { ...done, [name]: done[name] - 1 }))).toBe(false);
    expect(isComplete(deployment({}, { ...done, replicas: 5 }))).toBe(false);
  });
});
