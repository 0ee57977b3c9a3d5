import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { sleep, systemClock } from "../../../src/base/clock.js";
import type { JsonObject } from "../../../src/base/json.js";
import { arrayAt, numberAt } from "../../../src/base/json.js";
import type { KubeObject } from "../../../src/kube/object.js";
import type { GroupVersionResource } from "../../../src/kube/resource.js";
import { apiVersionOf } from "../../../src/kube/resource.js";
import { App } from "../../support/app.js";
import { quickConfig } from "../../support/controllerProcess.js";
import type { Recorder, Revision } from "../../support/plane/recorder.js";
import { recordRevisions } from "../../support/plane/recorder.js";
import { configMaps, httpRoutes, routeTemplate, Scene } from "../../support/scene.js";

const widgets = { group: "example.com", version: "v1", resource: "widgets" };
const isvcs = { group: "serving.kserve.io", version: "v1beta1", resource: "inferenceservices" };
const config = `${quickConfig}
resourceTypes:
  widget: {Group: example.com, Version: v1, Resource: widgets, conditions: [Ready]}
`;
/** How long an answer must stand before it raises: the dwell. */
const dwell = 1000;
const release = `release: {minStable: ${dwell}ms}\n`;
const longAgo = "2020-01-01T00:00:00Z";

let scene: Scene;
let record: Recorder;
beforeAll(async () => {
  scene = await Scene.open("row-gates");
  await (await scene.account()).allow(widgets, ["get", "list", "watch"]);
  record = await recordRevisions(scene.admin, scene.namespace, httpRoutes, isvcs, configMaps);
  await scene.controller({ config, flags: ["--leader-elect=false"] });
}, 60_000);
afterAll(async () => {
  await record.stop();
  await scene.close();
}, 60_000);

const revisionsOf = (name: string): readonly Revision[] =>
  record.revisions.filter(({ object }) => object.metadata.name === name);

const setStatus = (gvr: GroupVersionResource, name: string, status: JsonObject): Promise<KubeObject> =>
  scene.admin.patch(gvr, { namespace: scene.namespace, name }, { status }, { subresource: "status" });

function ready(status: "True" | "False"): JsonObject {
  return { conditions: [{ type: "Ready", status, lastTransitionTime: longAgo }] };
}

/** Weights of a route's first rule, as "80/20". */
function weightsOf({ object }: Revision): string {
  return arrayAt(object, "spec", "rules", 0, "backendRefs")
    .map((ref) => numberAt(ref, "weight"))
    .join("/");
}

function create(gvr: GroupVersionResource, kind: string, name: string, spec: JsonObject): Promise<KubeObject> {
  const metadata = { name, labels: { "iter8.tools/watch": "true" } };
  return scene.apply(gvr, { apiVersion: apiVersionOf(gvr), kind, metadata, spec });
}

describe("row 37: readiness that flaps at 20 Hz", () => {
  it("changes the weights at most once in the time for which an answer must stand", async () => {
    const app = new App(scene, "flap");
    const spec = app.spec().replace("deploy, name: flap-v2", "widget, name: flap-v2");
    await scene.routemap("flap", spec + release);
    await app.deploy(1, 2);
    await create(widgets, "Widget", "flap-v2", { size: 1 });
    await setStatus(widgets, "flap-v2", ready("True"));
    await app.untilShares(80, 20);
    const before = (await scene.find(httpRoutes, "flap"))?.metadata.generation ?? 0;
    const { begun, ended } = await flap("flap-v2", 100);
    await app.untilShares(80, 20);
    await record.caughtUp();
    const raised = revisionsOf("flap").find(
      (revision) =>
        revision.at > ended && (revision.object.metadata.generation ?? 0) > before && weightsOf(revision) === "80/20",
    );
    const after = (await scene.find(httpRoutes, "flap"))?.metadata.generation ?? 0;
    expect(after - before).toBeGreaterThanOrEqual(2);
    expect(after - before).toBeLessThanOrEqual(2 + Math.floor((ended - begun) / dwell));
    expect((raised?.at ?? 0) - ended).toBeGreaterThan(dwell);
    expect((raised?.at ?? Infinity) - ended).toBeLessThan(10 * dwell);
    expect((await scene.eventReasons("flap")).length).toBeLessThan(10);
  }, 60_000);

  /** Sets the condition to False and True in turn, every 50 ms, ending with True. */
  async function flap(name: string, times: number): Promise<{ readonly begun: number; readonly ended: number }> {
    const begun = systemClock.monotonic();
    let ended = begun;
    for (let turn = 1; turn <= times; turn += 1) {
      ended = systemClock.monotonic();
      await setStatus(widgets, name, ready(turn % 2 === 1 ? "False" : "True"));
      await sleep(systemClock, Math.max(0, begun + turn * 50 - systemClock.monotonic()), new AbortController().signal);
    }
    return { begun, ended };
  }
});

