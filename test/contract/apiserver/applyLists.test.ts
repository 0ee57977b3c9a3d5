import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import type { Json, JsonObject } from "../../../src/base/json.js";
import { arrayAt, at, stringAt } from "../../../src/base/json.js";
import type { Reply } from "../../support/plane/adminClient.js";
import { causesOf, Subject } from "../../support/apiserver/subject.js";
import { Widgets } from "../../support/apiserver/widgets.js";
import { deployment } from "../../support/apiserver/workload.js";

let subject: Subject;
let widgets: Widgets;

beforeAll(async () => {
  subject = await Subject.open("apply-lists");
  widgets = await Widgets.install(subject);
});
afterAll(async () => {
  await widgets.remove();
  await subject.close();
});

const apply = (manager: string, name: string, spec: JsonObject): Promise<Reply> =>
  subject.apply(widgets.path(name), manager, widgets.body(name, spec));

const fieldsOf = (object: Json, manager: string): Json | undefined => {
  const entries = arrayAt(object, "metadata", "managedFields");
  return at(
    entries.find((entry) => stringAt(entry, "manager") === manager),
    "fieldsV1",
  );
};

const fieldsInConflict = (reply: Reply): readonly Json[] => [
  reply.status,
  ...arrayAt(reply.body, "details", "causes").map((cause) => stringAt(cause, "field") ?? ""),
];

describe("lists and maps under server-side apply", () => {
  it("of the type set have an owner for each element", async () => {
    await apply("one", "set", { size: 1, tags: ["a", "b"] });
    const both = await apply("two", "set", { tags: ["c", "a"] });
    expect([...arrayAt(both.body, "spec", "tags")].sort()).toEqual(["a", "b", "c"]);
    expect(fieldsOf(both.body, "two")).toEqual({ "f:spec": { "f:tags": { 'v:"a"': {}, 'v:"c"': {} } } });
    const less = await apply("one", "set", { size: 1 });
    expect([...arrayAt(less.body, "spec", "tags")].sort()).toEqual(["a", "c"]);
  });

  it("of the type map have an owner for each element's fields, and keys may come from a default", async () => {
    const first = await apply("one", "map", { size: 1, ports: [{ port: 80 }] });
    expect(fieldsOf(first.body, "one")).toEqual({
      "f:spec": {
        "f:size": {},
        "f:ports": { 'k:{"port":80,"protocol":"TCP"}': { ".": {}, "f:port": {} } },
      },
    });
    const both = await apply("two", "map", {
      ports: [
        { port: 80, protocol: "UDP" },
        { port: 80, note: "web" },
      ],
    });
    expect(both.status).toBe(200);
    expect(arrayAt(both.body, "spec", "ports")).toEqual(
      expect.arrayContaining([
        { port: 80, protocol: "TCP", note: "web" },
        { port: 80, protocol: "UDP" },
      ]),
    );
    const less = await apply("one", "map", { size: 1 });
    expect(arrayAt(less.body, "spec", "ports")).toHaveLength(2);
    const none = await apply("two", "map", {});
    expect(arrayAt(none.body, "spec", "ports")).toEqual([]);
  });

  it("that are atomic have one owner, and defaults count: the same text sent by two managers conflicts", async () => {
    const first = await apply("one", "atomic", { size: 1, parents: [{ name: "x" }] });
    expect(first.body).toMatchObject({ spec: { parents: [{ name: "x", group: "gateway.example" }] } });
    expect(fieldsOf(first.body, "one")).toEqual({ "f:spec": { "f:size": {}, "f:parents": {} } });
    expect((await apply("one", "atomic", { size: 1, parents: [{ name: "x" }] })).body).toEqual(first.body);
    expect(fieldsInConflict(await apply("two", "atomic", { parents: [{ name: "x" }] }))).toEqual([
      409,
      ".spec.parents",
    ]);
    const whole = await apply("two", "atomic", { parents: [{ name: "x", group: "gateway.example" }] });
    expect(whole.status).toBe(200);
  });

  it("that are atomic maps have one owner too", async () => {
    await apply("one", "box", { size: 1, box: { a: "1" } });
    expect(fieldsInConflict(await apply("two", "box", { box: { b: "1" } }))).toEqual([409, ".spec.box"]);
  });

  it("of no declared type are atomic, as is what a schema leaves open", async () => {
    const first = await apply("one", "open", { size: 1, free: { list: [1, 2], deep: { a: 1 } } });
    expect(fieldsOf(first.body, "one")).toEqual({
      "f:spec": { "f:size": {}, "f:free": { "f:deep": { ".": {}, "f:a": {} }, "f:list": {} } },
    });
    const second = await apply("two", "open", { free: { list: [3], deep: { b: 1 } } });
    expect(fieldsInConflict(second)).toEqual([409, ".spec.free.list"]);
  });

  it("of built-in kinds follow the same rules: containers by name, ports by number and protocol", async () => {
    const path = subject.apps("deployments", "web");
    const app = { name: "app", image: "app:1", ports: [{ containerPort: 80 }] };
    const first = await subject.apply(path, "one", deployment("web", {}, [app]));
    expect(at(fieldsOf(first.body, "one"), "f:spec", "f:template", "f:spec", "f:containers")).toEqual({
      'k:{"name":"app"}': {
        ".": {},
        "f:name": {},
        "f:image": {},
        "f:ports": { 'k:{"containerPort":80,"protocol":"TCP"}': { ".": {}, "f:containerPort": {} } },
      },
    });
    expect(at(fieldsOf(first.body, "one"), "f:spec", "f:selector")).toEqual({});
    const containers = (...list: readonly Json[]): JsonObject => ({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "web" },
      spec: { template: { spec: { containers: list } } },
    });
    const second = await subject.apply(path, "two", containers({ name: "side", image: "side:1" }));
    expect(arrayAt(second.body, "spec", "template", "spec", "containers")).toHaveLength(2);
    const third = await subject.apply(path, "two", containers({ name: "app", image: "app:2" }));
    expect(fieldsInConflict(third)).toEqual([409, '.spec.template.spec.containers[name="app"].image']);
    const removed = await subject.apply(path, "two", containers());
    expect(arrayAt(removed.body, "spec", "template", "spec", "containers").map((entry) => at(entry, "name"))).toEqual([
      "app",
    ]);
  });

  it("of metadata follow them too: finalizers are a set", async () => {
    const body = (...finalizers: readonly string[]): JsonObject => ({
      apiVersion: widgets.apiVersion,
      kind: "Widget",
      metadata: { name: "meta", finalizers },
    });
    await subject.apply(widgets.path("meta"), "one", { ...body("example.com/a"), spec: { size: 1 } });
    const both = await subject.apply(widgets.path("meta"), "two", body("example.com/b"));
    expect(both.body).toMatchObject({ metadata: { finalizers: ["example.com/a", "example.com/b"] } });
    expect(fieldsOf(both.body, "two")).toEqual({ "f:metadata": { "f:finalizers": { 'v:"example.com/b"': {} } } });
    const less = await subject.apply(widgets.path("meta"), "two", body());
    expect(less.body).toMatchObject({ metadata: { finalizers: ["example.com/a"] } });
    await subject.patch(widgets.path("meta"), { metadata: { finalizers: null } });
  });
});

