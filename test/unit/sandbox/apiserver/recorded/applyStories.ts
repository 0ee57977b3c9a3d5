import type { JsonObject } from "../../../../../src/base/json.js";
import { apply, create, json, merge, replace, story, strategic } from "./story.js";

const port = (number: number, rest: JsonObject = {}): JsonObject => ({ port: number, ...rest });

/** How fields get owners, change hands and go. */
export const applyStories = [
  story("ConfigMap", "fields that are applied no longer go, unless another applier has them", [
    apply("a", { data: { x: "1", y: "2", z: "3" } }),
    apply("b", { data: { y: "2" } }),
    apply("a", { data: { x: "1" } }),
    apply("b", {}),
  ]),
  story("ConfigMap", "a changed field of another applier is a conflict until it is forced", [
    apply("a", { data: { x: "1", y: "1" } }),
    apply("b", { data: { x: "2", y: "2" } }),
    apply("b", { data: { x: "2" } }, { force: true }),
    apply("a", { data: { x: "1", y: "1" } }),
    apply("a", { data: { y: "1" } }),
  ]),
  story("ConfigMap", "a create owns what it sent, an update what it changed", [
    create("c", { data: { x: "1", y: "1" } }, { metadata: { labels: { l: "1" } } }),
    merge("m", { data: { x: "2", n: "1" }, metadata: { annotations: { a: "1" } } }),
    json("j", [
      { op: "replace", path: "/data/y", value: "3" },
      { op: "remove", path: "/data/n" },
    ]),
    replace("r", { data: { x: "2", y: "4" } }),
    apply("a", { data: { y: "5" } }),
    apply("a", { data: { y: "4" } }),
    merge("r", { metadata: { managedFields: [] } }),
    merge("r", { data: { x: "3" } }),
    apply("a", { data: { y: "4" } }),
  ]),
  story("ConfigMap", "the same manager is two managers by apply and by update", [
    apply("a", { data: { x: "1" } }),
    merge("a", { data: { x: "2" } }),
    apply("a", { data: { x: "1" } }),
    apply("a", { data: { x: "1" } }, { force: true }),
  ]),
  story("ConfigMap", "finalizers are a set, owner references a map by uid", [
    apply("a", {}, { metadata: { finalizers: ["example.com/a"] } }),
    apply("b", {}, { metadata: { finalizers: ["example.com/b", "example.com/a"] } }),
    apply("a", {}, { metadata: { finalizers: [] } }),
    apply("a", {}, { metadata: { ownerReferences: [{ apiVersion: "v1", kind: "ConfigMap", name: "o", uid: "u1" }] } }),
    apply("b", {}, { metadata: { finalizers: ["example.com/c", "example.com/b"] } }),
    apply("b", {}),
    merge("m", { metadata: { finalizers: null } }),
  ]),
  story("Gauge", "items of a map list are told apart by keys of which one has a default", [
    apply("a", { spec: { ports: [port(80, { name: "web" }), port(80, { protocol: "UDP" })] } }),
    apply("b", { spec: { ports: [port(80, { target: "x" })] } }),
    apply("b", { spec: { ports: [port(80, { name: "other" }), port(90)] } }),
    apply("a", { spec: { ports: [port(80, { protocol: "UDP" })] } }),
    apply("b", { spec: { ports: [] } }),
    apply("a", { spec: {} }),
  ]),
  story("Gauge", "an atomic list with defaults conflicts though both sent the same", [
    apply("a", { spec: { refs: [{ name: "r" }] } }),
    apply("b", { spec: { refs: [{ name: "r" }] } }),
    apply("b", { spec: { refs: [{ group: "example.com", kind: "Gauge", name: "r" }] } }),
    apply("a", { spec: { refs: [{ name: "r" }] } }),
    apply("a", { spec: { refs: [{ name: "r" }] } }, { force: true }),
  ]),
  story("Gauge", "structs, sets, maps and atomic maps are owned as their types say", [
    apply("a", {
      spec: {
        tags: ["b", "a"],
        labels: { l: "1" },
        frozen: { f: "1" },
        point: { x: 1 },
        nested: { a: "1", c: { d: "1" } },
        any: { deep: { list: [1, { two: 2 }], text: "t" } },
      },
    }),
    apply("b", {
      spec: { tags: ["c", "a"], labels: { m: "2" }, nested: { c: { e: "1" } }, any: { deep: { more: 1 } } },
    }),
    apply("b", { spec: { frozen: { g: "1" }, point: { x: 1, y: 2 } } }),
    apply("a", { spec: { nested: { c: {} }, any: {} } }),
    apply("b", { spec: {} }),
    apply("a", { spec: { labels: {}, tags: [] } }),
  ]),
  story("Gauge", "null is a value of nullable fields only", [
    apply("a", { spec: { note: null, on: null, size: null, labels: null, tags: null } }),
    apply("b", { spec: { note: "hey" } }),
    merge("m", { spec: { note: null, size: null } }),
    apply("a", { spec: { labels: { l: "1" }, tags: ["t"] } }),
    apply("a", { spec: { labels: null, tags: null } }),
  ]),
  story("Gauge", "status belongs to its subresource", [
    apply("a", { spec: { size: 2 }, status: { phase: "Early" } }),
    apply(
      "s",
      { spec: { size: 3 }, status: { phase: "Late", conditions: [{ type: "Ready", status: "True" }] } },
      {
        subresource: "status",
      },
    ),
    merge(
      "m",
      { spec: { size: 9 }, status: { conditions: [{ type: "Ready", status: "False" }] } },
      { subresource: "status" },
    ),
    apply("s", { status: { phase: "Last" } }, { subresource: "status" }),
    merge("x", { status: { phase: "Never" }, spec: { on: true } }),
    apply("b", { status: { phase: "Other" } }),
  ]),
  story("Gauge", "lists keep the order of both as far as they agree", [
    apply("a", { spec: { tags: ["a", "b", "c", "d"] } }),
    apply("b", { spec: { tags: ["d", "x", "b"] } }),
    apply("c", { spec: { tags: ["y", "c", "z"] } }),
    apply("a", { spec: { tags: ["d", "a"] } }),
  ]),
  story("Gauge", "what is applied must fit the schema", [
    apply("a", { spec: { size: 1, unknown: 1 } }),
    apply("a", { spec: { size: "1" } }),
    apply("a", { spec: { tags: ["a", "a"] } }),
    apply("a", { spec: { tags: [{ a: 1 }] } }),
    apply("a", { spec: { ports: [{ name: "x" }] } }),
    apply("a", { spec: { ports: [{ port: 80 }, { port: 80, protocol: "TCP" }] } }),
    apply("a", { spec: { ports: "80" } }),
    apply("a", { spec: { nested: [] } }),
    apply("a", { other: 1, spec: { nested: { c: "x" }, on: 3 } }),
  ]),
  story("Gauge", "keys that repeat by update are owned as one", [
    create("c", { spec: { tags: ["a"], refs: [{ name: "r" }, { name: "r" }] } }),
    merge("m", { spec: { refs: [{ name: "r" }] } }),
    json("j", [{ op: "add", path: "/spec/tags/-", value: "b" }]),
    json("j", [
      { op: "test", path: "/spec/tags/0", value: "a" },
      { op: "move", from: "/spec/tags/0", path: "/spec/tags/1" },
    ]),
  ]),
  story("Gauge", "an item goes with what updaters set in it", [
    apply("a", { spec: { ports: [port(80), port(90)], any: { x: { y: "1" } } } }),
    merge("m", { spec: { ports: [port(80, { target: "t" }), port(90)], any: { x: { z: "1" } } } }),
    apply("a", { spec: { ports: [port(90)], any: { w: "1" } } }),
  ]),
  story("ConfigMap", "names of an object's prototype are names like others", [
    create("c", { data: { constructor: "1" } }, { metadata: { labels: { toString: "1" } } }),
    apply("a", { data: { constructor: "1", valueOf: "2" } }),
    merge("m", { data: { hasOwnProperty: "1", constructor: null } }),
    apply("a", { data: { valueOf: "3" } }),
    strategic("p", { data: { toString: "1", valueOf: null } }),
  ]),
];
