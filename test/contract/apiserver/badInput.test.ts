import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import type { Json } from "../../../src/base/json.js";
import { stringAt } from "../../../src/base/json.js";
import { causesOf, Subject } from "../../support/apiserver/subject.js";
import { deployment } from "../../support/apiserver/workload.js";

let subject: Subject;
let configMaps: string;

beforeAll(async () => {
  subject = await Subject.open("bad-input");
  configMaps = subject.core("configmaps");
});
afterAll(() => subject.close());

const badRequest = { status: 400, body: { kind: "Status", status: "Failure", reason: "BadRequest", code: 400 } };

describe("a body", () => {
  it.each(["{nope", "[]", '"text"', ""])("of %j is no object: 400", async (text) => {
    expect(await subject.send("POST", configMaps, undefined, { text })).toMatchObject(badRequest);
  });

  it("of an unknown media type is 415, with those that are known", async () => {
    const reply = await subject.send("POST", configMaps, undefined, { text: "a,b", contentType: "text/csv" });
    expect(reply).toMatchObject({ status: 415, body: { reason: "UnsupportedMediaType", code: 415 } });
    expect(stringAt(reply.body, "message")).toContain("application/json, application/yaml");
  });

  it("of another kind or version is 400, and named", async () => {
    const secret = await subject.post(configMaps, { apiVersion: "v1", kind: "Secret", metadata: { name: "a" } });
    expect(secret).toMatchObject(badRequest);
    expect(stringAt(secret.body, "message")).toContain("cannot be handled as a ConfigMap");
    const v2 = await subject.post(configMaps, { apiVersion: "v2", kind: "ConfigMap", metadata: { name: "a" } });
    expect(v2).toMatchObject(badRequest);
  });

  it.each<[string, Json]>([
    ["data", { metadata: { name: "a" }, data: { a: 1 } }],
    ["data", { metadata: { name: "a" }, data: "x" }],
    ["labels", { metadata: { name: "a", labels: { a: true } } }],
  ])("with a value of the wrong type in %s is 400", async (field, body) => {
    const reply = await subject.post(configMaps, body);
    expect(reply).toMatchObject(badRequest);
    expect(stringAt(reply.body, "message")).toContain(field);
  });

  it("is told what in it cannot be read, by version, field and type", async () => {
    const cannot = 'Deployment in version "v1" cannot be handled as a Deployment: ';
    const replicas = await subject.post(subject.apps("deployments"), {
      metadata: { name: "a" },
      spec: { replicas: "1" },
    });
    expect(stringAt(replicas.body, "message")).toBe(
      `${cannot}json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32`,
    );
    const unknown = await subject.post(`${subject.apps("deployments")}?fieldValidation=Strict`, {
      ...deployment("a"),
      other: 1,
    });
    expect(stringAt(unknown.body, "message")).toBe(`${cannot}strict decoding error: unknown field "other"`);
  });

  it("of more than three megabytes is 413", async () => {
    const body = { metadata: { name: "large" }, data: { a: "x".repeat(3 * 1024 * 1024) } };
    expect(await subject.post(configMaps, body)).toMatchObject({
      status: 413,
      body: { kind: "Status", reason: "RequestEntityTooLarge", code: 413 },
    });
  });
});

describe("an invalid object", () => {
  it.each<[string, Json, string]>([
    ["without a name", { metadata: {} }, "FieldValueRequired metadata.name"],
    ["with a name in capitals", { metadata: { name: "B" } }, "FieldValueInvalid metadata.name"],
    [
      "with a label that is none",
      { metadata: { name: "b", labels: { "a b": "c" } } },
      "FieldValueInvalid metadata.labels",
    ],
    [
      "with a label value that is none",
      { metadata: { name: "b", labels: { a: "c d" } } },
      "FieldValueInvalid metadata.labels",
    ],
    [
      "with an annotation that is none",
      { metadata: { name: "b", annotations: { "a b": "c" } } },
      "FieldValueInvalid metadata.annotations",
    ],
    [
      "with annotations that are too large",
      { metadata: { name: "b", annotations: { a: "x".repeat(262_145) } } },
      "FieldValueTooLong metadata.annotations",
    ],
  ])("%s is refused with the field: 422", async (_what, body, cause) => {
    const reply = await subject.post(configMaps, body);
    expect(reply).toMatchObject({
      status: 422,
      body: { reason: "Invalid", details: { kind: "ConfigMap" }, code: 422 },
    });
    expect(causesOf(reply)).toEqual([cause]);
  });

  it("is refused with the field where it is a Service", async () => {
    const service = (spec: Json) => subject.post(subject.core("services"), { metadata: { name: "s" }, spec });
    const portless = await service({ ports: [] });
    expect([portless.status, ...causesOf(portless)]).toEqual([422, "FieldValueRequired spec.ports"]);
    const large = await service({ ports: [{ port: 70_000, targetPort: 80 }] });
    expect([large.status, ...causesOf(large)]).toEqual([422, "FieldValueInvalid spec.ports[0].port"]);
    const twins = await service({ ports: [{ port: 80 }, { port: 81 }] });
    expect([twins.status, ...causesOf(twins)]).toEqual([
      422,
      "FieldValueRequired spec.ports[0].name",
      "FieldValueRequired spec.ports[1].name",
    ]);
  });

  it("is refused with the field where it is a Deployment", async () => {
    const create = (over: Parameters<typeof deployment>[1]) =>
      subject.post(subject.apps("deployments"), deployment("d", over));
    const template = { metadata: { labels: { other: "x" } }, spec: { containers: [{ name: "a", image: "b" }] } };
    const mismatch = await create({ template });
    expect(mismatch).toMatchObject({
      status: 422,
      body: { details: { name: "d", group: "apps", kind: "Deployment" } },
    });
    expect(causesOf(mismatch)).toEqual(["FieldValueInvalid spec.template.metadata.labels"]);
    const empty = await create({ template: { metadata: { labels: { app: "d" } }, spec: { containers: [] } } });
    expect(causesOf(empty)).toEqual(["FieldValueRequired spec.template.spec.containers"]);
    const negative = await create({ replicas: -1 });
    expect(causesOf(negative)).toEqual(["FieldValueInvalid spec.replicas"]);
  });
});

