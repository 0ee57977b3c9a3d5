import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import type { Json, JsonObject } from "../../../src/base/json.js";
import { arrayAt, at, objectAt, stringAt } from "../../../src/base/json.js";
import { waitFor } from "../../support/plane/waitFor.js";
import { causesOf, namesIn, Subject } from "../../support/apiserver/subject.js";
import { definitionsPath, widgetDefinition, Widgets, widgetSchema } from "../../support/apiserver/widgets.js";

let subject: Subject;
let widgets: Widgets;

beforeAll(async () => {
  subject = await Subject.open("definitions");
  widgets = await Widgets.install(subject);
});
afterAll(async () => {
  await widgets.remove();
  await subject.close();
});

const post = (name: string, spec: Json, query = "") =>
  subject.post(`${widgets.path()}${query}`, widgets.body(name, spec));

/** Installs a definition in another group of this file and waits until its list is served. */
async function install(part: string, version: JsonObject, spec: JsonObject = {}): Promise<string> {
  const group = `${part}.${widgets.group}`;
  await subject.ok("POST", definitionsPath, widgetDefinition(group, version, spec));
  const path = subject.group(`${group}/v1`, "widgets");
  await waitFor(async () => (await subject.get(path)).status === 200, {
    describe: `${path} to be served`,
    timeoutMs: 30_000,
  });
  return group;
}

