import { beforeEach, describe, expect, it } from "@jest/globals";

import type { JsonObject } from "../../../../src/base/json.js";
import { before, FactsWorld, goodPod, routeBody, statusOf } from "../../../support/clusterFacts.js";

let world: FactsWorld;
beforeEach(() => {
  world = new FactsWorld();
});

describe("a routemap", () => {
  const annotate = (text: string | undefined): void => {
    const annotations: Record<string, string> = text === undefined ? {} : { "iter8.tools/status": text };
    world.add("ConfigMap", "shop/web", { metadata: { labels: { "iter8.tools/kind": "routemap" }, annotations } });
  };

  it("that cannot be decoded is an error with its place, and hides no finding behind guesses", () => {
    world.spec = "versions: [{resources: [{gvrShort: deplo, name: web-v1}]}]\n";
    expect(world.only()).toMatchObject({ severity: "error", check: "routemaps", object: "ConfigMap shop/web" });
    expect(world.only().message).toMatch(/^SpecInvalid: versions\[0\]\.resources\[0\]\.gvrShort \(line 1:/);
    expect(world.only().fix).toContain("kubectl -n shop get configmap web -o yaml | pointsman lint -f -");
  });

  it("without a status has nobody who looks after it", () => {
    annotate(undefined);
    expect(world.only()).toMatchObject({ severity: "warning", check: "routemaps" });
  });

  it.each<[types: readonly string[], ready: string, reason: string, expected: readonly string[]]>([
    [[], "False", "NothingReady", ["error NothingReady"]],
    [[], "False", "Damped", ["warning Damped"]],
    [["NotOurs"], "False", "NotOurs", ["error NotOurs"]],
    [["NotOurs", "Unconfirmed"], "False", "NotOurs", ["error NotOurs", "warning Unconfirmed"]],
    [["Paused"], "True", "RoutesWritten", ["info Paused"]],
    [["Unseen"], "Unknown", "Unseen", ["error Unseen"]],
    [["SpecInvalid"], "False", "SpecInvalid", []],
  ])("that says %j, ready %s for %s, is told once each", (types, ready, reason, expected) => {
    annotate(statusOf(ready, reason, ...types));
    const told = world.examine().map(({ severity, message }) => `${severity} ${message.split(":")[0] ?? ""}`);
    expect(told).toEqual(expected);
  });

  it("with a status that is no JSON says nothing", () => {
    annotate("{");
    expect(world.found()).toEqual([]);
  });

  it("that is paused is told with the command that goes on", () => {
    annotate(statusOf("True", "RoutesWritten", "Paused"));
    expect(world.only().fix).toBe("kubectl -n shop annotate configmap web iter8.tools/paused-");
  });
});

describe("the kinds in use", () => {
  it("that the cluster lacks are errors at each place that uses them", () => {
    world.over = { absent: new Set(["httproutes.gateway.networking.k8s.io", "grpcroutes.gateway.networking.k8s.io"]) };
    world.remove("HTTPRoute", "shop/web");
    expect(world.only()).toMatchObject({ severity: "error", check: "kinds" });
    expect(world.only().message).toBe("routingTemplates.web: the cluster has no httproutes.gateway.networking.k8s.io");
  });

  it("that are served in another version are named with the one that is used", () => {
    world.config = {
      ...world.config,
      kinds: world.config.kinds.map((kind) =>
        kind.shorthand === "httproute" ? { ...kind, version: "v1beta1" } : kind,
      ),
    };
    expect(world.only()).toMatchObject({ severity: "info", check: "kinds" });
    expect(world.only().fix).toBe("resourceTypes.httproute.Version: v1 in the controller's configuration");
  });
});

describe("the objects of versions", () => {
  it("without the label are errors with the command that labels them", () => {
    world.app("web-v2", goodPod, { labels: {} });
    expect(world.only()).toMatchObject({ severity: "error", check: "labels", object: "Deployment shop/web-v2" });
    expect(world.only().fix).toBe("kubectl -n shop label --overwrite deployments.apps/web-v2 iter8.tools/watch=true");
    world.app("web-v2", goodPod, { labels: { "iter8.tools/watch": "yes" } });
    expect(world.only().severity).toBe("error");
  });

  it("that are the primary's should be there, a candidate's need not", () => {
    world.remove("Deployment", "shop/web-v2");
    expect(world.found()).toEqual([]);
    world.remove("Deployment", "shop/web-v1");
    expect(world.only()).toMatchObject({ severity: "warning", check: "labels", object: "ConfigMap shop/web" });
    world.hide("Deployment");
    expect(world.found()).toEqual([]);
  });

  it("should be listed where a route leads to them", () => {
    world.add("Service", "shop/aside", { metadata: { labels: {} } });
    world.add("HTTPRoute", "shop/web", routeBody({ rules: [{ backendRefs: [{ name: "aside", port: 80 }] }] }));
    expect(world.only()).toMatchObject({ severity: "warning", check: "labels", object: "Service shop/aside" });
    expect(world.only().fix).toContain("kubectl -n shop label --overwrite services/aside iter8.tools/watch=true");
  });
});

describe("Pods", () => {
  const pod = (container: JsonObject, grace?: number): void => {
    const containers = [{ name: "app", ...container }];
    world.app("web-v1", { containers, ...(grace === undefined ? {} : { terminationGracePeriodSeconds: grace }) });
  };
  const sleep = (seconds: number): JsonObject => ({ lifecycle: { preStop: { sleep: { seconds } } } });

  it("without a preStop hook end before proxies know", () => {
    pod({});
    expect(world.only()).toMatchObject({ severity: "warning", check: "draining", object: "Deployment shop/web-v1" });
    expect(world.only().message).toContain("no preStop hook");
  });

  it.each<[what: string, container: JsonObject, grace: number | undefined, expected: string | undefined]>([
    ["30 s are enough for 5 s and the drain of 10 s", sleep(5), undefined, undefined],
    ["15 s are just enough", sleep(5), 15, undefined],
    ["14 s are not", sleep(5), 14, "warning 15"],
    ["a hook that outlasts them is never finished", sleep(20), 20, "error 30"],
    [
      "a command that sleeps counts",
      { lifecycle: { preStop: { exec: { command: ["sh", "-c", "sleep 25"] } } } },
      30,
      "warning 35",
    ],
    ["of a hook of HTTP nothing is known", { lifecycle: { preStop: { httpGet: { path: "/" } } } }, 10, undefined],
  ])("may take their grace period: %s", (_, container, grace, expected) => {
    pod(container, grace);
    const told = world.examine().map(({ severity, fix }) => `${severity} ${fix.split(" ").at(-1) ?? ""}`);
    expect(told).toEqual(expected === undefined ? [] : [expected]);
  });

  it("must fit the routemap's own drain", () => {
    world.spec += "release: {drain: 40s}\n";
    expect(world.examine().map(({ fix }) => fix)).toEqual([
      "spec.template.spec.terminationGracePeriodSeconds: 45",
      "spec.template.spec.terminationGracePeriodSeconds: 45",
    ]);
  });
});

describe("what carries our finalizer", () => {
  const held = { finalizers: ["foregroundDeletion", "iter8.tools/finalizer"] };
  const watched = { "iter8.tools/watch": "true" };

  it("and is listed is as it should be", () => {
    world.app("web-v2", goodPod, { ...held, labels: watched });
    expect(world.found()).toEqual([]);
  });

  it("and is listed by nobody is told with a patch that cannot take off another one", () => {
    world.app("old", goodPod, { ...held, labels: watched });
    expect(world.only()).toMatchObject({ severity: "warning", check: "finalizers", object: "Deployment shop/old" });
    expect(world.only().fix).toBe(
      `kubectl -n shop patch deployments.apps/old --type=json -p '[{"op":"test","path":"/metadata/finalizers/1","value":"iter8.tools/finalizer"},{"op":"remove","path":"/metadata/finalizers/1"}]'`,
    );
  });

  it("may be listed where we cannot read: by a routemap that cannot be decoded, or one of another namespace", () => {
    world.app("old", goodPod, { ...held, labels: watched });
    world.over = { namespace: "shop" };
    expect(world.found()).toHaveLength(1);
    world.config = { ...world.config, limits: { ...world.config.limits, crossNamespace: true } };
    expect(world.found()).toEqual([]);
    world.over = {};
    expect(world.found()).toHaveLength(1);
    world.spec = "";
    expect(world.found().filter((text) => text.includes("finalizers"))).toEqual([]);
  });

  it("of another namespace is not told when one was asked for", () => {
    world.app("old", goodPod, { ...held, labels: watched });
    world.over = { namespace: "other" };
    expect(world.found()).toEqual([]);
  });

  it("and waits to go is told, and is an error after the deadline", () => {
    const waitsFor = (seconds: number): void =>
      world.app("web-v2", goodPod, { ...held, labels: watched, deletionTimestamp: before(seconds) });
    waitsFor(12);
    expect(world.only()).toMatchObject({ severity: "info", check: "finalizers" });
    expect(world.only().message).toContain("since 12s");
    waitsFor(601);
    expect(world.only().severity).toBe("error");
    world.spec += "release: {deadline: 20m}\n";
    expect(world.only().severity).toBe("info");
  });
});
