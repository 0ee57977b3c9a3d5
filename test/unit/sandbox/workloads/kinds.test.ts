import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";

import type { JsonObject } from "../../../../src/base/json.js";
import { arrayAt, objectAt, stringAt } from "../../../../src/base/json.js";
import type { GroupVersionResource } from "../../../../src/kube/resource.js";
import { InferenceServices } from "../../../../src/sandbox/workloads/inferenceServices.js";
import { KnativeServices } from "../../../../src/sandbox/workloads/knativeServices.js";
import { Rollouts } from "../../../../src/sandbox/workloads/rollouts.js";
import type { StandIn, StandInOptions } from "../../../../src/sandbox/workloads/standIn.js";
import { FakeApi } from "../../../support/fakeApi.js";
import { FakeClock } from "../../../support/fakeClock.js";

const isvcs = { group: "serving.kserve.io", version: "v1beta1", resource: "inferenceservices" };
const ksvcs = { group: "serving.knative.dev", version: "v1", resource: "services" };
const rollouts = { group: "argoproj.io", version: "v1alpha1", resource: "rollouts" };
const services = { group: "", version: "v1", resource: "services" };

let clock: FakeClock;
let api: FakeApi;
let standIn: StandIn;

beforeEach(() => {
  clock = new FakeClock();
  api = new FakeApi(clock);
});

afterEach(() => standIn.stop());

async function start(make: (options: StandInOptions) => StandIn): Promise<void> {
  standIn = make({ api, clock, readyAfterMs: 100 });
  standIn.start();
  await clock.advance(0);
}

async function put(gvr: GroupVersionResource, spec: JsonObject, annotations: JsonObject = {}): Promise<void> {
  const ref = { namespace: "ns", name: "a" };
  const status = api.server.get(gvr, ref)?.["status"];
  api.server.put(gvr, { ...ref, spec, metadata: { annotations }, ...(status === undefined ? {} : { status }) });
  await clock.advance(50);
}

const statusOf = (gvr: GroupVersionResource): JsonObject =>
  objectAt(api.server.get(gvr, { namespace: "ns", name: "a" }), "status");

const conditions = (gvr: GroupVersionResource): JsonObject =>
  Object.fromEntries(
    arrayAt(statusOf(gvr), "conditions").map((entry) => [stringAt(entry, "type") ?? "", stringAt(entry, "status")]),
  );

const mode = (name: string): JsonObject => ({ "serving.kserve.io/deploymentMode": name });

describe("an InferenceService of the stand-in for KServe", () => {
  test("runs in revisions where it is serverless, the former one serving while a newer comes up", async () => {
    await start((options) => new InferenceServices(options));
    await put(isvcs, { size: 1 });
    expect(conditions(isvcs)).toMatchObject({ Ready: "Unknown", RoutesReady: "Unknown" });
    await clock.advance(50);
    expect(conditions(isvcs)).toMatchObject({ Ready: "True", RoutesReady: "True", PredictorReady: "True" });
    await put(isvcs, { size: 2 });
    expect(statusOf(isvcs)).toMatchObject({
      observedGeneration: 1,
      modelStatus: {
        transitionStatus: "InProgress",
        states: { activeModelState: "Loaded", targetModelState: "Loading" },
      },
      components: {
        predictor: { latestCreatedRevision: "a-predictor-00002", latestReadyRevision: "a-predictor-00001" },
      },
    });
    expect(conditions(isvcs)).toMatchObject({ Ready: "Unknown", RoutesReady: "True" });
    expect(api.made("create")).toEqual([]);
  });

  test("has a Service of its predictor, and a Deployment's revision, where it is raw", async () => {
    await start((options) => new InferenceServices(options));
    await put(isvcs, {}, mode("RawDeployment"));
    await clock.advance(50);
    const service = api.server.get(services, { namespace: "ns", name: "a-predictor" });
    const owner = api.server.get(isvcs, { namespace: "ns", name: "a" });
    expect(service?.metadata.ownerReferences).toMatchObject([{ uid: owner?.metadata.uid }]);
    expect(statusOf(isvcs)).toMatchObject({
      deploymentMode: "RawDeployment",
      components: { predictor: { latestCreatedRevision: "1", url: "http://a-predictor-ns.example.com" } },
    });
    await standIn.setReady("ns", "a", false);
    expect(conditions(isvcs)).toMatchObject({ Ready: "False" });
    expect(statusOf(isvcs)).toMatchObject({ modelStatus: { transitionStatus: "BlockedByFailedLoad" } });
  });

  test("names the Service that all models share, and stays Ready while its model fails, in ModelMesh", async () => {
    await start((options) => new InferenceServices(options));
    await put(isvcs, {}, mode("ModelMesh"));
    expect(conditions(isvcs)).toMatchObject({ Ready: "False" });
    await clock.advance(50);
    await standIn.setReady("ns", "a", false);
    expect(conditions(isvcs)).toMatchObject({ Ready: "True" });
    expect(statusOf(isvcs)).toMatchObject({
      url: "grpc://modelmesh-serving.ns:8033",
      modelStatus: { transitionStatus: "BlockedByFailedLoad", lastFailureInfo: { reason: "ModelLoadFailed" } },
    });
  });

  test("has its predictor called as before KServe 0.11 where that is asked for", async () => {
    await start((options) => new InferenceServices({ ...options, isOld: true }));
    await put(isvcs, {});
    await clock.advance(50);
    expect(statusOf(isvcs)).toMatchObject({
      components: { predictor: { address: { url: "http://a-predictor-default.ns.svc.cluster.local" } } },
    });
  });
});

