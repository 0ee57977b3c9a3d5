import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import type { Json } from "../../../src/base/json.js";
import { arrayAt, at, numberAt, stringAt } from "../../../src/base/json.js";
import { mediaTypes, Subject } from "../../support/apiserver/subject.js";
import { definitionsPath, Widgets } from "../../support/apiserver/widgets.js";
import { deployment, pod } from "../../support/apiserver/workload.js";

let subject: Subject;
let widgets: Widgets;

beforeAll(async () => {
  subject = await Subject.open("tables");
  widgets = await Widgets.install(subject);
});
afterAll(async () => {
  await widgets.remove();
  await subject.close();
});

const table = async (path: string): Promise<Json> => (await subject.get(path, mediaTypes.table)).body;

/** The columns, those of `-o wide` in brackets: "Name Ready [Images]". */
const headingsOf = (body: Json): string =>
  arrayAt(body, "columnDefinitions")
    .map((column) => [stringAt(column, "name") ?? "", numberAt(column, "priority") ?? -1] as const)
    .map(([name, priority]) => (priority === 0 ? name : `[${name}]`))
    .join(" ");

/** The cells of one row but for its age. */
function cellsOf(body: Json, name: string): readonly Json[] {
  const row = arrayAt(body, "rows").find((entry) => at(entry, "object", "metadata", "name") === name);
  const ages = arrayAt(body, "columnDefinitions").map((column) => at(column, "name") === "Age");
  return arrayAt(row, "cells").filter((_cell, index) => ages[index] === false);
}

