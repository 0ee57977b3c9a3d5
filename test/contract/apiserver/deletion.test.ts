import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import type { Json } from "../../../src/base/json.js";
import { at, objectAt, stringAt } from "../../../src/base/json.js";
import { causesOf, namesIn, Subject } from "../../support/apiserver/subject.js";
import { Widgets } from "../../support/apiserver/widgets.js";
import { deployment, pod } from "../../support/apiserver/workload.js";

let subject: Subject;
let widgets: Widgets;
let configMaps: string;

const finalizers = ["example.com/hold"];

beforeAll(async () => {
  subject = await Subject.open("deletion");
  widgets = await Widgets.install(subject);
  configMaps = subject.core("configmaps");
});
afterAll(async () => {
  await widgets.remove();
  await subject.close();
});

const isGone = async (path: string): Promise<boolean> => (await subject.get(path)).status === 404;

describe("deleting", () => {
  it("answers with the uid of what went", async () => {
    const created = await subject.configMap("a");
    const options = { kind: "DeleteOptions", apiVersion: "v1", propagationPolicy: "Background" };
    expect(await subject.delete(`${configMaps}/a`, options)).toMatchObject({
      status: 200,
      body: {
        kind: "Status",
        status: "Success",
        details: { name: "a", kind: "configmaps", uid: at(created, "metadata", "uid") },
      },
    });
    expect(await isGone(`${configMaps}/a`)).toBe(true);
  });

  it("takes its options without kind and apiVersion, in the query, or not at all", async () => {
    for (const name of ["bare", "query", "none"]) await subject.configMap(name);
    expect((await subject.delete(`${configMaps}/bare`, { propagationPolicy: "Background" })).status).toBe(200);
    expect((await subject.delete(`${configMaps}/query?propagationPolicy=Background`)).status).toBe(200);
    expect((await subject.delete(`${configMaps}/none`)).status).toBe(200);
    expect(await isGone(`${configMaps}/bare`)).toBe(true);
    expect(await isGone(`${configMaps}/query`)).toBe(true);
    expect(await isGone(`${configMaps}/none`)).toBe(true);
  });

  it("of nothing is 404", async () => {
    expect(await subject.delete(`${configMaps}/none-such`)).toMatchObject({
      status: 404,
      body: { reason: "NotFound" },
    });
  });

  it("is a conflict where uid or resourceVersion are not those of the precondition", async () => {
    const created = await subject.configMap("guarded");
    const uid = "4b1d5a6e-0000-4000-8000-000000000000";
    for (const preconditions of [{ uid }, { resourceVersion: "1" }])
      expect(await subject.delete(`${configMaps}/guarded`, { preconditions })).toMatchObject({
        status: 409,
        body: { reason: "Conflict", message: expect.stringContaining("in the precondition") },
      });
    const right = { uid: at(created, "metadata", "uid"), resourceVersion: at(created, "metadata", "resourceVersion") };
    expect((await subject.delete(`${configMaps}/guarded`, { preconditions: right })).status).toBe(200);
  });

  it("refuses a propagation policy that there is not", async () => {
    await subject.configMap("policy");
    const reply = await subject.delete(`${configMaps}/policy`, { propagationPolicy: "Sideways" });
    expect([reply.status, ...causesOf(reply)]).toEqual([422, "FieldValueNotSupported propagationPolicy"]);
  });

  it("only pretends with dryRun", async () => {
    await subject.configMap("dry");
    expect((await subject.delete(`${configMaps}/dry?dryRun=All`)).status).toBe(200);
    expect((await subject.delete(`${configMaps}/dry`, { dryRun: ["All"] })).status).toBe(200);
    expect(await isGone(`${configMaps}/dry`)).toBe(false);
  });
});

