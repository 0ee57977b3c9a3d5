import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import type { Json, JsonObject } from "../../../src/base/json.js";
import { at, objectAt, stringAt } from "../../../src/base/json.js";
import { causesOf, Subject } from "../../support/apiserver/subject.js";
import { Widgets } from "../../support/apiserver/widgets.js";
import { deployment } from "../../support/apiserver/workload.js";

let subject: Subject;
let widgets: Widgets;
let configMaps: string;

beforeAll(async () => {
  subject = await Subject.open("updates");
  widgets = await Widgets.install(subject);
  configMaps = subject.core("configmaps");
});
afterAll(async () => {
  await widgets.remove();
  await subject.close();
});

/** An object with other metadata, spec or the like. */
const changed = (object: Json, over: JsonObject): JsonObject => ({ ...objectAt(object), ...over });
const versionOf = (object: Json): string => stringAt(object, "metadata", "resourceVersion") ?? "";

describe("an update", () => {
  it("replaces the object and gives it a higher resourceVersion", async () => {
    const created = await subject.configMap("a", { labels: { old: "yes" } });
    const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" }, data: { b: "2" } };
    const replaced = await subject.ok("PUT", `${configMaps}/a`, body);
    expect(replaced).toMatchObject({ metadata: { uid: at(created, "metadata", "uid") }, data: { b: "2" } });
    expect(replaced).not.toHaveProperty("metadata.labels");
    expect(replaced).not.toHaveProperty("data.a");
    expect(Number(versionOf(replaced))).toBeGreaterThan(Number(versionOf(created)));
  });

  it("from an old resourceVersion is a conflict that tells clients to read again", async () => {
    const old = await subject.configMap("stale");
    await subject.ok("PUT", `${configMaps}/stale`, changed(old, { data: { a: "2" } }));
    expect(await subject.put(`${configMaps}/stale`, changed(old, { data: { a: "3" } }))).toMatchObject({
      status: 409,
      body: {
        reason: "Conflict",
        message: expect.stringContaining(
          'Operation cannot be fulfilled on configmaps "stale": the object has been modified',
        ),
        details: { name: "stale", kind: "configmaps" },
      },
    });
  });

  it("of a custom resource must say from which resourceVersion", async () => {
    await widgets.create("blind");
    const reply = await subject.put(widgets.path("blind"), widgets.body("blind", { size: 4 }));
    expect([reply.status, ...causesOf(reply)]).toEqual([422, "FieldValueInvalid metadata.resourceVersion"]);
  });

  it("that changes nothing leaves the resourceVersion", async () => {
    const created = await subject.configMap("same");
    expect(versionOf(await subject.ok("PUT", `${configMaps}/same`, created))).toBe(versionOf(created));
  });

  it("of nothing is 404, under another name 400, and of another uid a conflict", async () => {
    const body = (name: string, metadata: JsonObject = {}): JsonObject => ({
      metadata: { name, ...metadata },
      data: {},
    });
    expect(await subject.put(`${configMaps}/none`, body("none"))).toMatchObject({
      status: 404,
      body: { reason: "NotFound" },
    });
    await subject.configMap("identity");
    expect(await subject.put(`${configMaps}/identity`, body("other"))).toMatchObject({
      status: 400,
      body: { message: "the name of the object (other) does not match the name on the URL (identity)" },
    });
    const uid = "4b1d5a6e-0000-4000-8000-000000000000";
    expect(await subject.put(`${configMaps}/identity`, body("identity", { uid }))).toMatchObject({
      status: 409,
      body: { reason: "Conflict" },
    });
  });

  it("raises the generation with the spec alone, of a Deployment and of a custom resource", async () => {
    const built = await subject.ok("POST", subject.apps("deployments"), deployment("g"));
    const custom = await widgets.create("g");
    for (const [path, object, spec] of [
      [subject.apps("deployments", "g"), built, { minReadySeconds: 1 }],
      [widgets.path("g"), custom, { size: 5 }],
    ] as const) {
      expect(at(object, "metadata", "generation")).toBe(1);
      const labelled = await subject.patch(path, { metadata: { labels: { x: "y" } } });
      expect(at(labelled.body, "metadata", "generation")).toBe(1);
      const status = await subject.patch(`${path}/status`, { status: { replicas: 0 } });
      expect([status.status, at(status.body, "metadata", "generation")]).toEqual([200, 1]);
      const respecified = await subject.patch(path, { spec });
      expect(at(respecified.body, "metadata", "generation")).toBe(2);
    }
  });

  it("of the status changes nothing else, and one of the rest leaves the status", async () => {
    const created = await widgets.create("s");
    const labelled = { ...objectAt(created, "metadata"), labels: { from: "status" } };
    const status = changed(created, { metadata: labelled, spec: { size: 9 }, status: { phase: "Ready" } });
    const reported = await subject.ok("PUT", widgets.path("s", "status"), status);
    expect(reported).toMatchObject({ spec: { size: 3 }, status: { phase: "Ready" } });
    expect(reported).not.toHaveProperty("metadata.labels");
    const respecified = await subject.ok(
      "PUT",
      widgets.path("s"),
      changed(reported, { spec: { size: 4 }, status: { phase: "Forged" } }),
    );
    expect(respecified).toMatchObject({ spec: { size: 4 }, status: { phase: "Ready" } });
    expect(await subject.ok("GET", widgets.path("s", "status"))).toEqual(respecified);
  });

  it("may not change the selector of a Deployment", async () => {
    await subject.ok("POST", subject.apps("deployments"), deployment("fixed"));
    const path = subject.apps("deployments", "fixed");
    const labels = { app: "other" };
    const spec = { selector: { matchLabels: labels }, template: { metadata: { labels } } };
    const reply = await subject.patch(path, { spec });
    expect([reply.status, ...causesOf(reply)]).toEqual([422, "FieldValueInvalid spec.selector"]);
  });

  it("with dryRun=All answers as if and stores nothing", async () => {
    const created = await subject.configMap("dry");
    const body = changed(created, { data: { a: "2" } });
    expect(await subject.ok("PUT", `${configMaps}/dry?dryRun=All`, body)).toMatchObject({ data: { a: "2" } });
    expect(await subject.ok("GET", `${configMaps}/dry`)).toEqual(created);
  });
});

describe("the scale of a Deployment", () => {
  it("is read and written as a kind of its own", async () => {
    const created = await subject.ok("POST", subject.apps("deployments"), deployment("scaled"));
    const path = subject.apps("deployments", "scaled", "scale");
    expect(await subject.ok("GET", path)).toMatchObject({
      kind: "Scale",
      apiVersion: "autoscaling/v1",
      metadata: { name: "scaled", namespace: subject.namespace, uid: at(created, "metadata", "uid") },
      spec: {},
      status: { replicas: 0, selector: "app=scaled" },
    });
    expect(await subject.patch(path, { spec: { replicas: 2 } })).toMatchObject({
      status: 200,
      body: { kind: "Scale", spec: { replicas: 2 } },
    });
    expect(await subject.ok("GET", subject.apps("deployments", "scaled"))).toMatchObject({ spec: { replicas: 2 } });
  });
});
