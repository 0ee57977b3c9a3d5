import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import type { Json } from "../../../src/base/json.js";
import { arrayAt, at, isObject, objectAt, stringAt } from "../../../src/base/json.js";
import { waitFor } from "../../support/plane/waitFor.js";
import { Subject } from "../../support/apiserver/subject.js";
import { Widgets } from "../../support/apiserver/widgets.js";

let subject: Subject;
let widgets: Widgets;

beforeAll(async () => {
  subject = await Subject.open("openapi");
  widgets = await Widgets.install(subject);
});
afterAll(async () => {
  await widgets.remove();
  await subject.close();
});

/** The document of a group and version, by the address that the index gives; undefined while it is not listed. */
async function documentOf(key: string): Promise<Json | undefined> {
  const index = await subject.ok("GET", "/openapi/v3");
  const address = stringAt(index, "paths", key, "serverRelativeURL");
  return address === undefined ? undefined : subject.ok("GET", address);
}

/** The schema that is marked with a kind. */
function schemaOf(document: Json | undefined, kind: string): Json | undefined {
  const schemas = Object.values(objectAt(document, "components", "schemas"));
  return schemas.find((schema) =>
    arrayAt(schema, "x-kubernetes-group-version-kind").some((entry) => stringAt(entry, "kind") === kind),
  );
}

function referencesIn(value: Json | undefined): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item: Json) => referencesIn(item));
  if (!isObject(value)) return [];
  const own = stringAt(value, "$ref");
  return [...(own === undefined ? [] : [own]), ...Object.values(value).flatMap(referencesIn)];
}

describe("OpenAPI v3", () => {
  it("has an index whose addresses carry a hash, so that clients may cache", async () => {
    const index = await subject.ok("GET", "/openapi/v3?timeout=32s");
    expect(stringAt(index, "paths", "api/v1", "serverRelativeURL")).toMatch(/^\/openapi\/v3\/api\/v1\?hash=\w+/);
    expect(stringAt(index, "paths", "apis/apps/v1", "serverRelativeURL")).toMatch(
      /^\/openapi\/v3\/apis\/apps\/v1\?hash=/,
    );
  });

  it.each([
    ["api/v1", "/api/v1/namespaces/{namespace}/configmaps/{name}", { group: "", version: "v1", kind: "ConfigMap" }],
    [
      "apis/apps/v1",
      "/apis/apps/v1/namespaces/{namespace}/deployments/{name}",
      { group: "apps", version: "v1", kind: "Deployment" },
    ],
  ])("declares in %s that PATCH takes fieldValidation, dryRun and fieldManager", async (key, path, kind) => {
    const operation = at(await documentOf(key), "paths", path, "patch");
    expect(at(operation, "x-kubernetes-group-version-kind")).toEqual(kind);
    const parameters = arrayAt(operation, "parameters").map((parameter) => stringAt(parameter, "name"));
    expect(parameters).toEqual(expect.arrayContaining(["dryRun", "fieldManager", "fieldValidation", "force"]));
  });

  it("describes the fields of built-in kinds, and every reference leads somewhere", async () => {
    const document = await documentOf("apis/apps/v1");
    const schema = schemaOf(document, "Deployment");
    expect(stringAt(schema, "description")).toMatch(/Deployment/);
    expect(Object.keys(objectAt(schema, "properties"))).toEqual(
      expect.arrayContaining(["apiVersion", "kind", "metadata", "spec", "status"]),
    );
    const references = referencesIn(document);
    const missing = references.filter((reference) => at(document, ...reference.slice(2).split("/")) === undefined);
    expect(missing).toEqual([]);
  });

  it("describes a custom resource with the words of its definition, soon after it is served", async () => {
    const document = await waitFor(() => documentOf(`apis/${widgets.apiVersion}`), {
      describe: "the document of the widgets",
      timeoutMs: 20_000,
    });
    const schema = schemaOf(document, "Widget");
    expect(stringAt(schema, "description")).toBe("A widget.");
    expect(at(schema, "properties", "spec", "properties", "size")).toMatchObject({
      type: "integer",
      description: "How big it is.",
    });
    const path = `/apis/${widgets.apiVersion}/namespaces/{namespace}/widgets/{name}`;
    expect(at(document, "paths", path, "patch", "x-kubernetes-group-version-kind")).toEqual({
      group: widgets.group,
      version: "v1",
      kind: "Widget",
    });
  });
});