describe("a definition", () => {
  it("tells that it is established, with which names, and which versions were stored", async () => {
    const body = await subject.ok("GET", widgets.definition);
    expect(body).toMatchObject({
      metadata: { generation: 1 },
      spec: { conversion: { strategy: "None" } },
      status: {
        acceptedNames: {
          plural: "widgets",
          singular: "widget",
          kind: "Widget",
          listKind: "WidgetList",
          shortNames: ["wg"],
        },
        storedVersions: ["v1"],
      },
    });
    const conditions = arrayAt(body, "status", "conditions");
    for (const type of ["NamesAccepted", "Established"])
      expect(conditions).toContainEqual(
        expect.objectContaining({ type, status: "True", lastTransitionTime: expect.anything() }),
      );
  });

  it("is in discovery with its subresources, and in the list of groups", async () => {
    const resources = await waitFor(
      async () => {
        const { status, body } = await subject.get(`/apis/${widgets.apiVersion}`);
        return status === 200 && arrayAt(body, "resources");
      },
      { describe: "the widgets to be discoverable" },
    );
    expect(resources).toContainEqual(
      expect.objectContaining({
        name: "widgets",
        singularName: "widget",
        namespaced: true,
        kind: "Widget",
        shortNames: ["wg"],
        categories: ["all"],
      }),
    );
    expect(resources).toContainEqual(
      expect.objectContaining({ name: "widgets/status", verbs: ["get", "patch", "update"] }),
    );
    const groups = await subject.ok("GET", "/apis");
    expect(arrayAt(groups, "groups").map((group) => at(group, "name"))).toContain(widgets.group);
  });

  it("is refused with causes where name, schema or scope are wrong", async () => {
    const nameless = { ...widgetDefinition("wrong.example"), metadata: { name: "wrong" } };
    const first = await subject.post(definitionsPath, nameless);
    expect(first).toMatchObject({ status: 422, body: { reason: "Invalid" } });
    expect(causesOf(first)).toEqual(["FieldValueInvalid metadata.name"]);
    const unschooled = widgetDefinition("wrong.example", { schema: {} }, { scope: "Sideways" });
    const second = await subject.post(definitionsPath, unschooled);
    expect(second.status).toBe(422);
    expect(causesOf(second)).toContain("FieldValueNotSupported spec.scope");
  });

  it("may not change its scope", async () => {
    const reply = await subject.patch(widgets.definition, { spec: { scope: "Cluster" } });
    expect([reply.status, ...causesOf(reply)]).toEqual([422, "FieldValueInvalid spec.scope"]);
  });

  it("is in force in its new form soon after it was changed", async () => {
    const group = await install("changing", {});
    const path = subject.group(`${group}/v1`, "widgets");
    const { properties, ...root } = widgetSchema;
    const spec = { ...properties.spec, properties: { ...properties.spec.properties, extra: { type: "string" } } };
    const schema = { ...root, properties: { ...properties, spec } };
    const versions = [
      { ...objectAt(widgetDefinition(group), "spec", "versions", 0), schema: { openAPIV3Schema: schema } },
    ];
    await subject.patch(`${definitionsPath}/widgets.${group}`, { spec: { versions } });
    const body = {
      apiVersion: `${group}/v1`,
      kind: "Widget",
      metadata: { name: "a" },
      spec: { size: 1, extra: "kept" },
    };
    await waitFor(async () => at((await subject.post(`${path}?dryRun=All`, body)).body, "spec", "extra") === "kept", {
      describe: "the new field to be kept",
    });
    await subject.delete(`${definitionsPath}/widgets.${group}`);
  });

  it("serves each version that it says, and an object in all of them", async () => {
    const v1 = objectAt(widgetDefinition("x"), "spec", "versions", 0);
    const versions = [v1, { ...v1, name: "v2", storage: false }, { ...v1, name: "v3", storage: false, served: false }];
    const group = await install("versions", {}, { versions });
    const path = (version: string, ...name: readonly string[]): string =>
      subject.group(`${group}/${version}`, "widgets", ...name);
    await subject.ok("POST", path("v1"), {
      apiVersion: `${group}/v1`,
      kind: "Widget",
      metadata: { name: "a" },
      spec: { size: 2 },
    });
    expect(await subject.ok("GET", path("v2", "a"))).toMatchObject({ apiVersion: `${group}/v2`, spec: { size: 2 } });
    expect((await subject.get(path("v3", "a"))).status).toBe(404);
    await subject.delete(`${definitionsPath}/widgets.${group}`);
  });

  it("of the cluster's scope is served without a namespace", async () => {
    const group = `cluster.${widgets.group}`;
    await subject.ok("POST", definitionsPath, widgetDefinition(group, {}, { scope: "Cluster" }));
    const path = `/apis/${group}/v1/widgets`;
    await waitFor(async () => (await subject.get(path)).status === 200, { describe: "the list", timeoutMs: 30_000 });
    const body = { apiVersion: `${group}/v1`, kind: "Widget", metadata: { name: "a" }, spec: { size: 2 } };
    expect(await subject.ok("POST", path, body)).not.toHaveProperty("metadata.namespace");
    expect(namesIn(await subject.ok("GET", path))).toEqual(["a"]);
    expect((await subject.get(subject.group(`${group}/v1`, "widgets"))).status).toBe(404);
    await subject.delete(`${definitionsPath}/widgets.${group}`);
  });

  it("without the status subresource leaves status to everybody", async () => {
    const group = await install("plain", { subresources: {} });
    const path = subject.group(`${group}/v1`, "widgets");
    const body = {
      apiVersion: `${group}/v1`,
      kind: "Widget",
      metadata: { name: "a" },
      spec: { size: 2 },
      status: { phase: "X" },
    };
    expect(await subject.ok("POST", path, body)).toMatchObject({ status: { phase: "X" } });
    expect((await subject.patch(`${path}/a/status`, { status: { phase: "Y" } })).status).toBe(404);
    await subject.delete(`${definitionsPath}/widgets.${group}`);
  });

  it("that is deleted takes its objects with it, and waits for those that are held", async () => {
    const group = await install("dying", {});
    const path = subject.group(`${group}/v1`, "widgets");
    const definition = `${definitionsPath}/widgets.${group}`;
    const metadata = { name: "held", finalizers: ["example.com/hold"] };
    await subject.ok("POST", path, { apiVersion: `${group}/v1`, kind: "Widget", metadata, spec: { size: 2 } });
    await subject.delete(definition);
    await waitFor(
      async () => at((await subject.get(`${path}/held`)).body, "metadata", "deletionTimestamp") !== undefined,
      {
        describe: "the object to be marked",
        timeoutMs: 20_000,
      },
    );
    expect(await subject.ok("GET", definition)).toMatchObject({
      metadata: { finalizers: ["customresourcecleanup.apiextensions.k8s.io"] },
    });
    await subject.patch(`${path}/held`, { metadata: { finalizers: null } });
    await waitFor(async () => (await subject.get(definition)).status === 404, {
      describe: "the definition to go",
      timeoutMs: 30_000,
    });
    await waitFor(async () => (await subject.get(path)).status === 404, {
      describe: "its path to go",
      timeoutMs: 30_000,
    });
  }, 90_000);
});

