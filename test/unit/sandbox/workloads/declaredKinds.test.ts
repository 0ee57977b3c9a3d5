import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";

import type { JsonObject } from "../../../../src/base/json.js";
import { arrayAt, numberAt, stringAt } from "../../../../src/base/json.js";
import { DeclaredKinds, readyAfterAnnotation } from "../../../../src/sandbox/workloads/declaredKinds.js";
import { FakeApi } from "../../../support/fakeApi.js";
import { FakeClock } from "../../../support/fakeClock.js";

const definitions = { group: "apiextensions.k8s.io", version: "v1", resource: "customresourcedefinitions" };
const widgets = { group: "example.com", version: "v2", resource: "widgets" };
const widget = { namespace: "ns", name: "a" };

let clock: FakeClock;
let api: FakeApi;
let kinds: DeclaredKinds;
let problems: string[];

beforeEach(async () => {
  clock = new FakeClock();
  api = new FakeApi(clock);
  problems = [];
  kinds = new DeclaredKinds({ api, clock, onProblem: (line) => problems.push(line) });
  kinds.start();
  await clock.advance(0);
});

afterEach(() => kinds.stop());

/** The definition of widgets, whose objects are stored as v2; null takes the annotation away. */
async function define(readyAfter: string | null, versions: readonly JsonObject[] = both): Promise<void> {
  api.server.put(definitions, {
    name: "widgets.example.com",
    metadata: { annotations: readyAfter === null ? {} : { [readyAfterAnnotation]: readyAfter } },
    spec: { group: "example.com", names: { plural: "widgets", kind: "Widget" }, versions },
  });
  await clock.advance(0);
}

const both = [
  { name: "v1", served: true, storage: false },
  { name: "v2", served: true, storage: true },
];

async function put(size: number): Promise<void> {
  const status = api.server.get(widgets, widget)?.["status"];
  api.server.put(widgets, { ...widget, spec: { size }, ...(status === undefined ? {} : { status }) });
  await clock.advance(0);
}

/** What the widget says: the generation it speaks of, and whether it is ready; undefined while it says nothing. */
function said(): string | undefined {
  const found = api.server.get(widgets, widget);
  const [ready, ...more] = arrayAt(found, "status", "conditions");
  if (ready === undefined) return undefined;
  expect([stringAt(ready, "type"), more]).toEqual(["Ready", []]);
  return `${numberAt(found, "status", "observedGeneration") ?? "?"} ${stringAt(ready, "status") ?? "?"}`;
}

describe("an object of a kind whose definition says when it is ready", () => {
  test("is not ready at first, and is so after that time", async () => {
    await define("3s");
    await put(1);
    expect(said()).toBe("1 False");
    await clock.advance(2_999);
    expect(said()).toBe("1 False");
    await clock.advance(1);
    expect(said()).toBe("1 True");
  });

  test("comes up again after every change, and keeps the time of a condition that stays", async () => {
    await define("1s");
    await put(1);
    await clock.advance(1_000);
    await put(2);
    expect(said()).toBe("2 False");
    const turned = (): string | undefined =>
      stringAt(api.server.get(widgets, widget), "status", "conditions", 0, "lastTransitionTime");
    const before = turned();
    await clock.advance(600);
    await put(3);
    expect([said(), turned()]).toEqual(["3 False", before]);
    await clock.advance(999);
    expect(said()).toBe("3 False");
    await clock.advance(1);
    expect(said()).toBe("3 True");
  });

  test("that was there before is found, too", async () => {
    await put(1);
    await define("0");
    await clock.advance(0);
    expect(said()).toBe("1 True");
  });

  test("follows the annotation when it changes, and is left alone when it goes", async () => {
    await define("1h");
    await put(1);
    await define("1s");
    await clock.advance(1_000);
    expect(said()).toBe("1 True");
    await define(null);
    await put(2);
    await clock.advance(10_000);
    expect(said()).toBe("1 True");
  });

  test("is left alone once its definition is being deleted", async () => {
    await define("1s");
    api.server.put(definitions, { name: "widgets.example.com", metadata: { finalizers: ["test/keep"] } });
    api.server.remove(definitions, { name: "widgets.example.com" });
    await clock.advance(0);
    await put(1);
    await clock.advance(10_000);
    expect(said()).toBeUndefined();
  });

  test.each(["", "soon", "-1s", "3"])(
    "is left alone where the definition says %j, until that is mended",
    async (text) => {
      await define(text);
      await put(1);
      await clock.advance(10_000);
      expect(said()).toBeUndefined();
      await define(text);
      expect(problems).toEqual([
        expect.stringMatching(
          /^CustomResourceDefinition widgets\.example\.com: annotation sandbox\.pointsman\.dev\/ready-after: .*; write a duration such as /,
        ),
      ]);
      await define("2s");
      await clock.advance(2_000);
      expect(said()).toBe("1 True");
    },
  );
});

test.each([
  ["stored", [{ name: "v2", served: true, storage: true }], "v2"],
  [
    "served",
    [
      { name: "v1", served: false, storage: true },
      { name: "v2", served: true, storage: false },
    ],
    "v2",
  ],
])("objects are looked for in the version that is %s", async (_what, versions, version) => {
  await define("1s", versions);
  const watched = api.requests.filter(({ verb, target }) => verb === "list" && target.startsWith("widgets"));
  expect([...api.watches].map(({ selection }) => selection.resource)).toContainEqual({ ...widgets, version });
  expect(watched).toHaveLength(1);
});

test("objects outside of namespaces become ready, too", async () => {
  await define("1s");
  api.server.put(widgets, { name: "wide", spec: {} });
  await clock.advance(1_000);
  expect(api.server.get(widgets, { name: "wide" })?.["status"]).toMatchObject({
    conditions: [{ type: "Ready", status: "True" }],
  });
});

test("objects of kinds that say nothing of it are left alone", async () => {
  await define(null);
  await put(1);
  await clock.advance(10_000);
  expect([said(), api.made("jsonPatch")]).toEqual([undefined, []]);
});

test("after its end nothing is written and no timer is left", async () => {
  await define("1s");
  await put(1);
  await kinds.stop();
  const written = api.made("jsonPatch").length;
  await put(2);
  await clock.advance(10_000);
  expect([api.made("jsonPatch").length, clock.pending]).toEqual([written, 0]);
});