describe("a finalizer", () => {
  it("holds the object, marked with a deletionTimestamp, until the last one is removed", async () => {
    await subject.configMap("held", { finalizers });
    const { status, body } = await subject.delete(`${configMaps}/held`, { propagationPolicy: "Background" });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      kind: "ConfigMap",
      metadata: { finalizers, deletionGracePeriodSeconds: 0, deletionTimestamp: expect.stringMatching(/:\d\dZ$/) },
    });
    const again = await subject.delete(`${configMaps}/held`);
    expect(again.status).toBe(200);
    expect(at(again.body, "metadata", "deletionTimestamp")).toBe(at(body, "metadata", "deletionTimestamp"));
    const stripped = await subject.patch(`${configMaps}/held`, { metadata: { finalizers: null } });
    expect(stripped.status).toBe(200);
    expect(await isGone(`${configMaps}/held`)).toBe(true);
  });

  it("lets a marked object be changed, but nobody add another finalizer", async () => {
    await subject.configMap("marked", { finalizers });
    await subject.delete(`${configMaps}/marked`);
    expect((await subject.patch(`${configMaps}/marked`, { data: { a: "2" } })).body).toMatchObject({
      data: { a: "2" },
    });
    const reply = await subject.patch(`${configMaps}/marked`, {
      metadata: { finalizers: [...finalizers, "example.com/b"] },
    });
    expect([reply.status, ...causesOf(reply)]).toEqual([422, "FieldValueForbidden metadata.finalizers"]);
    await subject.patch(`${configMaps}/marked`, { metadata: { finalizers: null } });
  });

  it("raises the generation of what has one when the object is marked", async () => {
    await subject.ok(
      "POST",
      widgets.path(),
      widgets.body("marked", { size: 1 }, { metadata: { name: "marked", finalizers } }),
    );
    const held = { ...deployment("marked"), metadata: { name: "marked", finalizers } };
    await subject.ok("POST", subject.apps("deployments"), held);
    for (const path of [widgets.path("marked"), subject.apps("deployments", "marked")]) {
      expect((await subject.delete(path, { propagationPolicy: "Background" })).body).toMatchObject({
        metadata: { generation: 2 },
      });
      await subject.patch(path, { metadata: { finalizers: null } });
      expect(await isGone(path)).toBe(true);
    }
  });

  it("removed by PUT ends the object as well, and a new one of the name has another uid", async () => {
    const created = await subject.configMap("put", { finalizers });
    const { body } = await subject.delete(`${configMaps}/put`);
    await subject.ok("PUT", `${configMaps}/put`, {
      ...objectAt(body),
      metadata: { ...objectAt(body, "metadata"), finalizers: [] },
    });
    expect(await isGone(`${configMaps}/put`)).toBe(true);
    const again = await subject.configMap("put");
    expect(at(again, "metadata", "uid")).not.toBe(at(created, "metadata", "uid"));
  });
});

describe("deleting a collection", () => {
  it("takes those that the selector finds, and marks what is held", async () => {
    await subject.configMap("c1", { labels: { part: "yes" } });
    await subject.configMap("c2", { labels: { part: "yes" }, finalizers });
    await subject.configMap("c3", { labels: { part: "no" } });
    const reply = await subject.delete(`${configMaps}?labelSelector=part%3Dyes`, { propagationPolicy: "Background" });
    expect(reply).toMatchObject({ status: 200, body: { kind: "ConfigMapList" } });
    expect(namesIn(reply.body)).toEqual(["c1", "c2"]);
    expect(namesIn(await subject.ok("GET", `${configMaps}?labelSelector=part`))).toEqual(["c2", "c3"]);
    expect(stringAt(await subject.ok("GET", `${configMaps}/c2`), "metadata", "deletionTimestamp")).toBeDefined();
    await subject.patch(`${configMaps}/c2`, { metadata: { finalizers: null } });
  });
});

describe("the grace of a Pod", () => {
  const pods = (...steps: readonly string[]): string => subject.core("pods", ...steps);
  const graceOf = (body: Json): readonly Json[] => {
    const end = Date.parse(stringAt(body, "metadata", "deletionTimestamp") ?? "");
    const grace = at(body, "metadata", "deletionGracePeriodSeconds");
    return [
      grace ?? null,
      Math.round((end - Date.parse(stringAt(body, "metadata", "creationTimestamp") ?? "")) / 1000),
    ];
  };

  it("is none while no node has it", async () => {
    await subject.ok("POST", pods(), pod("unassigned"));
    expect((await subject.delete(pods("unassigned"))).status).toBe(200);
    expect(await isGone(pods("unassigned"))).toBe(true);
  });

  it("lies between the deletion and the deletionTimestamp of one that runs, can be shortened and not extended", async () => {
    const body = pod("running", { nodeName: "deletion-node", terminationGracePeriodSeconds: 300 });
    await subject.ok("POST", pods(), body);
    const marked = await subject.delete(pods("running"));
    const [grace, seconds] = graceOf(marked.body);
    expect(grace).toBe(300);
    expect(seconds).toBeGreaterThanOrEqual(299);
    const shorter = await subject.delete(pods("running"), { gracePeriodSeconds: 100 });
    expect(graceOf(shorter.body)[0]).toBe(100);
    const longer = await subject.delete(pods("running"), { gracePeriodSeconds: 200 });
    expect(graceOf(longer.body)[0]).toBe(100);
    expect(await isGone(pods("running"))).toBe(false);
    expect((await subject.delete(pods("running"), { gracePeriodSeconds: 0 })).status).toBe(200);
    expect(await isGone(pods("running"))).toBe(true);
  });
});
