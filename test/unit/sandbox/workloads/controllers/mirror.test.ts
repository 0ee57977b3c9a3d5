import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import type { KubeObject } from "../../../../../src/kube/object.js";
import { Mirror } from "../../../../../src/sandbox/workloads/controllers/mirror.js";

function object(uid: string, version: number, group?: string): KubeObject {
  const labels = group === undefined ? {} : { group };
  return { apiVersion: "v1", kind: "Pod", metadata: { name: uid, uid, resourceVersion: String(version), labels } };
}

const byGroup = ({ metadata }: KubeObject): string | undefined => metadata.labels?.["group"];

type Told =
  | { readonly kind: "object"; readonly uid: string; readonly version: number; readonly group: string | undefined }
  | { readonly kind: "gone"; readonly uid: string };

const uid = fc.constantFrom("a", "b", "c");

const told: fc.Arbitrary<readonly Told[]> = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant("object" as const),
        uid,
        version: fc.integer({ min: 1, max: 12 }),
        group: fc.constantFrom("x", "y", undefined),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("gone" as const), uid }) },
  ),
  { maxLength: 40 },
);

describe("what the workload controllers know of a kind", () => {
  test("is the newest that was told of each object, in whatever order, and none that is gone", () => {
    fc.assert(
      fc.property(told, (events) => {
        const mirror = new Mirror(byGroup);
        const model = new Map<string, { readonly version: number; readonly group: string | undefined }>();
        const gone = new Set<string>();
        for (const event of events) {
          if (event.kind === "gone") {
            mirror.onGone(event.uid);
            gone.add(event.uid);
            model.delete(event.uid);
            continue;
          }
          mirror.onObject(object(event.uid, event.version, event.group));
          const known = model.get(event.uid)?.version ?? 0;
          if (!gone.has(event.uid) && event.version > known) model.set(event.uid, event);
        }
        for (const name of ["a", "b", "c"])
          expect(mirror.get(name)?.metadata.resourceVersion).toBe(model.get(name)?.version.toString());
        for (const group of ["x", "y"]) {
          const wanted = [...model].filter(([, each]) => each.group === group).map(([name]) => name);
          const found = mirror.group(group).map(({ metadata }) => metadata.uid);
          expect([...found].sort()).toEqual(wanted.sort());
        }
      }),
    );
  });

  test("is told on once for each thing that is news, with what was known before", () => {
    const mirror = new Mirror(byGroup);
    const heard: (string | undefined)[][] = [];
    mirror.onChange((now, before) =>
      heard.push([now.metadata.resourceVersion, before?.metadata.resourceVersion, mirror.get("a")?.metadata.uid]),
    );
    mirror.onObject(object("a", 2));
    mirror.onObject(object("a", 2));
    mirror.onObject(object("a", 1));
    mirror.onObject(object("a", 3));
    mirror.onGone("a");
    mirror.onGone("a");
    mirror.onObject(object("a", 4));
    expect(heard).toEqual([
      ["2", undefined, "a"],
      ["3", "2", "a"],
      ["3", "3", undefined],
    ]);
  });

  test("is complete once everything that is there was told, and not before", async () => {
    const mirror = new Mirror(byGroup);
    let isListed = false;
    void mirror.listed.then(() => (isListed = true));
    mirror.onObject(object("a", 1));
    await Promise.resolve();
    expect(isListed).toBe(false);
    mirror.onListed();
    await mirror.listed;
    expect(isListed).toBe(true);
  });
});
