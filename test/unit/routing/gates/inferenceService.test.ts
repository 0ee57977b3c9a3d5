import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import type { JsonObject } from "../../../../src/base/json.js";
import type { KubeObject } from "../../../../src/kube/object.js";
import { PlanWorld } from "../../../support/planWorld.js";
import { routeTemplate } from "../../../support/routemaps.js";
import { anObject, condition, decide, decideBoth } from "./objects.js";

const ready = [condition("Ready", "True")];

interface Parts {
  readonly annotations?: Readonly<Record<string, string>>;
  readonly model?: JsonObject;
  readonly predictor?: JsonObject;
  readonly conditions?: readonly JsonObject[];
}

function isvc({ annotations = {}, model, predictor, conditions = ready }: Parts): KubeObject {
  return anObject({
    metadata: { annotations },
    status: {
      conditions,
      ...(model === undefined ? {} : { modelStatus: model }),
      ...(predictor === undefined ? {} : { components: { predictor } }),
    },
  });
}

const mode = (name: string): Readonly<Record<string, string>> => ({ "serving.kserve.io/deploymentMode": name });
const revisions = (created: string, last?: string): JsonObject => ({
  latestCreatedRevision: created,
  ...(last === undefined ? {} : { latestReadyRevision: last }),
});
const states = (activeModelState: string, targetModelState: string): JsonObject => ({
  transitionStatus: "InProgress",
  states: { activeModelState, targetModelState },
});
const failed = (transitionStatus: string): JsonObject => ({
  transitionStatus,
  lastFailureInfo: { reason: "ModelLoadFailed", message: "no such bucket", time: "2026-01-01T00:00:00Z" },
});

const twoModels = `
versions:
- {name: m1, weight: 80, resources: [{gvrShort: isvc, name: m1}]}
- {name: m2, weight: 20, resources: [{gvrShort: isvc, name: m2}]}
${routeTemplate("app", "m1-predictor", "m2-predictor")}`;

const asReady = ["ready", "ConditionTrue"];
const notReady = (reason: string): readonly string[] => ["notReady", reason];

