import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { arrayAt, stringAt } from "../../../src/base/json.js";
import { Subject } from "../../support/apiserver/subject.js";

let subject: Subject;

beforeAll(async () => {
  subject = await Subject.open("discovery");
});
afterAll(() => subject.close());

describe("discovery", () => {
  it("tells the version of Kubernetes in the form that kubectl compares with its own", async () => {
    const version = await subject.ok("GET", "/version");
    expect(stringAt(version, "gitVersion")).toMatch(/^v1\.\d+\.\d+/);
    expect(version).toMatchObject({ major: "1", minor: "36", platform: expect.stringMatching(/^\w+\/\w+$/) });
  });

  it.each(["/readyz", "/livez", "/healthz"])("answers %s with the word ok", async (path) => {
    const { status, headers, body } = await subject.get(path);
    expect({ status, body }).toEqual({ status: 200, body: "ok" });
    expect(headers["content-type"]).toMatch(/^text\/plain/);
  });

  it("lists the versions of the core group and the other groups with the version each prefers", async () => {
    expect(await subject.ok("GET", "/api")).toMatchObject({ kind: "APIVersions", versions: ["v1"] });
    const groups = await subject.ok("GET", "/apis");
    expect(groups).toMatchObject({ kind: "APIGroupList", apiVersion: "v1" });
    const apps = { groupVersion: "apps/v1", version: "v1" };
    expect(arrayAt(groups, "groups")).toContainEqual({ name: "apps", versions: [apps], preferredVersion: apps });
    expect(arrayAt(groups, "groups").map((group) => stringAt(group, "name"))).toEqual(
      expect.arrayContaining(["apiextensions.k8s.io", "coordination.k8s.io", "discovery.k8s.io", "events.k8s.io"]),
    );
  });

  it("describes one group by its name", async () => {
    const apps = { groupVersion: "apps/v1", version: "v1" };
    expect(await subject.ok("GET", "/apis/apps")).toEqual({
      kind: "APIGroup",
      apiVersion: "v1",
      name: "apps",
      versions: [apps],
      preferredVersion: apps,
    });
  });

  it("describes core resources with scope, verbs and short names, and their subresources", async () => {
    const list = await subject.ok("GET", "/api/v1");
    expect(list).toMatchObject({ kind: "APIResourceList", groupVersion: "v1" });
    const resources = arrayAt(list, "resources");
    const verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
    expect(resources).toContainEqual(
      expect.objectContaining({
        name: "configmaps",
        singularName: "configmap",
        namespaced: true,
        kind: "ConfigMap",
        verbs,
        shortNames: ["cm"],
      }),
    );
    expect(resources).toContainEqual(
      expect.objectContaining({ name: "namespaces", namespaced: false, kind: "Namespace", shortNames: ["ns"] }),
    );
    expect(resources).toContainEqual(
      expect.objectContaining({
        name: "pods/status",
        namespaced: true,
        kind: "Pod",
        verbs: ["get", "patch", "update"],
      }),
    );
  });

  it("describes the scale of Deployments as a kind of another group, and the category all", async () => {
    const resources = arrayAt(await subject.ok("GET", "/apis/apps/v1"), "resources");
    expect(resources).toContainEqual(
      expect.objectContaining({ name: "deployments", kind: "Deployment", shortNames: ["deploy"], categories: ["all"] }),
    );
    expect(resources).toContainEqual({
      name: "deployments/scale",
      singularName: "",
      namespaced: true,
      group: "autoscaling",
      version: "v1",
      kind: "Scale",
      verbs: ["get", "patch", "update"],
    });
  });

  it("answers a client that would rather have aggregated discovery, or protobuf, in a form it accepts too", async () => {
    const aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";
    const { status, headers } = await subject.get("/apis?timeout=32s", aggregated);
    expect(status).toBe(200);
    expect(headers["content-type"]).toMatch(/^application\/json/);
  });

  it("answers 404 for a group, a version or a resource that is not served", async () => {
    for (const path of ["/apis/nobody.example/v1", "/apis/apps/v9", "/apis/apps/v1/things", subject.core("things")])
      expect([path, (await subject.get(path)).status]).toEqual([path, 404]);
    expect(await subject.get(subject.core("things"))).toMatchObject({
      body: { kind: "Status", status: "Failure", reason: "NotFound", code: 404 },
    });
  });
});
