import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import type { JsonObject } from "../../../../../src/base/json.js";
import { arrayAt, isObject, objectAt, stringAt } from "../../../../../src/base/json.js";
import type { KubeObject } from "../../../../../src/kube/object.js";
import { isKubeObject } from "../../../../../src/kube/object.js";
import type { SlicePlan } from "../../../../../src/sandbox/workloads/controllers/slicePlan.js";
import { planSlices, sliceManager } from "../../../../../src/sandbox/workloads/controllers/slicePlan.js";

const ports = [{ name: "http", port: 80, targetPort: "web" }];

function service(over: JsonObject = {}, labels: Readonly<Record<string, string>> = {}): KubeObject {
  const metadata = { name: "shop", namespace: "ns", uid: "service", resourceVersion: "1", labels };
  return { apiVersion: "v1", kind: "Service", metadata, spec: { selector: { app: "shop" }, ports, ...over } };
}

interface PodShape {
  readonly number: number;
  /** What its port "web" is. */
  readonly port: number;
  readonly ready: boolean;
  readonly deleted: boolean;
  readonly hasAddress: boolean;
  readonly phase: "Running" | "Failed";
}

const running: Omit<PodShape, "number"> = {
  port: 8080,
  ready: true,
  deleted: false,
  hasAddress: true,
  phase: "Running",
};

const addressOf = (number: number): string => `10.0.${Math.floor(number / 250)}.${(number % 250) + 1}`;

function pod({ number, port, ready, deleted, hasAddress, phase }: PodShape): KubeObject {
  const name = `pod-${number}`;
  const deletion = deleted ? { deletionTimestamp: "2030-01-01T00:00:00Z" } : {};
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "ns", uid: name, resourceVersion: "1", labels: { app: "shop" }, ...deletion },
    spec: { nodeName: "node", containers: [{ name: "app", ports: [{ name: "web", containerPort: port }] }] },
    status: {
      phase,
      ...(hasAddress ? { podIP: addressOf(number) } : {}),
      conditions: [{ type: "Ready", status: ready ? "True" : "False" }],
    },
  };
}

const podShapes: fc.Arbitrary<readonly PodShape[]> = fc.uniqueArray(
  fc.record({
    number: fc.nat({ max: 300 }),
    port: fc.constantFrom(8080, 8080, 8080, 9090),
    ready: fc.boolean(),
    deleted: fc.boolean(),
    hasAddress: fc.boolean(),
    phase: fc.constantFrom("Running", "Running", "Running", "Failed"),
  }),
  { selector: ({ number }) => number, maxLength: 260 },
);

/** What is stored after a plan was carried out; new slices get a name and uid as the API server would give them. */
function carriedOut(existing: readonly KubeObject[], plan: SlicePlan, round: number): readonly KubeObject[] {
  const updates = plan.update.filter(isKubeObject);
  const created = plan.create.map((body, index) => {
    const name = `${stringAt(body, "metadata", "generateName") ?? ""}${round}-${index}`;
    return { ...body, metadata: { ...objectAt(body, "metadata"), name, uid: name, resourceVersion: "1" } };
  });
  const kept = existing
    .filter((slice) => !plan.remove.includes(slice))
    .map((slice) => updates.find(({ metadata }) => metadata.uid === slice.metadata.uid) ?? slice);
  return [...kept, ...created.filter(isKubeObject)];
}

const addressesIn = (slices: readonly KubeObject[]): readonly string[] =>
  slices.flatMap((slice) => arrayAt(slice, "endpoints").map((each) => stringAt(each, "addresses", 0) ?? "")).sort();

const isEmpty = ({ create, update, remove }: SlicePlan): boolean => create.length + update.length + remove.length === 0;

