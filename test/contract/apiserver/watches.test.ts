import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { arrayAt, at, stringAt } from "../../../src/base/json.js";
import type { WatchLine } from "../../support/plane/adminClient.js";
import { mediaTypes, Subject } from "../../support/apiserver/subject.js";
import { Widgets } from "../../support/apiserver/widgets.js";

let subject: Subject;
let widgets: Widgets;
let configMaps: string;

beforeAll(async () => {
  subject = await Subject.open("watches");
  configMaps = subject.core("configmaps");
  // Something happens in the cluster before the widgets are served, so that there is a time before them.
  await subject.configMap("before");
  widgets = await Widgets.install(subject);
});
afterAll(async () => {
  await widgets.remove();
  await subject.close();
});

const initialEnd = "k8s.io/initial-events-end";
const label = (name: string, labels: Record<string, string | null>) =>
  subject.patch(`${configMaps}/${name}`, { metadata: { labels } });
const versionsOf = (lines: readonly WatchLine[]): readonly number[] =>
  lines.map((line) => Number(stringAt(line.object, "metadata", "resourceVersion")));

/** The resourceVersion of a list: from there a watch misses nothing. */
async function now(): Promise<string> {
  return stringAt(await subject.ok("GET", configMaps), "metadata", "resourceVersion") ?? "";
}