describe("a Table", () => {
  it("of ConfigMaps has a row each, with metadata to go by", async () => {
    await subject.ok("POST", subject.core("configmaps"), {
      metadata: { name: "two", labels: { x: "y" } },
      data: { a: "1" },
      binaryData: { b: "eA==" },
    });
    const body = await table(`${subject.core("configmaps")}?labelSelector=x&limit=500`);
    expect(body).toMatchObject({
      kind: "Table",
      apiVersion: "meta.k8s.io/v1",
      metadata: { resourceVersion: expect.stringMatching(/^\d+$/) },
      columnDefinitions: [{ name: "Name", type: "string", format: "name" }, { name: "Data" }, { name: "Age" }],
      rows: [{ object: { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata: { name: "two" } } }],
    });
    expect(cellsOf(body, "two")).toEqual(["two", 2]);
    expect(at(body, "rows", 0, "cells", 2)).toMatch(/^\d+s$/);
  });

  it("of one object is a Table of one row; of nothing, of none; of what is not there, a Status", async () => {
    await subject.configMap("one");
    const body = await table(subject.core("configmaps", "one"));
    expect([headingsOf(body), cellsOf(body, "one")]).toEqual(["Name Data Age", ["one", 1]]);
    const empty = await table(subject.core("services"));
    expect([at(empty, "kind"), arrayAt(empty, "rows")]).toEqual(["Table", []]);
    expect(await table(subject.core("configmaps", "none"))).toMatchObject({ kind: "Status", code: 404 });
  });

  it("leaves the objects out, or gives them whole, as includeObject says", async () => {
    await subject.configMap("inside");
    const path = subject.core("configmaps", "inside");
    expect(at(await table(`${path}?includeObject=None`), "rows", 0, "object") ?? null).toBeNull();
    expect(at(await table(`${path}?includeObject=Object`), "rows", 0, "object")).toMatchObject({
      kind: "ConfigMap",
      data: { a: "1" },
    });
  });

  it("of Deployments counts replicas and shows containers, images and selector when it is wide", async () => {
    await subject.ok("POST", subject.apps("deployments"), deployment("web"));
    const body = await table(subject.apps("deployments"));
    expect(headingsOf(body)).toBe("Name Ready Up-to-date Available Age [Containers] [Images] [Selector]");
    expect(cellsOf(body, "web")).toEqual(["web", "0/0", 0, 0, "app", "example.com/app:1", "app=web"]);
  });

  it("of Pods tells what is ready, the phase and the restarts", async () => {
    await subject.ok("POST", subject.core("pods"), pod("p"));
    const body = await table(subject.core("pods"));
    expect(headingsOf(body)).toBe("Name Ready Status Restarts Age [IP] [Node] [Nominated Node] [Readiness Gates]");
    expect(cellsOf(body, "p")).toEqual(["p", "0/1", "Pending", "0", "<none>", "<none>", "<none>", "<none>"]);
  });

  it("of Services shows type, addresses and ports", async () => {
    const spec = {
      clusterIP: "None",
      selector: { app: "x" },
      ports: [{ port: 80 }, { name: "dns", port: 53, protocol: "UDP" }],
    };
    const named = { ...spec, ports: [{ name: "http", port: 80 }, spec.ports[1] ?? {}] };
    await subject.ok("POST", subject.core("services"), { metadata: { name: "s" }, spec: named });
    const body = await table(subject.core("services", "s"));
    expect(headingsOf(body)).toBe("Name Type Cluster-IP External-IP Port(s) Age [Selector]");
    expect(cellsOf(body, "s")).toEqual(["s", "ClusterIP", "None", "<none>", "80/TCP,53/UDP", "app=x"]);
  });

  it("of namespaces and definitions has their columns", async () => {
    const namespaces = await table("/api/v1/namespaces");
    expect(headingsOf(namespaces)).toBe("Name Status Age");
    expect(cellsOf(namespaces, subject.namespace)).toEqual([subject.namespace, "Active"]);
    expect(headingsOf(await table(definitionsPath))).toBe("Name Created At");
  });

  it("of Events has the columns of kubectl get events", async () => {
    expect(headingsOf(await table(subject.core("events")))).toBe(
      "Last Seen Type Reason Object [Subobject] [Source] Message [First Seen] [Count] [Name]",
    );
  });

  it("of custom resources has the columns of the definition", async () => {
    await widgets.create("w", { size: 4 });
    await subject.patch(widgets.path("w", "status"), { status: { phase: "Ready" } });
    await widgets.create("fresh", { size: 5 });
    const body = await table(widgets.path());
    expect(headingsOf(body)).toBe("Name Size Phase [Color] Age");
    expect(cellsOf(body, "w")).toEqual(["w", 4, "Ready", "red"]);
    // What a path does not lead to is null, which kubectl leaves blank.
    expect(cellsOf(body, "fresh")).toEqual(["fresh", 5, null, "red"]);
  });

  it("of HTTPRoutes and Gateways has the columns of Gateway API", async () => {
    const gatewayApi = "gateway.networking.k8s.io/v1";
    const spec = { hostnames: ["a.example.com", "b.example.com"], parentRefs: [{ name: "g" }] };
    await subject.ok("POST", subject.group(gatewayApi, "httproutes"), {
      apiVersion: gatewayApi,
      kind: "HTTPRoute",
      metadata: { name: "r" },
      spec,
    });
    const routes = await table(subject.group(gatewayApi, "httproutes"));
    expect([headingsOf(routes), cellsOf(routes, "r")]).toEqual([
      "Name Hostnames Age",
      ["r", '["a.example.com","b.example.com"]'],
    ]);
    await subject.ok("POST", subject.group(gatewayApi, "gateways"), {
      apiVersion: gatewayApi,
      kind: "Gateway",
      metadata: { name: "g" },
      spec: { gatewayClassName: "c", listeners: [{ name: "http", protocol: "HTTP", port: 80 }] },
    });
    const said = { status: "True", reason: "Yes", message: "", lastTransitionTime: "2030-01-01T00:00:00Z" };
    const conditions = ["Accepted", "Programmed"].map((type) => ({ type, ...said }));
    const addresses = ["10.0.0.1", "10.0.0.2"].map((value) => ({ type: "IPAddress", value }));
    await subject.patch(subject.group(gatewayApi, "gateways", "g", "status"), { status: { addresses, conditions } });
    const gateways = await table(subject.group(gatewayApi, "gateways"));
    expect([headingsOf(gateways), cellsOf(gateways, "g")]).toEqual([
      "Name Class Address Programmed Age",
      ["g", "c", "10.0.0.1", "True"],
    ]);
  });

  it("of Nodes tells what their condition Ready says", async () => {
    const body = await table("/api/v1/nodes");
    expect(headingsOf(body)).toBe(
      "Name Status Roles Age Version [Internal-IP] [External-IP] [OS-Image] [Kernel-Version] [Container-Runtime]",
    );
  });
});