describe("a custom resource", () => {
  it("loses fields that its schema does not know, keeps what is left open, and gets defaults at every depth", async () => {
    const spec = {
      size: 3,
      nope: 1,
      free: { any: [{ thing: 1 }] },
      max: "5%",
      ports: [{ port: 1, zip: 2 }],
      parents: [{ name: "x" }],
    };
    const { status, body } = await post("pruned", spec);
    expect(status).toBe(201);
    expect(at(body, "spec")).toEqual({
      size: 3,
      color: "red",
      free: { any: [{ thing: 1 }] },
      max: "5%",
      ports: [{ port: 1, protocol: "TCP" }],
      parents: [{ name: "x", group: "gateway.example" }],
    });
  });

  it("loses the status that it is created with", async () => {
    const body = widgets.body("fresh", { size: 1 }, { status: { phase: "Forged" } });
    expect(await subject.ok("POST", widgets.path(), body)).not.toHaveProperty("status");
  });

  it("in a list carries its kind in each item", async () => {
    await post("listed", { size: 1 });
    const list = await subject.ok("GET", `${widgets.path()}?fieldSelector=metadata.name%3Dlisted`);
    expect(list).toMatchObject({
      kind: "WidgetList",
      apiVersion: widgets.apiVersion,
      items: [{ kind: "Widget", apiVersion: widgets.apiVersion }],
    });
  });

  it.each<[string, Json, string]>([
    ["a required field is missing", {}, "FieldValueRequired spec.size"],
    ["a type is wrong", { size: "3" }, "FieldValueTypeInvalid spec.size"],
    ["an object is none", "x", "FieldValueTypeInvalid spec"],
    ["a number is too small", { size: 0 }, "FieldValueInvalid spec.size"],
    ["a number is too large", { size: 10 }, "FieldValueInvalid spec.size"],
    ["a value is not of the enumeration", { size: 1, color: "blue" }, "FieldValueNotSupported spec.color"],
    ["a text does not fit its pattern", { size: 1, name: "A" }, "FieldValueInvalid spec.name"],
    ["a text is too long", { size: 1, name: "abcdef" }, "FieldValueTooLong spec.name"],
    ["a set has an element twice", { size: 1, tags: ["a", "a"] }, "FieldValueDuplicate spec.tags[1]"],
    ["a list map has a key twice", { size: 1, ports: [{ port: 1 }, { port: 1 }] }, "FieldValueDuplicate spec.ports[1]"],
    ["an element lacks a field", { size: 1, ports: [{ note: "x" }] }, "FieldValueRequired spec.ports[0].port"],
  ])("where %s is refused with the cause", async (_what, spec, cause) => {
    const reply = await post("invalid", spec);
    expect(reply).toMatchObject({
      status: 422,
      body: { reason: "Invalid", details: { name: "invalid", group: widgets.group, kind: "Widget" } },
    });
    expect(causesOf(reply)).toEqual([cause]);
  });

  it("is refused with all causes at once", async () => {
    const reply = await post("invalid", { size: 0, color: "blue", flag: "yes" });
    expect(causesOf(reply)).toEqual([
      "FieldValueInvalid spec.size",
      "FieldValueNotSupported spec.color",
      "FieldValueTypeInvalid spec.flag",
    ]);
    expect(stringAt(reply.body, "message")).toContain(`Widget.${widgets.group} "invalid" is invalid: [`);
  });

  it("has to say its kind and a version that fits", async () => {
    const kindless = { metadata: { name: "a" }, spec: { size: 1 } };
    expect(await subject.post(widgets.path(), kindless)).toMatchObject({ status: 400, body: { reason: "BadRequest" } });
    const other = { ...widgets.body("a"), apiVersion: "v1" };
    expect(await subject.post(widgets.path(), other)).toMatchObject({ status: 400, body: { reason: "BadRequest" } });
  });

  it("with unknown fields is refused under Strict, and warned of otherwise", async () => {
    const strict = await post("strict", { size: 1, nope: 1 }, "?fieldValidation=Strict");
    expect(strict).toMatchObject({ status: 400, body: { reason: "BadRequest" } });
    expect(stringAt(strict.body, "message")).toContain('strict decoding error: unknown field "spec.nope"');
    const warned = await post("warned", { size: 1, nope: 1 });
    expect([warned.status, warned.headers["warning"]]).toEqual([201, '299 - "unknown field \\"spec.nope\\""']);
    const ignored = await post("ignored", { size: 1, nope: 1 }, "?fieldValidation=Ignore");
    expect([ignored.status, ignored.headers["warning"]]).toEqual([201, undefined]);
  });
});