describe("the EndpointSlices of a Service", () => {
  test("hold after every plan each Pod with an address that has not ended, once, and nothing is left to do", () => {
    fc.assert(
      fc.property(fc.array(podShapes, { minLength: 1, maxLength: 4 }), (rounds) => {
        let slices: readonly KubeObject[] = [];
        for (const [round, shapes] of rounds.entries()) {
          const pods = shapes.map(pod);
          slices = carriedOut(slices, planSlices(service(), pods, slices), round);
          const wanted = shapes.filter(({ hasAddress, phase }) => hasAddress && phase === "Running");
          expect(addressesIn(slices)).toEqual(wanted.map(({ number }) => addressOf(number)).sort());
          expect(isEmpty(planSlices(service(), pods, slices))).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  test("have a hundred endpoints at most, of the same ports, and are never none", () => {
    fc.assert(
      fc.property(podShapes, (shapes) => {
        const slices = carriedOut([], planSlices(service(), shapes.map(pod), []), 0);
        expect(slices.length).toBeGreaterThan(0);
        for (const slice of slices) {
          const there = arrayAt(slice, "endpoints").map((each) => stringAt(each, "addresses", 0));
          expect(there.length).toBeLessThanOrEqual(100);
          const numbers = arrayAt(slice, "ports").map((port) => (isObject(port) ? port["port"] : undefined));
          const theirs = shapes.filter(({ number }) => there.includes(addressOf(number))).map(({ port }) => port);
          for (const port of theirs) expect(numbers).toEqual([port]);
        }
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    [100, [100]],
    [101, [100, 1]],
    [250, [100, 100, 50]],
  ])("of %i Pods have %j endpoints", (count, sizes) => {
    const pods = Array.from({ length: count }, (_, number) => pod({ ...running, number }));
    expect(planSlices(service(), pods, []).create.map((slice) => arrayAt(slice, "endpoints").length)).toEqual(sizes);
  });

  test("tell of each endpoint whether it serves, ends, and may get new requests (KEP-1672)", () => {
    fc.assert(
      fc.property(fc.boolean(), fc.boolean(), fc.boolean(), (ready, deleted, publishes) => {
        const published = service({ publishNotReadyAddresses: publishes });
        const [slice] = planSlices(published, [pod({ ...running, number: 1, ready, deleted })], []).create;
        expect(arrayAt(slice, "endpoints")).toMatchObject([
          { conditions: { ready: publishes || (ready && !deleted), serving: ready, terminating: deleted } },
        ]);
      }),
    );
  });

  test("are changed and not made anew when Pods come and go, and surplus ones go", () => {
    const many = Array.from({ length: 150 }, (_, number) => pod({ ...running, number }));
    const two = carriedOut([], planSlices(service(), many, []), 0);
    expect(two).toHaveLength(2);
    const fewer = planSlices(service(), many.slice(0, 20), two);
    expect([fewer.create.length, fewer.update.length, fewer.remove.length]).toEqual([0, 1, 1]);
    const none = planSlices(service(), [], carriedOut(two, fewer, 1));
    expect([none.create.length, none.remove.length, arrayAt(none.update[0], "endpoints")]).toEqual([0, 0, []]);
  });

  test("carry the Service's labels, and a mark where it is headless", () => {
    const existing = carriedOut([], planSlices(service(), [], []), 0);
    const headless = service({ clusterIP: "None" }, { team: "a" });
    const { create, update } = planSlices(headless, [], existing);
    expect(create).toEqual([]);
    expect(objectAt(update[0], "metadata", "labels")).toEqual({
      team: "a",
      "service.kubernetes.io/headless": "",
      "kubernetes.io/service-name": "shop",
      "endpointslice.kubernetes.io/managed-by": sliceManager,
    });
  });

  test("of other managers, of other Services and those that go are left alone", () => {
    const [own] = carriedOut([], planSlices(service(), [], []), 0);
    if (own === undefined) throw new Error("no slice was made");
    const labels = { ...own.metadata.labels, "endpointslice.kubernetes.io/managed-by": "somebody" };
    const theirs = { ...own, metadata: { ...own.metadata, labels } };
    const going = { ...own, metadata: { ...own.metadata, deletionTimestamp: "2030-01-01T00:00:00Z" } };
    const later = service();
    const another = { ...later, metadata: { ...later.metadata, uid: "another" } };
    for (const [asked, existing] of [
      [service(), theirs],
      [service(), going],
      [another, own],
    ] as const) {
      const { create, update, remove } = planSlices(asked, [], [existing]);
      expect([create.length, update, remove]).toEqual([1, [], []]);
    }
  });
});
