import { afterAll, beforeAll, expect, it } from "@jest/globals";

import { canonicalJson } from "../../../src/base/json.js";
import type { KubeObject } from "../../../src/kube/object.js";
import { App } from "../../support/app.js";
import { violations } from "../../support/invariants.js";
import { recordRevisions } from "../../support/plane/recorder.js";
import type { Revision } from "../../support/plane/recorder.js";
import { configMaps, deployments, finalizer, httpRoutes, Scene, services } from "../../support/scene.js";
import { unquiet } from "../../support/quiet.js";

const alone = { flags: ["--leader-elect=false"] };

let one: Scene;
let two: Scene;
beforeAll(async () => {
  [one, two] = await Promise.all([Scene.open("one"), Scene.open("two")]);
  await one.controller(alone);
  await two.controller(alone);
  await two.controller(alone);
}, 60_000);
afterAll(async () => {
  await one.close();
  await two.close();
}, 60_000);

it("row 13: two replicas without a lease come to the same state, with at most one write more per object", async () => {
  const [alone, racing] = [await story(one), await story(two)];
  expect(racing.end).toEqual(alone.end);
  for (const [object, writes] of racing.writes)
    expect([object, writes]).toEqual([object, atMost(alone, object, writes)]);
  expect([...racing.writes.keys()].sort()).toEqual([...alone.writes.keys()].sort());
}, 120_000);

interface Story {
  /** What is stored in the end, by kind and name. */
  readonly end: Readonly<Record<string, string>>;
  /** How often each object's part that is ours was changed. */
  readonly writes: ReadonlyMap<string, number>;
}

/** The number of writes if that is at most one more than a single controller needs, else what that needs. */
function atMost({ writes }: Story, object: string, count: number): number {
  const needed = writes.get(object) ?? 0;
  return count <= needed + 1 ? count : needed;
}

/** The life of one app: raised, reweighted, down, up again, its candidate deleted. */
async function story(scene: Scene): Promise<Story> {
  const record = await recordRevisions(scene.admin, scene.namespace, deployments, services, httpRoutes, configMaps);
  const app = new App(scene, "app");
  await app.routemap();
  await app.deploy(1);
  await app.untilShares(80, 0);
  await app.deploy(2);
  await app.untilShares(80, 20);
  await scene.patch(deployments, "app-v2", { metadata: { annotations: { "iter8.tools/weight": "40" } } });
  await app.untilShares(80, 40);
  await app.setReady(2, false);
  await app.untilShares(80, 0);
  await app.setReady(2, true);
  await app.untilShares(80, 40);
  await app.remove(2);
  await app.untilGone(2);
  // Events of one kind are counted some time later.
  expect((await unquiet(scene, 1500)).filter((change) => !change.startsWith("Event/"))).toEqual([]);
  await record.stop();
  expect(violations(record.revisions, { apps: [app.model], holdMs: 300 })).toEqual([]);
  const ours = record.revisions.filter(({ object }) => object.metadata.name.startsWith("app"));
  return { end: endOf(ours), writes: writesOf(ours) };
}

function endOf(revisions: readonly Revision[]): Readonly<Record<string, string>> {
  const end: Record<string, string> = {};
  for (const { type, object } of revisions) end[keyOf(object)] = type === "DELETED" ? "gone" : partOf(object);
  return end;
}

function writesOf(revisions: readonly Revision[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const last = new Map<string, string>();
  for (const { object } of revisions) {
    const key = keyOf(object);
    if (last.get(key) !== partOf(object)) found.set(key, (found.get(key) ?? 0) + 1);
    last.set(key, partOf(object));
  }
  return found;
}

function keyOf({ kind, metadata }: KubeObject): string {
  return `${kind}/${metadata.name}`;
}

/** The part of an object that a controller writes. */
function partOf(object: KubeObject): string {
  if (object.kind === "HTTPRoute") return canonicalJson(object["spec"] ?? null);
  if (object.kind === "ConfigMap") return object.metadata.annotations?.["iter8.tools/ready"] ?? "";
  return object.metadata.finalizers?.includes(finalizer) === true ? "held" : "free";
}