describe("server-side apply of a custom resource", () => {
  it("validates what comes of it: 422 with causes", async () => {
    const large = await apply("one", "invalid", { size: 100 });
    expect(large).toMatchObject({ status: 422, body: { reason: "Invalid", details: { kind: "Widget" } } });
    expect(causesOf(large)).toEqual(["FieldValueInvalid spec.size"]);
    expect(causesOf(await apply("one", "invalid", { color: "red" }))).toEqual(["FieldValueRequired spec.size"]);
  });

  it("to the status subresource owns nothing else, and needs an object that is there", async () => {
    await apply("one", "status", { size: 1 });
    const status = { ...widgets.body("status", { size: 7 }), status: { phase: "Ready" } };
    const { body } = await subject.apply(widgets.path("status", "status"), "reporter", status);
    expect(body).toMatchObject({ spec: { size: 1 }, status: { phase: "Ready" } });
    expect(arrayAt(body, "metadata", "managedFields")).toContainEqual(
      expect.objectContaining({
        manager: "reporter",
        subresource: "status",
        operation: "Apply",
        fieldsV1: { "f:status": { "f:phase": {} } },
      }),
    );
    const missing = { ...widgets.body("none"), status: { phase: "Ready" } };
    expect((await subject.apply(widgets.path("none", "status"), "reporter", missing)).status).toBe(404);
  });

  it("raises the generation only when the spec changes", async () => {
    const first = await apply("one", "generation", { size: 1 });
    const same = await apply("two", "generation", { size: 1 });
    const other = await apply("three", "generation", { flag: true });
    expect([first, same, other].map(({ body }) => at(body, "metadata", "generation"))).toEqual([1, 1, 2]);
  });
});