describe("an InferenceService", () => {
  it("is ready by its condition where KServe says nothing about its model", () => {
    expect(decideBoth("isvc", isvc({}))).toEqual([asReady, asReady]);
  });

  it("is ready when its model is loaded, whatever an earlier failure has left", () => {
    expect(decideBoth("isvc", isvc({ model: failed("UpToDate") }))).toEqual([asReady, asReady]);
  });

  it("needs its condition Ready also while it carries traffic", () => {
    const object = isvc({ conditions: [condition("Ready", "False")], model: { transitionStatus: "UpToDate" } });
    expect(decideBoth("isvc", object)).toEqual([notReady("ConditionNotTrue"), notReady("ConditionNotTrue")]);
  });

  it.each([
    ["BlockedByFailedLoad", "ModelFailedToLoad"],
    ["InvalidSpec", "ModelSpecInvalid"],
  ])("is not ready with KServe's own words when its model is %s", (transition, reason) => {
    const object = isvc({ model: failed(transition) });
    expect(decideBoth("isvc", object)).toEqual([notReady(reason), notReady(reason)]);
    const { field, value, message } = decide("isvc", object);
    expect([field, value]).toEqual(["status.modelStatus.transitionStatus", transition]);
    expect(message).toMatch(/: no such bucket$/);
  });

  it("keeps its traffic, but gets none, while its Ready is Unknown and the revision that was ready last serves", () => {
    const conditions = [condition("Ready", "Unknown")];
    const rollingOut = isvc({ conditions, predictor: revisions("m-00001", "m-00001") });
    expect(decideBoth("isvc", rollingOut)).toEqual([notReady("ConditionNotTrue"), ["ready", "ConditionTolerated"]]);
    const beginning = isvc({ conditions, predictor: revisions("m-00001") });
    expect(decideBoth("isvc", beginning)).toEqual([notReady("ConditionNotTrue"), notReady("ConditionNotTrue")]);
  });

  it("is not ready in a transition that nobody knows", () => {
    expect(decide("isvc", isvc({ model: { transitionStatus: "Odd" } })).reason).toBe("ModelNotUpToDate");
  });

  it("is not ready while its first model is loaded, and says how far that is", () => {
    const object = isvc({ model: states("", "Loading") });
    expect(decideBoth("isvc", object)).toEqual([notReady("ModelInProgress"), notReady("ModelInProgress")]);
    expect(decide("isvc", object).message).toBe("its model is not loaded yet (Loading)");
  });

  it("keeps its traffic, but gets none, while a newer model is loaded beside the former one", () => {
    const object = isvc({ model: states("Loaded", "Loading") });
    expect(decideBoth("isvc", object)).toEqual([notReady("ModelInProgress"), asReady]);
    const broken = isvc({ model: states("Loaded", "FailedToLoad") });
    expect(decide("isvc", broken, true).reason).toBe("ModelInProgress");
  });

  it("keeps its traffic, but gets none, while a newer revision comes up", () => {
    const object = isvc({ predictor: revisions("m-predictor-00002", "m-predictor-00001") });
    expect(decideBoth("isvc", object)).toEqual([notReady("RevisionNotReady"), asReady]);
    expect(decide("isvc", object)).toMatchObject({
      message: "its newest revision m-predictor-00002 is not ready yet",
      field: "status.components.predictor.latestReadyRevision",
      value: "m-predictor-00001",
    });
  });

  it("is ready when it is scaled to zero, which KServe reports like a beginning", () => {
    const model = states("Loaded", "Pending");
    const object = isvc({ model, predictor: revisions("m-predictor-00001", "m-predictor-00001") });
    expect(decideBoth("isvc", object)).toEqual([asReady, asReady]);
  });

  it("is not ready without Pods where nothing holds requests until there is one", () => {
    const raw = isvc({ annotations: mode("RawDeployment"), model: states("", "Pending"), predictor: revisions("1") });
    expect(decide("isvc", raw).reason).toBe("ModelInProgress");
    const fresh = isvc({ model: states("", "Pending"), predictor: revisions("m-predictor-00001") });
    expect(decide("isvc", fresh).reason).toBe("ModelInProgress");
  });

  it("of ModelMesh is ready only when ModelMesh says that this model is loaded", () => {
    const annotations = mode("ModelMesh");
    const missing = notReady("ModelStatusMissing");
    expect(decideBoth("isvc", isvc({ annotations }))).toEqual([missing, missing]);
    expect(decideBoth("isvc", isvc({ annotations, model: { transitionStatus: "" } }))).toEqual([missing, missing]);
    expect(decide("isvc", isvc({ annotations, model: { transitionStatus: "UpToDate" } }))).toMatchObject({
      answer: "ready",
    });
  });

  it("is not ready once it is stopped, by its annotation at once and by its condition until that is gone", () => {
    const annotated = isvc({ annotations: { "serving.kserve.io/stop": "True" } });
    expect(decideBoth("isvc", annotated)).toEqual([notReady("Stopped"), notReady("Stopped")]);
    const still = isvc({ conditions: [...ready, condition("Stopped", "True")] });
    expect(decide("isvc", still)).toMatchObject({ reason: "Stopped", since: Date.UTC(2026, 0, 1) });
    const runs = isvc({
      annotations: { "serving.kserve.io/stop": "false" },
      conditions: [...ready, condition("Stopped", "False")],
    });
    expect(decide("isvc", runs).answer).toBe("ready");
  });

  it("whose spec was edited waits minStable again before it gets traffic, as its Ready may still be of the former", () => {
    const world = new PlanWorld(twoModels);
    const status = { conditions: ready };
    world.put("isvc", "m1", { status });
    world.pass(5000);
    world.put("isvc", "m2", { status });
    world.pass(2900, 100);
    world.put("isvc", "m2", { metadata: { generation: 2 }, spec: { predictor: { minReplicas: 1 } } });
    world.pass(2900, 100);
    expect(world.log.at(-1)).not.toBe("raise app 80/20");
    world.pass(200, 100);
    expect(world.log.at(-1)).toBe("raise app 80/20");
  });

  it("that carries nothing is never ready unless its model is up to date or scaled to zero", () => {
    const state = fc.constantFrom("", "Pending", "Standby", "Loading", "Loaded", "FailedToLoad");
    const transition = fc.constantFrom("InProgress", "BlockedByFailedLoad", "InvalidSpec");
    fc.assert(
      fc.property(transition, state, state, (transitionStatus, activeModelState, targetModelState) => {
        const model = { transitionStatus, states: { activeModelState, targetModelState } };
        expect(decide("isvc", isvc({ annotations: mode("Standard"), model })).answer).toBe("notReady");
      }),
    );
  });
});
