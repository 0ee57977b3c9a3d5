import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import type { Json } from "../../../src/base/json.js";
import { arrayAt, at, stringAt } from "../../../src/base/json.js";
import { causesOf, mediaTypes, Subject } from "../../support/apiserver/subject.js";
import { Widgets } from "../../support/apiserver/widgets.js";
import { deployment } from "../../support/apiserver/workload.js";

let subject: Subject;
let widgets: Widgets;
let configMaps: string;

beforeAll(async () => {
  subject = await Subject.open("patches");
  widgets = await Widgets.install(subject);
  configMaps = subject.core("configmaps");
});
afterAll(async () => {
  await widgets.remove();
  await subject.close();
});

describe("a merge patch", () => {
  it("sets members, removes those that are null, and replaces arrays", async () => {
    await subject.configMap("merge", { finalizers: ["example.com/a"] }, { a: "1", b: "1" });
    const body = { metadata: { finalizers: ["example.com/b"] }, data: { a: null, c: "2" } };
    const { status, body: patched } = await subject.patch(`${configMaps}/merge`, body);
    expect(status).toBe(200);
    expect(patched).toMatchObject({ metadata: { finalizers: ["example.com/b"] } });
    expect(at(patched, "data")).toEqual({ b: "1", c: "2" });
    await subject.patch(`${configMaps}/merge`, { metadata: { finalizers: null } });
  });

  it("that changes nothing leaves the resourceVersion", async () => {
    const created = await subject.configMap("still");
    const { body } = await subject.patch(`${configMaps}/still`, { data: { a: "1" } });
    expect(body).toEqual(created);
  });

  it("from an old resourceVersion is a conflict", async () => {
    await subject.configMap("old");
    const body = { metadata: { resourceVersion: "1" }, data: { a: "2" } };
    expect(await subject.patch(`${configMaps}/old`, body)).toMatchObject({ status: 409, body: { reason: "Conflict" } });
  });

  it("changes neither name (400) nor uid (422)", async () => {
    await subject.configMap("self");
    const name = await subject.patch(`${configMaps}/self`, { metadata: { name: "other" } });
    expect(name).toMatchObject({ status: 400, body: { reason: "BadRequest" } });
    const uid = await subject.patch(`${configMaps}/self`, { metadata: { uid: "other" } });
    expect([uid.status, ...causesOf(uid)]).toEqual([422, "FieldValueInvalid metadata.uid"]);
  });

  it("of the status needs the status subresource", async () => {
    await widgets.create("status");
    const ignored = await subject.patch(widgets.path("status"), { status: { phase: "Forged" } });
    expect(ignored.body).not.toHaveProperty("status");
    const patched = await subject.patch(widgets.path("status", "status"), { status: { phase: "Ready" } });
    expect(patched.body).toMatchObject({ spec: { size: 3 }, status: { phase: "Ready" } });
  });

  it("with dryRun=All answers as if and stores nothing", async () => {
    const created = await subject.configMap("dry");
    const { body } = await subject.patch(`${configMaps}/dry?dryRun=All`, { data: { a: "2" } });
    expect(body).toMatchObject({ data: { a: "2" } });
    expect(await subject.ok("GET", `${configMaps}/dry`)).toEqual(created);
  });

  it("of nothing is 404", async () => {
    expect(await subject.patch(`${configMaps}/none`, { data: {} })).toMatchObject({
      status: 404,
      body: { reason: "NotFound", details: { name: "none", kind: "configmaps" } },
    });
  });
});

describe("a JSON patch", () => {
  it("adds, replaces, removes, moves and copies in order", async () => {
    await subject.configMap("json", {}, { a: "1", b: "2" });
    const operations = [
      { op: "test", path: "/data/a", value: "1" },
      { op: "add", path: "/metadata/labels", value: { "example.com/x": "y" } },
      { op: "replace", path: "/data/a", value: "3" },
      { op: "copy", from: "/data/a", path: "/data/c" },
      { op: "move", from: "/data/b", path: "/data/d" },
      { op: "remove", path: "/metadata/labels/example.com~1x" },
    ];
    const { body } = await subject.patch(`${configMaps}/json`, operations, "json");
    expect(at(body, "data")).toEqual({ a: "3", c: "3", d: "2" });
    expect(body).not.toHaveProperty(["metadata", "labels", "example.com/x"]);
  });

  it("does all or nothing: 422 where a test fails or a path is not there", async () => {
    const created = await subject.configMap("guarded");
    const change = { op: "replace", path: "/data/a", value: "2" };
    // kubectl prints a Status without a name in its details as "The request is invalid".
    for (const wrong of [
      { op: "test", path: "/data/a", value: "no" },
      { op: "test", path: "/metadata/uid", value: "no" },
      { op: "remove", path: "/data/none" },
    ])
      expect((await subject.patch(`${configMaps}/guarded`, [change, wrong], "json")).body).toEqual({
        kind: "Status",
        apiVersion: "v1",
        metadata: {},
        status: "Failure",
        message: "the server rejected our request due to an error in our request",
        reason: "Invalid",
        details: {},
        code: 422,
      });
    expect(await subject.ok("GET", `${configMaps}/guarded`)).toEqual(created);
  });

  it("appends to a list with a dash, also on a custom resource", async () => {
    await widgets.create("dash", { size: 1, tags: ["a"] });
    const { body } = await subject.patch(
      widgets.path("dash"),
      [{ op: "add", path: "/spec/tags/-", value: "b" }],
      "json",
    );
    expect(at(body, "spec", "tags")).toEqual(["a", "b"]);
  });
});