describe("an unknown field", () => {
  const body = { metadata: { name: "fields", nope: 1 }, data: { a: "b" }, other: 2 };

  it("is refused under fieldValidation=Strict, with every path", async () => {
    const reply = await subject.post(`${configMaps}?fieldValidation=Strict`, body);
    expect(reply).toMatchObject(badRequest);
    expect(stringAt(reply.body, "message")).toContain("strict decoding error: ");
    expect(stringAt(reply.body, "message")).toContain('unknown field "metadata.nope"');
    expect(stringAt(reply.body, "message")).toContain('unknown field "other"');
  });

  it("is dropped with a warning by default, without one under Ignore", async () => {
    const one = { metadata: { name: "fields" }, other: 2 };
    for (const query of ["?dryRun=All", "?dryRun=All&fieldValidation=Warn"]) {
      const reply = await subject.post(`${configMaps}${query}`, one);
      expect([reply.status, reply.headers["warning"]]).toEqual([201, '299 - "unknown field \\"other\\""']);
      expect(reply.body).not.toHaveProperty("other");
    }
    const ignored = await subject.post(`${configMaps}?dryRun=All&fieldValidation=Ignore`, one);
    expect([ignored.status, ignored.headers["warning"]]).toEqual([201, undefined]);
  });

  it("counts in a patch too", async () => {
    await subject.configMap("patched");
    const reply = await subject.patch(`${configMaps}/patched?fieldValidation=Strict`, { other: 2 });
    expect(reply.status).toBeGreaterThanOrEqual(400);
    expect(stringAt(reply.body, "message")).toContain('unknown field "other"');
  });

  it("or one that is given twice is found in the text", async () => {
    const text = '{"metadata":{"name":"twice"},"data":{"a":"1","a":"2"}}';
    const reply = await subject.send("POST", `${configMaps}?fieldValidation=Strict`, undefined, { text });
    expect(reply).toMatchObject(badRequest);
    expect(stringAt(reply.body, "message")).toContain('duplicate field "data.a"');
  });
});

describe("a parameter", () => {
  it.each([
    ["fieldValidation=Nope", "FieldValueNotSupported fieldValidation"],
    ["dryRun=Nope", "FieldValueNotSupported dryRun"],
    [`fieldManager=${"x".repeat(129)}`, "FieldValueTooLong fieldManager"],
  ])("%s is refused: 422", async (query, cause) => {
    const reply = await subject.post(`${configMaps}?${query}`, { metadata: { name: "a" } });
    expect([reply.status, ...causesOf(reply)]).toEqual([422, cause]);
  });

  it("force is for server-side apply alone: 422", async () => {
    await subject.configMap("forced");
    const reply = await subject.patch(`${configMaps}/forced?force=true`, { data: { a: "2" } });
    expect([reply.status, ...causesOf(reply)]).toEqual([422, "FieldValueForbidden force"]);
  });

  it.each([
    "labelSelector=a%3D%3D%3Db",
    "labelSelector=a+in+b",
    "fieldSelector=spec",
    "fieldSelector=spec.nothing%3Dx",
    "resourceVersion=abc",
    "limit=abc",
    "continue=abc",
    "watch=true&timeoutSeconds=abc",
  ])("of a list, %s, cannot be read: 400", async (query) => {
    expect(await subject.get(`${configMaps}?${query}`)).toMatchObject(badRequest);
  });

  it.each([
    ["resourceVersionMatch=Exact", "FieldValueForbidden resourceVersionMatch"],
    ["resourceVersionMatch=Nope&resourceVersion=1", "FieldValueNotSupported resourceVersionMatch"],
    ["watch=true&sendInitialEvents=true", "FieldValueForbidden resourceVersionMatch"],
  ])("of a list, %s, does not fit the others: 422", async (query, cause) => {
    const reply = await subject.get(`${configMaps}?${query}`);
    expect([reply.status, ...causesOf(reply)]).toEqual([422, cause]);
  });
});

describe("a request", () => {
  it("of a method that the path does not have is 405", async () => {
    for (const [method, path] of [
      ["POST", `${configMaps}/a`],
      ["PUT", configMaps],
      ["PATCH", configMaps],
    ] as const)
      expect(await subject.send(method, path, {}, { contentType: "application/merge-patch+json" })).toMatchObject({
        status: 405,
        body: { kind: "Status", reason: "MethodNotAllowed", code: 405 },
      });
  });

  it("of an unknown path, resource or subresource is 404", async () => {
    for (const path of ["/nothing", subject.core("things"), subject.core("configmaps", "a", "things")])
      expect([path, (await subject.get(path)).status]).toEqual([path, 404]);
  });

  it("that accepts nothing the server has is 406", async () => {
    expect(await subject.get(configMaps, "application/xml")).toMatchObject({
      status: 406,
      body: { reason: "NotAcceptable" },
    });
  });
});
