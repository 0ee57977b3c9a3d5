import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { arrayAt, at, stringAt } from "../../../src/base/json.js";
import { mediaTypes, namesIn, Subject } from "../../support/apiserver/subject.js";
import { pod } from "../../support/apiserver/workload.js";

let subject: Subject;
let configMaps: string;

beforeAll(async () => {
  subject = await Subject.open("lists");
  configMaps = subject.core("configmaps");
  await subject.configMap("b", { labels: { tier: "front", app: "shop" } });
  await subject.configMap("a", { labels: { tier: "back", app: "shop" } });
  await subject.configMap("c", { labels: { app: "other" } });
  await subject.configMap("d");
});
afterAll(() => subject.close());

/** Those of our four that a query finds: the cluster may put ConfigMaps of its own into a namespace. */
const found = async (query: string): Promise<string> =>
  namesIn(await subject.ok("GET", `${configMaps}?${query}`))
    .filter((name) => name.length === 1)
    .join("");

describe("a list", () => {
  it("is in the order of names, with a resourceVersion and without the kind in each item", async () => {
    const list = await subject.ok("GET", configMaps);
    expect(list).toMatchObject({
      kind: "ConfigMapList",
      apiVersion: "v1",
      metadata: { resourceVersion: expect.stringMatching(/^\d+$/) },
    });
    expect(await found("")).toBe("abcd");
    expect(arrayAt(list, "items").filter((item) => at(item, "kind") !== undefined)).toEqual([]);
    expect(Number(stringAt(list, "metadata", "resourceVersion"))).toBeGreaterThanOrEqual(
      Math.max(...arrayAt(list, "items").map((item) => Number(stringAt(item, "metadata", "resourceVersion")))),
    );
  });

  it("of an empty kind has items all the same", async () => {
    expect(await subject.ok("GET", subject.core("services"))).toMatchObject({ kind: "ServiceList", items: [] });
  });

  it("of all namespaces holds those of each, by namespace and name", async () => {
    const list = await subject.ok("GET", "/api/v1/configmaps?labelSelector=app");
    const places = arrayAt(list, "items").map((item) => stringAt(item, "metadata", "namespace") ?? "");
    expect(places.filter((place) => place === subject.namespace)).toHaveLength(3);
    expect(places).toEqual([...places].sort());
  });

  it.each([
    ["app=shop", "ab"],
    ["app==shop,tier!=back", "b"],
    ["tier!=back", "bcd"],
    ["tier in (front,back)", "ab"],
    ["tier notin (front)", "acd"],
    ["app", "abc"],
    ["!tier", "cd"],
    ["app=nothing", ""],
    ["", "abcd"],
  ])("by the labels %j is %j", async (selector, names) => {
    expect(await found(`labelSelector=${encodeURIComponent(selector)}`)).toBe(names);
  });

  it("by name and namespace works for every kind", async () => {
    expect(await found("fieldSelector=metadata.name%3Db")).toBe("b");
    expect(await found("fieldSelector=metadata.name!%3Db")).toBe("acd");
    expect(await found("fieldSelector=metadata.name%3Db%2Cmetadata.namespace%3Ddefault")).toBe("");
    const namespaces = await subject.ok("GET", `/api/v1/namespaces?fieldSelector=metadata.name%3D${subject.namespace}`);
    expect(namesIn(namespaces)).toEqual([subject.namespace]);
  });

  it("of Pods works by node and phase, of Events by what they are about", async () => {
    await subject.ok("POST", subject.core("pods"), pod("p1", { nodeName: "lists-node" }));
    await subject.ok("POST", subject.core("pods"), pod("p2"));
    const byNode = "fieldSelector=spec.nodeName%3Dlists-node%2Cstatus.phase%3DPending";
    expect(namesIn(await subject.ok("GET", `${subject.core("pods")}?${byNode}`))).toEqual(["p1"]);
    for (const name of ["one", "two"])
      await subject.ok("POST", subject.core("events"), {
        metadata: { generateName: "e." },
        involvedObject: { kind: "ConfigMap", namespace: subject.namespace, name },
        reason: "Tested",
        message: "for the list",
        type: "Normal",
      });
    const about = "fieldSelector=involvedObject.kind%3DConfigMap%2CinvolvedObject.name%3Dtwo";
    const core = await subject.ok("GET", `${subject.core("events")}?${about}`);
    expect(arrayAt(core, "items").map((item) => at(item, "involvedObject", "name"))).toEqual(["two"]);
    const newer = await subject.ok("GET", subject.group("events.k8s.io/v1", "events"));
    expect(arrayAt(newer, "items")).toContainEqual(
      expect.objectContaining({ regarding: expect.objectContaining({ name: "two" }), note: "for the list" }),
    );
  });

  it("comes in pages that tell of one moment", async () => {
    const query = "labelSelector=app&limit=2";
    const first = await subject.ok("GET", `${configMaps}?${query}`);
    expect(namesIn(first)).toEqual(["a", "b"]);
    const token = stringAt(first, "metadata", "continue") ?? "";
    expect(token).not.toBe("");
    await subject.configMap("late", { labels: { app: "late" } });
    const second = await subject.ok("GET", `${configMaps}?${query}&continue=${encodeURIComponent(token)}`);
    expect(namesIn(second)).toEqual(["c"]);
    expect(stringAt(second, "metadata", "continue") ?? "").toBe("");
    expect(at(second, "metadata", "resourceVersion")).toBe(at(first, "metadata", "resourceVersion"));
    await subject.ok("DELETE", `${configMaps}/late`);
  });

  it("says in a page without a selector how many items remain", async () => {
    const whole = namesIn(await subject.ok("GET", configMaps)).length;
    expect(await subject.ok("GET", `${configMaps}?limit=1`)).toMatchObject({
      metadata: { remainingItemCount: whole - 1 },
    });
  });

  it("may come from a cache with resourceVersion=0, and then is not older than what was asked for", async () => {
    expect(await subject.ok("GET", `${configMaps}?resourceVersion=0&limit=500`)).toMatchObject({
      kind: "ConfigMapList",
    });
    const now = stringAt(await subject.configMap("newest"), "metadata", "resourceVersion") ?? "";
    const query = `resourceVersion=${now}&resourceVersionMatch=NotOlderThan`;
    expect(namesIn(await subject.ok("GET", `${configMaps}?${query}`))).toContain("newest");
    await subject.ok("DELETE", `${configMaps}/newest`);
  });

  it("may be of metadata alone, as may be one object", async () => {
    const list = await subject.get(`${configMaps}?labelSelector=tier`, mediaTypes.metadataList);
    expect(list.body).toMatchObject({ kind: "PartialObjectMetadataList", apiVersion: "meta.k8s.io/v1" });
    const [item] = arrayAt(list.body, "items");
    expect(item).toMatchObject({ kind: "PartialObjectMetadata", metadata: { name: "a", labels: { tier: "back" } } });
    expect(item).not.toHaveProperty("data");
    const one = await subject.get(`${configMaps}/a`, mediaTypes.metadata);
    expect(one.body).toMatchObject({
      kind: "PartialObjectMetadata",
      apiVersion: "meta.k8s.io/v1",
      metadata: { name: "a" },
    });
    expect(one.body).not.toHaveProperty("data");
  });
});