describe("a Knative Service of the stand-in for Knative", () => {
  test("is ready with a revision for each generation, and fails with its newest", async () => {
    await start((options) => new KnativeServices(options));
    await put(ksvcs, { size: 1 });
    expect(conditions(ksvcs)).toEqual({ ConfigurationsReady: "Unknown", Ready: "Unknown", RoutesReady: "Unknown" });
    await clock.advance(50);
    expect(conditions(ksvcs)).toEqual({ ConfigurationsReady: "True", Ready: "True", RoutesReady: "True" });
    await put(ksvcs, { size: 2 });
    expect(statusOf(ksvcs)).toMatchObject({
      observedGeneration: 2,
      latestCreatedRevisionName: "a-00002",
      latestReadyRevisionName: "a-00001",
    });
    expect(conditions(ksvcs)).toEqual({ ConfigurationsReady: "Unknown", Ready: "Unknown", RoutesReady: "True" });
    await clock.advance(50);
    await standIn.setReady("ns", "a", false);
    expect(conditions(ksvcs)).toEqual({ ConfigurationsReady: "False", Ready: "False", RoutesReady: "True" });
  });

  test("keeps the time of a condition that stays as it is", async () => {
    await start((options) => new KnativeServices(options));
    await put(ksvcs, { size: 1 });
    await clock.advance(60_000);
    await standIn.setReady("ns", "a", false);
    const times = arrayAt(statusOf(ksvcs), "conditions").map((entry) => stringAt(entry, "lastTransitionTime"));
    expect(times).toEqual(["2030-01-01T00:01:00Z", "2030-01-01T00:01:00Z", "2030-01-01T00:00:00Z"]);
  });
});

describe("a Rollout of the stand-in for Argo Rollouts", () => {
  test("is healthy with all its replicas, its generation written as text", async () => {
    await start((options) => new Rollouts(options));
    await put(rollouts, { replicas: 3 });
    expect(statusOf(rollouts)).toMatchObject({ phase: "Progressing", availableReplicas: 0, observedGeneration: "1" });
    await clock.advance(50);
    expect(statusOf(rollouts)).toMatchObject({ phase: "Healthy", availableReplicas: 3, observedGeneration: "1" });
  });

  test("progresses while its former replicas serve, and without any when it is made not ready", async () => {
    await start((options) => new Rollouts(options));
    await put(rollouts, { size: 1 });
    await clock.advance(50);
    await put(rollouts, { size: 2 });
    expect(statusOf(rollouts)).toMatchObject({ phase: "Progressing", availableReplicas: 1, observedGeneration: "2" });
    await clock.advance(50);
    await standIn.setReady("ns", "a", false);
    expect(statusOf(rollouts)).toMatchObject({ phase: "Progressing", availableReplicas: 0 });
  });
});