describe("a watch", () => {
  it("from a list's resourceVersion brings every later change in order, whole objects, the deleted one too", async () => {
    const from = await now();
    await subject.configMap("story", { labels: { case: "story" } });
    const watch = subject.watch(configMaps, `resourceVersion=${from}&labelSelector=case%3Dstory`);
    await subject.patch(`${configMaps}/story`, { data: { a: "2" } });
    await subject.delete(`${configMaps}/story`);
    await watch.become("ADDED story", "MODIFIED story", "DELETED story");
    expect(watch.events).toEqual(["ADDED story", "MODIFIED story", "DELETED story"]);
    expect(watch.lines.map((line) => at(line.object, "data", "a"))).toEqual(["1", "2", "2"]);
    expect(watch.lines[0]?.object).toMatchObject({ kind: "ConfigMap", apiVersion: "v1" });
    const versions = versionsOf(watch.lines);
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
  });

  it.each(["", "resourceVersion=0&"])("with %j begins with what is there", async (query) => {
    const name = `there${query.length}`;
    await subject.configMap(name, { labels: { case: name } });
    const watch = subject.watch(configMaps, `${query}labelSelector=case%3D${name}`);
    await watch.become(`ADDED ${name}`);
    await label(name, { more: "yes" });
    await watch.become(`ADDED ${name}`, `MODIFIED ${name}`);
    expect(watch.events).toEqual([`ADDED ${name}`, `MODIFIED ${name}`]);
  });

  it("with sendInitialEvents ends them with a bookmark that says so", async () => {
    await subject.configMap("i1", { labels: { case: "initial" } });
    await subject.configMap("i2", { labels: { case: "initial" } });
    const query = "sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";
    const watch = subject.watch(configMaps, `${query}&labelSelector=case%3Dinitial`);
    const lines = await watch.reach(3);
    expect(lines.slice(0, 2).map((line) => line.type)).toEqual(["ADDED", "ADDED"]);
    expect([...watch.events].sort()).toEqual(["ADDED i1", "ADDED i2"]);
    expect(lines[2]).toMatchObject({
      type: "BOOKMARK",
      object: { kind: "ConfigMap", apiVersion: "v1", metadata: { annotations: { [initialEnd]: "true" } } },
    });
    expect(versionsOf(lines)[2]).toBeGreaterThanOrEqual(Math.max(...versionsOf(lines.slice(0, 2))));
    await subject.delete(`${configMaps}/i1`);
    await watch.become("ADDED i1", "ADDED i2", "DELETED i1");
  });

  it("of nothing at all brings that bookmark alone, also of a custom resource", async () => {
    const query = "sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&timeoutSeconds=60";
    const watch = subject.watch(widgets.path(), `${query}&fieldSelector=metadata.name%3Dnobody`);
    const [line] = await watch.reach(1);
    expect(line).toMatchObject({
      type: "BOOKMARK",
      object: { kind: "Widget", metadata: { annotations: { [initialEnd]: "true" } } },
    });
  });

  it("tells by ADDED and DELETED when an object comes to match its selector, and no longer does", async () => {
    await subject.configMap("turns");
    const watch = subject.watch(configMaps, `resourceVersion=${await now()}&labelSelector=turn%3Dyes`);
    await label("turns", { turn: "yes" });
    await label("turns", { more: "yes" });
    await label("turns", { turn: "no" });
    await label("turns", { more: null });
    await label("turns", { turn: "yes" });
    await subject.delete(`${configMaps}/turns`);
    const events = ["ADDED turns", "MODIFIED turns", "DELETED turns", "ADDED turns", "DELETED turns"];
    await watch.become(...events);
    expect(watch.events).toEqual(events);
    // An object that left the selection is shown as it last matched, at the moment it left.
    expect(at(watch.lines[2]?.object, "metadata", "labels")).toEqual({ turn: "yes", more: "yes" });
  });

  it("of one name sees no other, and the namespace's collection does not hide another's", async () => {
    await subject.configMap("single");
    const watch = subject.watch(configMaps, "fieldSelector=metadata.name%3Dsingle");
    const everywhere = subject.watch("/api/v1/configmaps", "labelSelector=case%3Deverywhere");
    await watch.become("ADDED single");
    await subject.configMap("other", { labels: { case: "everywhere" } });
    await label("single", { x: "y" });
    await watch.become("ADDED single", "MODIFIED single");
    expect(watch.events).toEqual(["ADDED single", "MODIFIED single"]);
    await everywhere.become("ADDED other");
  });

  it("ends without an error after timeoutSeconds", async () => {
    const watch = subject.watch(configMaps, "timeoutSeconds=1&allowWatchBookmarks=true&labelSelector=case%3Dnothing");
    await watch.ended();
    expect(watch.events).toEqual([]);
  });

  it("from a time before the server knows is 410 Expired, told in the stream", async () => {
    await widgets.create("expired");
    const watch = subject.watch(widgets.path(), "resourceVersion=1");
    const [line] = await watch.reach(1);
    expect(line).toMatchObject({
      type: "ERROR",
      object: { kind: "Status", apiVersion: "v1", status: "Failure", reason: "Expired", code: 410 },
    });
    await watch.ended();
  });

  it("may be of metadata alone", async () => {
    await subject.configMap("meta", { labels: { case: "meta" } });
    const watch = subject.watch(configMaps, "labelSelector=case%3Dmeta", mediaTypes.metadata);
    const [line] = await watch.reach(1);
    expect(line).toMatchObject({
      type: "ADDED",
      object: { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata: { name: "meta" } },
    });
    expect(line?.object).not.toHaveProperty("data");
  });

  it("may be of Tables, a row each, with the columns in the first event alone", async () => {
    await subject.configMap("row", { labels: { case: "row" } });
    const watch = subject.watch(configMaps, "labelSelector=case%3Drow", mediaTypes.table);
    await watch.reach(1);
    await label("row", { more: "yes" });
    const [first, second] = await watch.reach(2);
    expect(first).toMatchObject({ type: "ADDED", object: { kind: "Table", apiVersion: "meta.k8s.io/v1" } });
    expect(arrayAt(first?.object, "columnDefinitions").map((column) => at(column, "name"))).toEqual([
      "Name",
      "Data",
      "Age",
    ]);
    expect(arrayAt(first?.object, "rows", 0, "cells").slice(0, 2)).toEqual(["row", 1]);
    expect(second?.type).toBe("MODIFIED");
    expect(at(second?.object, "columnDefinitions") ?? []).toEqual([]);
    expect(at(second?.object, "rows", 0, "object", "metadata", "name")).toBe("row");
  });

  it("by the older path of one namespace or one object works as well", async () => {
    await subject.configMap("older");
    const path = configMaps.replace("/api/v1/", "/api/v1/watch/");
    const one = subject.watch(`${path}/older`);
    const namespace = subject.watch(`/api/v1/watch/namespaces/${subject.namespace}`);
    await one.become("ADDED older");
    await namespace.become(`ADDED ${subject.namespace}`);
    await subject.delete(`${configMaps}/older`);
    await one.become("ADDED older", "DELETED older");
    expect(one.events).toEqual(["ADDED older", "DELETED older"]);
  });

  it("shows a custom resource with its status", async () => {
    await widgets.create("seen");
    const watch = subject.watch(widgets.path(), "fieldSelector=metadata.name%3Dseen");
    await watch.reach(1);
    await subject.patch(widgets.path("seen", "status"), { status: { phase: "Ready" } });
    const lines = await watch.reach(2);
    expect(lines[1]?.object).toMatchObject({
      kind: "Widget",
      spec: { size: 3, color: "red" },
      status: { phase: "Ready" },
    });
  });
});
