import { beforeEach, describe, expect, test } from "@jest/globals";

import type { Json } from "../../../../src/base/json.js";
import { Directory } from "../../../../src/sandbox/gateway/directory.js";
import type { Target } from "../../../../src/sandbox/gateway/rule.js";
import { stored } from "./objects.js";

describe("the directory of Services", () => {
  let directory: Directory;

  beforeEach(() => {
    directory = new Directory();
    const ports = [
      { name: "http", port: 80 },
      { name: "grpc-api", port: 81 },
    ];
    directory.putService("ns/app", stored("Service", { ports }));
  });

  function slice(key: string, endpoints: Json, labels = { "kubernetes.io/service-name": "app" }): void {
    const ports = [
      { name: "http", port: 8080 },
      { name: "grpc-api", port: 8081 },
    ];
    directory.putSlice(key, { ...stored("EndpointSlice", {}, { labels }), ports, endpoints });
  }

  function ips(over: Partial<Target> = {}): readonly string[] | string {
    const resolved = directory.resolve({ namespace: "ns", name: "app", port: 80, ...over });
    return resolved.type === "endpoints" ? resolved.endpoints.map(({ ip, port }) => `${ip}:${port}`) : resolved.type;
  }

  test("knows the endpoints of all slices that are ready, by the name of the port", () => {
    slice("ns/one", [{ addresses: ["10.1.0.1"], conditions: { ready: true } }, { addresses: ["10.1.0.2"] }]);
    slice("ns/two", [{ addresses: ["10.1.0.3"], conditions: { ready: false, serving: true, terminating: true } }]);
    expect(ips()).toEqual(["10.1.0.1:8080", "10.1.0.2:8080"]);
    expect(ips({ port: 81 })).toEqual(["10.1.0.1:8081", "10.1.0.2:8081"]);
    slice("ns/two", [{ addresses: ["10.1.0.3"], conditions: { ready: true } }]);
    expect(ips()).toHaveLength(3);
  });

  test("forgets what goes", () => {
    slice("ns/one", [{ addresses: ["10.1.0.1"] }]);
    directory.putSlice("ns/one", undefined);
    expect(ips()).toEqual([]);
    directory.putService("ns/app", undefined);
    expect(ips()).toBe("missing");
  });

  test("leaves the endpoints of a slice that went to another Service", () => {
    slice("ns/one", [{ addresses: ["10.1.0.1"] }]);
    slice("ns/one", [{ addresses: ["10.1.0.1"] }], { "kubernetes.io/service-name": "other" });
    expect(ips()).toEqual([]);
  });

  test.each<readonly [Partial<Target>, string]>([
    [{ name: "nobody" }, "a Service that is not there"],
    [{ port: 90 }, "a port that it does not have"],
    [{ subset: "v1" }, "a subset that nobody defined"],
  ])("misses %j: %s", (over: Partial<Target>, _what) => {
    expect(ips(over)).toBe("missing");
  });

  test("takes the only port where none is named, and asks where there are several", () => {
    const unnamed: Target = { namespace: "ns", name: "app" };
    expect(directory.resolve(unnamed).type).toBe("missing");
    directory.putService("ns/app", stored("Service", { ports: [{ name: "http", port: 80 }] }));
    expect(directory.resolve(unnamed).type).toBe("endpoints");
  });

  test("knows a subset by the labels of the Pods behind the endpoints", () => {
    const pod = (name: string): Json => ({ kind: "Pod", name });
    slice("ns/one", [
      { addresses: ["10.1.0.1"], targetRef: pod("one") },
      { addresses: ["10.1.0.2"], targetRef: pod("two") },
      { addresses: ["10.1.0.3"] },
    ]);
    directory.putPod("ns/one", stored("Pod", {}, { labels: { app: "app", version: "v1" } }));
    directory.putPod("ns/two", stored("Pod", {}, { labels: { app: "app", version: "v2" } }));
    const subsets = [{ name: "canary", labels: { version: "v2" } }];
    directory.putDestinationRule("ns/dr", stored("DestinationRule", { host: "app", subsets }));
    expect(ips({ subset: "canary" })).toEqual(["10.1.0.2:8080"]);
  });

  test("hears HTTP/2 from appProtocol and, as Istio, from the name of the port", () => {
    const isHttp2 = (port: number): boolean => {
      const resolved = directory.resolve({ namespace: "ns", name: "app", port });
      return resolved.type === "endpoints" && resolved.isHttp2;
    };
    expect([isHttp2(80), isHttp2(81)]).toEqual([false, true]);
    const ports = [{ port: 80, appProtocol: "kubernetes.io/h2c" }];
    directory.putService("ns/app", stored("Service", { ports }));
    expect(isHttp2(80)).toBe(true);
  });

  test("tells the host of an ExternalName Service", () => {
    directory.putService("ns/app", stored("Service", { type: "ExternalName", externalName: "gw.istio-system" }));
    expect(ips()).toBe("external");
  });
});
