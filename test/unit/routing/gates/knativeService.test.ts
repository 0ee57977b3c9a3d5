import { describe, expect, it } from "@jest/globals";

import type { JsonObject } from "../../../../src/base/json.js";
import type { KubeObject } from "../../../../src/kube/object.js";
import { anObject, condition, decide, decideBoth } from "./objects.js";

interface Parts {
  readonly ready?: string;
  readonly routes?: string;
  readonly created?: string;
  readonly last?: string;
  readonly more?: JsonObject;
}

function ksvc({
  ready = "True",
  routes = "True",
  created = "a-00001",
  last = "a-00001",
  more = {},
}: Parts): KubeObject {
  return anObject({
    status: {
      observedGeneration: 2,
      latestCreatedRevisionName: created,
      latestReadyRevisionName: last,
      conditions: [condition("Ready", ready, { message: "working" }), condition("RoutesReady", routes)],
      ...more,
    },
  });
}

const asReady = ["ready", "ConditionTrue"];
const refused = ["notReady", "ConditionNotTrue"];

describe("a Knative Service", () => {
  it("is ready when it and its routes are, however many Pods it has", () => {
    expect(decideBoth("ksvc", ksvc({}))).toEqual([asReady, asReady]);
  });

  it("is not ready while its routes are not, or without a word about them", () => {
    expect(decideBoth("ksvc", ksvc({ routes: "False" }))).toEqual([refused, refused]);
    const silent = ksvc({ more: { conditions: [condition("Ready", "True")] } });
    expect(decide("ksvc", silent)).toMatchObject({ reason: "ConditionMissing", gate: "condition RoutesReady" });
  });

  it("keeps its traffic, but gets none, while a newer revision comes up beside the ready one", () => {
    const rolling = ksvc({ ready: "Unknown", routes: "Unknown", created: "a-00002" });
    expect(decideBoth("ksvc", rolling)).toEqual([refused, ["ready", "ConditionTolerated"]]);
    expect(decide("ksvc", rolling, true)).toMatchObject({
      message: "its condition Ready is Unknown while its revision a-00001 serves",
      value: "Unknown",
    });
    expect(decideBoth("ksvc", ksvc({ created: "a-00002" }))).toEqual([["notReady", "RevisionNotReady"], asReady]);
  });

  it("loses its traffic when its newest revision has failed, or when no revision was ever ready", () => {
    expect(decideBoth("ksvc", ksvc({ ready: "False", created: "a-00002" })).at(1)).toEqual(refused);
    expect(decideBoth("ksvc", ksvc({ ready: "Unknown", last: "" }))).toEqual([refused, refused]);
  });

  it("has no other condition excused", () => {
    const object = ksvc({ more: { conditions: [condition("Ready", "True"), condition("RoutesReady", "Odd")] } });
    expect(decide("ksvc", object, true).answer).toBe("notReady");
  });

  it("is unseen while it carries traffic and its status is behind its spec", () => {
    const behind = ksvc({ more: { observedGeneration: 1 } });
    expect(decideBoth("ksvc", behind)).toEqual([
      ["notReady", "StatusBehind"],
      ["unseen", "StatusBehind"],
    ]);
  });
});