describe("a strategic merge patch", () => {
  const containersOf = (body: Json): readonly string[] =>
    arrayAt(body, "spec", "template", "spec", "containers").map(
      (container) => `${stringAt(container, "name") ?? ""} ${stringAt(container, "image") ?? ""}`,
    );
  const template = (spec: Json): Json => ({ spec: { template: { spec } } });

  async function twoContainers(name: string): Promise<string> {
    const env = [{ name: "LEVEL", value: "info" }];
    const body = deployment(name, {}, [
      { name: "app", image: "app:1", env, ports: [{ containerPort: 80 }] },
      { name: "side", image: "side:1" },
    ]);
    await subject.ok("POST", subject.apps("deployments"), body);
    return subject.apps("deployments", name);
  }

  it("merges containers by name, their variables by name and their ports by number", async () => {
    const path = await twoContainers("by-name");
    const app = { name: "app", env: [{ name: "MODE", value: "fast" }], ports: [{ containerPort: 81 }] };
    const { body } = await subject.patch(
      path,
      template({ containers: [app, { name: "side", image: "side:2" }] }),
      "strategic",
    );
    expect(containersOf(body)).toEqual(["app app:1", "side side:2"]);
    const container = at(body, "spec", "template", "spec", "containers", 0);
    expect(
      arrayAt(container, "env")
        .map((entry) => stringAt(entry, "name"))
        .sort(),
    ).toEqual(["LEVEL", "MODE"]);
    expect(
      arrayAt(container, "ports")
        .map((entry) => at(entry, "containerPort"))
        .sort(),
    ).toEqual([80, 81]);
  });

  it("deletes and replaces what a $patch directive says", async () => {
    const path = await twoContainers("directives");
    const removed = await subject.patch(
      path,
      template({ containers: [{ name: "side", $patch: "delete" }] }),
      "strategic",
    );
    expect(containersOf(removed.body)).toEqual(["app app:1"]);
    const replaced = await subject.patch(
      path,
      template({ containers: [{ $patch: "replace" }, { name: "new", image: "new:1" }] }),
      "strategic",
    );
    expect(containersOf(replaced.body)).toEqual(["new new:1"]);
  });

  it("puts elements into the order of $setElementOrder, and adds new ones", async () => {
    const path = await twoContainers("order");
    const order = [{ name: "side" }, { name: "new" }, { name: "app" }];
    const containers = [{ name: "new", image: "new:1" }];
    const body = template({ "$setElementOrder/containers": order, containers });
    const patched = await subject.patch(path, body, "strategic");
    expect(containersOf(patched.body)).toEqual(["side side:1", "new new:1", "app app:1"]);
  });

  it("keeps of a union only what $retainKeys names", async () => {
    const path = await twoContainers("retain");
    const strategy = { $retainKeys: ["type"], type: "Recreate" };
    const { body } = await subject.patch(path, { spec: { strategy } }, "strategic");
    expect(at(body, "spec", "strategy")).toEqual({ type: "Recreate" });
  });

  it("merges finalizers as a set and deletes single ones", async () => {
    await subject.configMap("set", { finalizers: ["example.com/a"] });
    const added = await subject.patch(
      `${configMaps}/set`,
      { metadata: { finalizers: ["example.com/b"] } },
      "strategic",
    );
    expect([...arrayAt(added.body, "metadata", "finalizers")].sort()).toEqual(["example.com/a", "example.com/b"]);
    const remove = { "$deleteFromPrimitiveList/finalizers": ["example.com/a"] };
    const removed = await subject.patch(`${configMaps}/set`, { metadata: remove }, "strategic");
    expect(at(removed.body, "metadata", "finalizers")).toEqual(["example.com/b"]);
    await subject.patch(`${configMaps}/set`, { metadata: { finalizers: null } });
  });

  it("merges a ConfigMap's data and removes what is null", async () => {
    await subject.configMap("plain", {}, { a: "1", b: "1" });
    const { body } = await subject.patch(`${configMaps}/plain`, { data: { a: null, c: "1" } }, "strategic");
    expect(at(body, "data")).toEqual({ b: "1", c: "1" });
  });

  it("is an unknown media type for custom resources: 415", async () => {
    await widgets.create("strategic");
    expect(await subject.patch(widgets.path("strategic"), { spec: { size: 1 } }, "strategic")).toMatchObject({
      status: 415,
      body: { reason: "UnsupportedMediaType", message: expect.stringContaining("application/merge-patch+json") },
    });
  });
});

describe("a patch that cannot be read", () => {
  it.each([
    ["merge", "{"],
    ["merge", "[]"],
    ["json", '{"a": 1}'],
    ["json", "nonsense"],
    ["strategic", "{"],
    ["apply", "a: ["],
  ] as const)("as a %s patch, %j, is 400", async (type, text) => {
    await subject.send("POST", configMaps, { metadata: { name: "unread" } });
    const options = { text, contentType: mediaTypes[type] };
    const reply = await subject.send("PATCH", `${configMaps}/unread?fieldManager=test`, undefined, options);
    expect(reply).toMatchObject({ status: 400, body: { kind: "Status", reason: "BadRequest" } });
  });

  it("for want of a patch's media type is 415", async () => {
    await subject.send("POST", configMaps, { metadata: { name: "unread" } });
    expect(await subject.send("PATCH", `${configMaps}/unread`, {})).toMatchObject({
      status: 415,
      body: { reason: "UnsupportedMediaType" },
    });
  });
});
