import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import type { Json, JsonObject } from "../../src/base/json.js";
import { arrayAt, objectAt } from "../../src/base/json.js";
import { builtInKinds } from "../../src/config/defaults.js";
import type { GroupVersionResource } from "../../src/kube/resource.js";
import { gatewayLimits } from "../../src/routing/generate/limits.js";
import { Scene } from "../support/scene.js";

let scene: Scene;
beforeAll(async () => {
  scene = await Scene.open("limits");
}, 60_000);
afterAll(async () => scene.close(), 60_000);

function gvrOf(shorthand: string): GroupVersionResource {
  const kind = builtInKinds.find((known) => known.shorthand === shorthand);
  if (kind === undefined) throw new Error(`no kind ${shorthand}`);
  return kind;
}

/** Only the full CRDs know these limits, some by rules in CEL. */
const withLimits = process.env["POINTSMAN_TEST_CRDS"] === undefined ? describe.skip : describe;

withLimits("the limits of Gateway API", () => {
  type Size = keyof typeof gatewayLimits;
  const all: readonly Size[] = [
    "hostnames",
    "parentRefs",
    "rules",
    "backendRefs",
    "filters",
    "matches",
    "matchesPerRule",
  ];

  const list = (count: number, item: (index: number) => Json): readonly Json[] =>
    Array.from({ length: count }, (_, i) => item(i));

  /** A route of this many of one thing and one of everything else; a GRPCRoute has no matches of its own accord. */
  function sized(kind: string, size: Size, count: number): JsonObject {
    const of = (key: Size, least: number): number => (key === size ? count : least);
    const match = (index: number): Json => ({ headers: [{ name: "x", value: `${index}` }] });
    const perRule = size === "matches" ? gatewayLimits.matchesPerRule : of("matchesPerRule", 1);
    const rules = size === "matches" ? Math.ceil(count / perRule) : of("rules", 1);
    const last = size === "matches" ? count - perRule * (rules - 1) : perRule;
    const filter = (index: number): Json => ({
      type: "ExtensionRef",
      extensionRef: { group: "example.com", kind: "Filter", name: `f-${index}` },
    });
    const spec: JsonObject = {
      hostnames: list(of("hostnames", 1), (index) => `h${index}.example.com`),
      parentRefs: list(of("parentRefs", 1), (index) => ({ name: `gw-${index}` })),
      rules: list(rules, (index) => ({
        matches: list(index === rules - 1 ? last : perRule, match),
        filters: list(of("filters", 1), filter),
        backendRefs: list(of("backendRefs", 1), (at) => ({ name: `app-${at}`, port: 80 })),
      })),
    };
    const name = `${kind}-${size}-${count}`.toLowerCase();
    return { apiVersion: "gateway.networking.k8s.io/v1", kind, metadata: { name }, spec };
  }

  const sizes = all.map((size) => ({ size, limit: gatewayLimits[size] }));
  it.each(["HTTPRoute", "GRPCRoute"].flatMap((kind) => sizes.map((entry) => ({ kind, ...entry }))))(
    "are those of the CRD: $limit $size in a $kind, and not one more",
    async ({ kind, size, limit }) => {
      const gvr = gvrOf(kind.toLowerCase());
      const send = async (count: number): Promise<number> => {
        const body = sized(kind, size, count);
        const path = `/apis/${gvr.group}/${gvr.version}/namespaces/${scene.namespace}/${gvr.resource}?dryRun=All`;
        return (await scene.admin.request("POST", path, { body })).status;
      };
      expect([await send(limit), await send(limit + 1)]).toEqual([201, 422]);
    },
  );

  it("count one match for a rule of an HTTPRoute that has none", async () => {
    const body: JsonObject = {
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "HTTPRoute",
      metadata: { name: "defaults" },
      spec: { parentRefs: [{ name: "gw" }], rules: [{ backendRefs: [{ name: "a", port: 80 }] }] },
    };
    const stored = await scene.apply(gvrOf("httproute"), { ...body, metadata: objectAt(body, "metadata") });
    expect(arrayAt(stored, "spec", "rules", 0, "matches")).toHaveLength(1);
  });
});
