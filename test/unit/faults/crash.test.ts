import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import { seededRandom } from "../../../src/base/random.js";
import type { KubeObject } from "../../../src/kube/object.js";
import type { CrashResult } from "../../faults/crash/crashRun.js";
import { tooManyWrites } from "../../faults/crash/crashRun.js";
import { differences, maskedText } from "../../faults/crash/endState.js";
import { Results, sample } from "../../faults/crash/matrix.js";
import type { RecordedWrite } from "../../faults/proxy/recording.js";

function route(run: number, weight: number): KubeObject {
  const managed = (time: string) => ({ manager: "pointsman", operation: "Apply", time, fieldsV1: { "f:spec": {} } });
  return {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "HTTPRoute",
    metadata: {
      name: "app",
      namespace: `crash-${run}`,
      uid: `00000000-0000-0000-0000-00000000000${run}`,
      resourceVersion: String(run),
      generation: run,
      annotations: { "iter8.tools/status": `{"at":"2026-01-0${run}T00:00:00Z","lastTransitionTime":"${run}"}` },
      managedFields: [managed(`2026-01-0${run}T00:00:00Z`)],
    },
    spec: { weight, hosts: [`app.crash-${run}.svc`] },
    status: { run },
  };
}

describe("an end state", () => {
  it("is the same for runs that differ in identities, times and namespace only", () => {
    expect(maskedText(route(1, 20), "crash-1")).toBe(maskedText(route(2, 20), "crash-2"));
  });

  it("differs where a weight does, where a field has another owner, and where an object is missing", () => {
    const one = new Map([["HTTPRoute/app", maskedText(route(1, 20), "crash-1")]]);
    const other = new Map([["HTTPRoute/app", maskedText(route(1, 0), "crash-1")]]);
    expect(differences(one, one)).toEqual([]);
    expect(differences(one, other)).toHaveLength(1);
    expect(differences(one, new Map())).toHaveLength(1);
    const foreign = route(1, 20);
    const managedFields = [{ ...foreign.metadata.managedFields?.[0], manager: "test" }];
    const taken = { ...foreign, metadata: { ...foreign.metadata, managedFields } };
    expect(maskedText(taken, "crash-1")).not.toBe(one.get("HTTPRoute/app"));
  });
});

describe("the count of writes", () => {
  const write = (resource: string, status = 200): RecordedWrite => ({
    number: 1,
    key: "",
    verb: "patch",
    resource,
    name: "app",
    manager: "pointsman",
    description: "",
    status,
  });

  const times = <T>(count: number, value: T): readonly T[] => Array.from({ length: count }, () => value);

  it("allows the interrupted write once more, and no more", () => {
    const reference = [write("httproutes")];
    expect(tooManyWrites(reference, [write("httproutes"), write("httproutes")], 60)).toEqual([]);
    expect(tooManyWrites(reference, times(3, write("httproutes")), 60)).toEqual([
      "httproutes/app: 3 writes, at most 2 were expected",
    ]);
  });

  it("allows a status for each second and process", () => {
    expect(tooManyWrites([], times(6, write("configmaps")), 3.5)).toEqual([]);
    expect(tooManyWrites([], times(7, write("configmaps")), 3.5)).toHaveLength(1);
  });

  it("leaves out what was refused, Events and Leases", () => {
    const uncounted = [write("httproutes", 409), write("events"), write("leases")];
    expect(
      tooManyWrites(
        [],
        uncounted.flatMap((each) => times(9, each)),
        60,
      ),
    ).toEqual([]);
  });
});

describe("a sample", () => {
  it("has as many different ones as asked for, the same for the same seed", () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(40), fc.nat(40), (seed, size, count) => {
        const all = Array.from({ length: size }, (_, index) => index);
        const drawn = sample(all, count, seededRandom(seed));
        expect(new Set(drawn).size).toBe(Math.min(size, count));
        expect(sample(all, count, seededRandom(seed))).toEqual(drawn);
      }),
    );
  });
});

describe("results that are kept", () => {
  it("are found again by another process, but what went wrong is run anew", () => {
    const folder = mkdtempSync(join(tmpdir(), "pointsman-results-"));
    try {
      const file = join(folder, "deep", "results.jsonl");
      const result = (key: string, ...problems: string[]): CrashResult => {
        return { scenario: "raise", key, point: "stored", reached: true, problems, convergedMs: 1 };
      };
      const first = new Results(file);
      first.add(result("good"));
      first.add(result("bad", "an object is missing"));
      writeFileSync(file, `${readFileSync(file, "utf8")}{"scenario": "ra`);
      const second = new Results(file);
      expect(second.find("raise", { key: "good", point: "stored" })).toEqual(result("good"));
      expect(second.find("raise", { key: "good", point: "before" })).toBeUndefined();
      expect(second.find("raise", { key: "bad", point: "stored" })).toBeUndefined();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
