import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { offered, samples } from "../support/iter8/chart/combinations.js";
import { inferenceServices, LiveRelease } from "../support/iter8/chart/liveRelease.js";
import { send } from "../support/requests/send.js";
import type { ChartValues, Environment, Strategy } from "../support/iter8/chart/values.js";
import { nameOf } from "../support/iter8/chart/values.js";
import type { Recorder, Revision } from "../support/plane/recorder.js";
import { recordRevisions } from "../support/plane/recorder.js";
import { deployments, httpRoutes, Scene, services, virtualServices } from "../support/scene.js";

const matches = [{ headers: [{ name: "traffic", value: "test" }] }];

function valuesOf(scene: Scene, environment: Environment, strategy: Strategy, count: number): ChartValues {
  const weights = [60, 30, 10];
  return {
    environment,
    strategy,
    app: `${environment}-${strategy}-${count}`,
    namespace: scene.namespace,
    versions: weights.slice(0, count).map((weight) => ({ weight, matches })),
    gateway: "shop",
    namespaces: true,
    weightConfigs: strategy !== "canary",
  };
}

/** What the route of a release gave a version when one of its objects went. */
function givenAtEnd(record: Recorder, release: LiveRelease, index: number): readonly string[] {
  const name = nameOf(release.values, index);
  const isRoute = ({ object }: Revision): boolean => object.metadata.name === release.values.app && "spec" in object;
  const ends = record.revisions.filter(({ type, object }) => type === "DELETED" && object.metadata.name === name);
  if (ends.length === 0) return ["it never went"];
  return ends.flatMap((end) => {
    const route = record.revisions
      .filter((revision) => isRoute(revision) && revision.stored <= end.stored)
      .at(-1)?.object;
    return samples.flatMap((request) => {
      if (route === undefined) return ["there was no route"];
      const { answered, copied } = send(route, request);
      return answered.has(name) || copied.has(name) ? [`${end.object.kind} went with ${request.called} requests`] : [];
    });
  });
}

describe("releases of Iter8's chart, all environments and strategies in one namespace", () => {
  let scene: Scene;
  let two: readonly LiveRelease[];
  let three: readonly LiveRelease[];
  let record: Recorder;

  beforeAll(async () => {
    scene = await Scene.open("iter8-chart");
    two = offered.map(([environment, strategy]) => new LiveRelease(scene, valuesOf(scene, environment, strategy, 2)));
    three = offered
      .filter(([, strategy]) => strategy === "blue-green")
      .map(([environment, strategy]) => new LiveRelease(scene, valuesOf(scene, environment, strategy, 3)));
    record = await recordRevisions(
      scene.admin,
      scene.namespace,
      ...[httpRoutes, virtualServices, deployments, services, inferenceServices],
    );
    for (const release of [...two, ...three]) await release.install();
    await scene.controller();
  }, 120_000);
  afterAll(async () => {
    await record.stop();
    await scene.close();
  }, 60_000);

  const every = (releases: readonly LiveRelease[], act: (release: LiveRelease) => Promise<void>): Promise<unknown> =>
    Promise.all(releases.map(act));

  it("share out and match as the chart means when all versions are ready", async () => {
    await every(two, (release) => release.untilMeant("ready", "ready"));
    await every(three, (release) => release.untilMeant("ready", "ready", "ready"));
    await every([...two, ...three], async (release) => {
      expect([release.values.app, await release.isHeld(1)]).toEqual([release.values.app, true]);
    });
  }, 60_000);

  it("lead away from a candidate that is down, and back when it is ready again", async () => {
    const all = [...two, ...three];
    await every(all, (release) => release.setReady(1, false));
    await every(two, (release) => release.untilMeant("ready", "down"));
    await every(three, (release) => release.untilMeant("ready", "down", "ready"));
    await every(all, (release) => release.setReady(1, true));
    await every(two, (release) => release.untilMeant("ready", "ready"));
    await every(three, (release) => release.untilMeant("ready", "ready", "ready"));
  }, 90_000);

  it("let a deleted candidate go when nothing leads to it any more", async () => {
    const all = [...two, ...three];
    await every(all, (release) => release.remove(1));
    await every(two, (release) => release.untilMeant("ready", "leaving"));
    await every(three, (release) => release.untilMeant("ready", "leaving", "ready"));
    for (const release of all)
      expect([release.values.app, givenAtEnd(record, release, 1)]).toEqual([release.values.app, []]);
  }, 90_000);
});
