import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import type { Json, JsonObject } from "../../../src/base/json.js";
import { arrayAt, at, stringAt } from "../../../src/base/json.js";
import type { Reply } from "../../support/plane/adminClient.js";
import { causesOf, mediaTypes, Subject } from "../../support/apiserver/subject.js";
import { deployment } from "../../support/apiserver/workload.js";

let subject: Subject;
let configMaps: string;

beforeAll(async () => {
  subject = await Subject.open("apply");
  configMaps = subject.core("configmaps");
});
afterAll(() => subject.close());

const configMap = (name: string, data?: JsonObject, metadata: JsonObject = {}): JsonObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, ...metadata },
  ...(data === undefined ? {} : { data }),
});

const apply = (manager: string, object: JsonObject, options?: { readonly force: boolean }): Promise<Reply> =>
  subject.apply(`${configMaps}/${stringAt(object, "metadata", "name") ?? ""}`, manager, object, options);

/** Each manager's fields: "one Apply" → { "f:data": … }. */
const ownersOf = (object: Json): JsonObject =>
  Object.fromEntries(
    arrayAt(object, "metadata", "managedFields").map((entry) => [
      `${stringAt(entry, "manager") ?? ""} ${stringAt(entry, "operation") ?? ""}`,
      at(entry, "fieldsV1"),
    ]),
  );

const dataFields = (...keys: readonly string[]): JsonObject => ({
  "f:data": Object.fromEntries(keys.map((key) => [`f:${key}`, {}])),
});

describe("a server-side apply", () => {
  it("creates (201), then changes (200), and records exactly the fields that were sent", async () => {
    const created = await apply("one", configMap("life", { a: "1" }, { labels: { x: "y" } }));
    expect(created.status).toBe(201);
    expect(at(created.body, "metadata", "managedFields")).toEqual([
      {
        manager: "one",
        operation: "Apply",
        apiVersion: "v1",
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        fieldsType: "FieldsV1",
        fieldsV1: { "f:data": { "f:a": {} }, "f:metadata": { "f:labels": { "f:x": {} } } },
      },
    ]);
    const changed = await apply("one", configMap("life", { a: "2" }, { labels: { x: "y" } }));
    expect(changed).toMatchObject({ status: 200, body: { data: { a: "2" } } });
  });

  it("reads YAML", async () => {
    const text = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: yaml\ndata:\n  a: |\n    one\n    two\n";
    const options = { text, contentType: mediaTypes.apply };
    const reply = await subject.send("PATCH", `${configMaps}/yaml?fieldManager=one`, undefined, options);
    expect(reply).toMatchObject({ status: 201, body: { data: { a: "one\ntwo\n" } } });
  });

  it("of the same again changes neither resourceVersion nor time", async () => {
    const first = await apply("one", configMap("same", { a: "1" }));
    expect((await apply("one", configMap("same", { a: "1" }))).body).toEqual(first.body);
  });

  it("conflicts where another manager's field would change: 409 with each manager and field", async () => {
    await apply("one", configMap("conflict", { a: "1", b: "1" }));
    expect(await apply("two", configMap("conflict", { a: "2", c: "1" }))).toMatchObject({
      status: 409,
      body: {
        kind: "Status",
        reason: "Conflict",
        message: 'Apply failed with 1 conflict: conflict with "one": .data.a',
        details: { causes: [{ reason: "FieldManagerConflict", message: 'conflict with "one"', field: ".data.a" }] },
      },
    });
    await subject.patch(`${configMaps}/conflict?fieldManager=kubectl-edit`, { data: { b: "2" } });
    const { body } = await apply("two", configMap("conflict", { a: "2", b: "3" }));
    const causes = arrayAt(body, "details", "causes");
    expect(causes).toHaveLength(2);
    expect(causes).toEqual(
      expect.arrayContaining([
        { reason: "FieldManagerConflict", message: 'conflict with "one"', field: ".data.a" },
        { reason: "FieldManagerConflict", message: 'conflict with "kubectl-edit" using v1', field: ".data.b" },
      ]),
    );
    expect(stringAt(body, "message")).toBe(
      'Apply failed with 2 conflicts: conflicts with "kubectl-edit" using v1:\n- .data.b\nconflicts with "one":\n- .data.a',
    );
  });

  it("by force takes the fields, and a manager that is left with none vanishes", async () => {
    await apply("one", configMap("force", { a: "1", b: "1" }));
    const part = await apply("two", configMap("force", { a: "2" }), { force: true });
    expect(at(part.body, "data")).toEqual({ a: "2", b: "1" });
    expect(ownersOf(part.body)).toEqual({ "one Apply": dataFields("b"), "two Apply": dataFields("a") });
    const whole = await apply("two", configMap("force", { a: "2", b: "2" }), { force: true });
    expect(ownersOf(whole.body)).toEqual({ "two Apply": dataFields("a", "b") });
  });

  it("removes what its manager no longer sends, unless another owns it too", async () => {
    await apply("one", configMap("shared", { a: "1", b: "1" }));
    const both = await apply("two", configMap("shared", { a: "1" }));
    expect(ownersOf(both.body)).toEqual({ "one Apply": dataFields("a", "b"), "two Apply": dataFields("a") });
    const removed = await apply("one", configMap("shared"));
    expect(at(removed.body, "data")).toEqual({ a: "1" });
    expect(ownersOf(removed.body)).toEqual({ "two Apply": dataFields("a") });
    const nothing = await apply("two", configMap("shared"));
    expect(nothing.body).not.toHaveProperty("data.a");
    expect(ownersOf(nothing.body)).toEqual({});
  });

  it("loses a field to whoever updates it, and gives its own value back by force", async () => {
    await apply("one", configMap("taken", { a: "1", b: "1" }));
    const updated = await subject.patch(`${configMaps}/taken?fieldManager=kubectl-edit`, { data: { a: "2" } });
    expect(ownersOf(updated.body)).toEqual({ "one Apply": dataFields("b"), "kubectl-edit Update": dataFields("a") });
    const forced = await apply("one", configMap("taken", { a: "1", b: "1" }), { force: true });
    expect(ownersOf(forced.body)).toEqual({ "one Apply": dataFields("a", "b") });
  });

  it("with dryRun=All answers as if and stores nothing", async () => {
    const path = `${configMaps}/dry?dryRun=All&fieldManager=one`;
    expect(await subject.patch(path, configMap("dry", { a: "1" }), "apply")).toMatchObject({ status: 201 });
    expect((await subject.get(`${configMaps}/dry`)).status).toBe(404);
  });

  it("needs a field manager (422), a name that fits the path and a kind (400), and no managedFields (400)", async () => {
    await apply("one", configMap("checked", { a: "1" }));
    const path = `${configMaps}/checked`;
    const nobody = await subject.patch(path, configMap("checked"), "apply");
    expect([nobody.status, ...causesOf(nobody)]).toEqual([422, "FieldValueRequired fieldManager"]);
    const refused = async (body: JsonObject): Promise<Json | undefined> => {
      const reply = await subject.apply(path, "one", body);
      return reply.status === 400 ? at(reply.body, "message") : reply.status;
    };
    expect(await refused(configMap("other"))).toBe(
      "the name of the object (other) does not match the name on the URL (checked)",
    );
    expect(await refused({ ...configMap("checked"), kind: "Secret" })).toMatch(/invalid object type/);
    expect(await refused({ kind: "ConfigMap", metadata: { name: "checked" } })).toMatch(/invalid object type/);
    expect(await refused(configMap("checked", {}, { managedFields: [{ manager: "one" }] }))).toBe(
      "metadata.managedFields must be nil",
    );
  });

  it("refuses a field that the schema does not know, and says where it is", async () => {
    const { status, body } = await apply("one", { ...configMap("unknown"), nope: 1 });
    expect(status).toBeGreaterThanOrEqual(400);
    expect(stringAt(body, "message")).toContain(".nope: field not declared in schema");
  });
});