describe("row 36: an InferenceService whose observedGeneration is its Deployment's", () => {
  const raw = { predictor: { model: { modelFormat: { name: "sklearn" }, storageUri: "gs://a/b" } } };
  const upToDate = { modelStatus: { transitionStatus: "UpToDate" } };
  const raises = (): readonly Revision[] => revisionsOf("model").filter((revision) => weightsOf(revision) === "80/20");

  it("is not raised on a Ready that is older than its spec, nor before its answer has stood, but then", async () => {
    const lines = [80, 20].map(
      (weight, index) =>
        `- {name: v${index + 1}, weight: ${weight}, resources: [{gvrShort: isvc, name: model-v${index + 1}}]}`,
    );
    const template = routeTemplate("model", "model-v1-predictor", "model-v2-predictor");
    await scene.routemap("model", `versions:\n${lines.join("\n")}\n${template}${release}`);
    for (const name of ["model-v1", "model-v2"]) await create(isvcs, "InferenceService", name, raw);
    await setStatus(isvcs, "model-v1", { ...ready("True"), ...upToDate });
    const loading = { modelStatus: { transitionStatus: "InProgress" } };
    await setStatus(isvcs, "model-v2", { ...ready("True"), ...loading, observedGeneration: 99 });
    await scene.untilShares("model", "model-v1-predictor=80 model-v2-predictor=0");
    await edit("gs://a/c");
    await setStatus(isvcs, "model-v2", { ...ready("True"), ...upToDate, observedGeneration: 99 });
    const stale = await setStatus(isvcs, "model-v2", { ...ready("False"), ...loading });
    await untilBeacon();
    await record.caughtUp();
    expect(raises()).toEqual([]);
    const told = systemClock.monotonic();
    const fresh = await setStatus(isvcs, "model-v2", { ...ready("True"), ...upToDate, observedGeneration: 1 });
    expect(fresh.metadata.generation).toBeGreaterThan(1);
    await scene.untilShares("model", "model-v1-predictor=80 model-v2-predictor=20");
    await record.caughtUp();
    expect((raises()[0]?.at ?? 0) - told).toBeGreaterThan(dwell);
    expect(stale.metadata.generation).toBe(fresh.metadata.generation);
  }, 60_000);

  const edit = (storageUri: string): Promise<KubeObject> =>
    scene.patch(isvcs, "model-v2", { spec: { predictor: { model: { storageUri } } } });

  /** Waits for the route of another routemap whose one version must stand as long: what came before has been judged. */
  async function untilBeacon(): Promise<void> {
    const spec = `versions: [{resources: [{gvrShort: widget, name: beacon}]}, {resources: [{gvrShort: widget, name: beacon-2}]}]\n`;
    await scene.routemap("beacon", spec + routeTemplate("beacon", "beacon", "beacon-2") + release);
    for (const name of ["beacon", "beacon-2"]) {
      await create(widgets, "Widget", name, { size: 1 });
      await setStatus(widgets, name, ready("True"));
    }
    await scene.untilShares("beacon", "beacon=1 beacon-2=1");
  }
});