describe("managed fields", () => {
  it("are emptied by a patch with one empty entry", async () => {
    await apply("one", configMap("reset", { a: "1" }));
    const { body } = await subject.patch(`${configMaps}/reset`, { metadata: { managedFields: [{}] } });
    expect(ownersOf(body)).toEqual({});
    expect(at(body, "data")).toEqual({ a: "1" });
  });

  it("of updates name the client, and the subresource by which it wrote", async () => {
    await subject.ok("POST", `${subject.apps("deployments")}?fieldManager=maker`, deployment("entries"));
    const path = subject.apps("deployments", "entries", "status");
    const { body } = await subject.patch(`${path}?fieldManager=reporter`, {
      status: { replicas: 0, collisionCount: 1 },
    });
    expect(arrayAt(body, "metadata", "managedFields")).toContainEqual(
      expect.objectContaining({
        manager: "reporter",
        operation: "Update",
        apiVersion: "apps/v1",
        subresource: "status",
        fieldsV1: { "f:status": { "f:collisionCount": {} } },
      }),
    );
  });

  it("of a PUT cover what it changed, and leave to an applier what it kept", async () => {
    const { body } = await apply("one", configMap("put", { a: "1", b: "1" }));
    const changed = { ...configMap("put", { a: "1", b: "2" }), metadata: at(body, "metadata") };
    const put = await subject.ok("PUT", `${configMaps}/put?fieldManager=editor`, changed);
    expect(ownersOf(put)).toEqual({ "one Apply": dataFields("a"), "editor Update": dataFields("b") });
  });
});
