import { readFile } from "node:fs/promises";

import { describe, expect, test } from "@jest/globals";

import { formatProblem } from "../../../src/base/problem.js";
import type { ControllerConfig } from "../../../src/config/config.js";
import { kindOf, resources, settleOfClass } from "../../../src/config/config.js";
import { decodeConfig } from "../../../src/config/decode.js";
import { defaultConfig } from "../../../src/config/defaults.js";

function decoded(text: string): ControllerConfig {
  const result = decodeConfig(text);
  if (!result.ok) throw new Error(result.error.map(formatProblem).join("\n"));
  return result.value;
}

function problems(text: string): string[] {
  const result = decodeConfig(text);
  return result.ok ? [] : result.error.map(formatProblem);
}

const iter8 = `
defaultResync: 15m
clusterScoped: true
resourceTypes:
  svc:
    Group: ""
    Version: v1
    Resource: services
  service:
    Group: ""
    Version: v1
    Resource: services
  cm:
    Group: ""
    Version: v1
    Resource: configmaps
  deploy:
    Group: apps
    Version: v1
    Resource: deployments
    conditions:
    - Available
  isvc:
    Group: serving.kserve.io
    Version: v1beta1
    Resource: inferenceservices
    conditions:
    - Ready
  vs:
    Group: networking.istio.io
    Version: v1beta1
    Resource: virtualservices
  httproute:
    Group: gateway.networking.k8s.io
    Version: v1beta1
    Resource: httproutes
`;

describe("defaults", () => {
  test("are what the shipped config/controller.yaml says, word for word", async () => {
    const shipped = await readFile(new URL("../../../config/controller.yaml", import.meta.url), "utf8");
    expect(decoded(shipped)).toEqual(defaultConfig());
  });

  test("without a file mean the whole cluster; a file that does not say so means one namespace", () => {
    expect(defaultConfig().clusterScoped).toBe(true);
    expect(decoded("")).toEqual({ ...defaultConfig(), clusterScoped: false });
    expect(decoded("{}").clusterScoped).toBe(false);
    expect(decoded("clusterScoped: true").clusterScoped).toBe(true);
  });

  test("hold workloads and Services, and nothing that is only configuration or a route", () => {
    const held = defaultConfig().kinds.filter((kind) => kind.hold);
    expect(held.map((kind) => kind.shorthand)).toEqual(["deploy", "sts", "svc", "service", "isvc", "ksvc", "rollout"]);
    expect(kindOf(defaultConfig(), "dr")?.carries).toBe(false);
    expect(kindOf(defaultConfig(), "nothing")).toBeUndefined();
  });

  test("keep what gates need of a workload's spec", () => {
    expect(kindOf(defaultConfig(), "deploy")?.specPaths).toEqual(
      expect.arrayContaining(["replicas", "selector", "template.metadata.labels"]),
    );
    expect(kindOf(defaultConfig(), "svc")?.specPaths).toEqual(expect.arrayContaining(["type", "selector", "ports"]));
  });
});

describe("Iter8's config.yaml", () => {
  test("is accepted as it is", () => {
    const config = decoded(iter8);
    expect(config.clusterScoped).toBe(true);
    expect(config.defaultResync).toBe(900_000);
    expect(kindOf(config, "httproute")?.version).toBe("v1beta1");
    expect(kindOf(config, "deploy")).toMatchObject({ conditions: ["Available"], hold: true });
    expect(kindOf(config, "ksvc")).toBeDefined();
  });
});

describe("resources", () => {
  test("lists svc and service once", () => {
    const services = resources(defaultConfig()).filter(
      ({ group, resource }) => group === "" && resource === "services",
    );
    expect(services).toEqual([expect.objectContaining({ shorthands: ["svc", "service"], hold: true, version: "v1" })]);
    expect(resources(defaultConfig())).toHaveLength(defaultConfig().kinds.length - 1);
  });

  test("joins the spec paths of a resource's shorthands", () => {
    const config = decoded("resourceTypes: {svc: {specPaths: [type, ports]}, service: {specPaths: [ports, selector]}}");
    expect(resources(config).find(({ resource, group }) => resource === "services" && group === "")?.specPaths).toEqual(
      ["type", "ports", "selector"],
    );
  });
});

describe("merging", () => {
  test("an entry changes only what it says", () => {
    const config = decoded("resourceTypes: {deploy: {minStable: 10s, ready: object.status.replicas > 1}}");
    expect(kindOf(config, "deploy")).toEqual({
      ...kindOf(defaultConfig(), "deploy"),
      minStable: 10_000,
      ready: "object.status.replicas > 1",
    });
  });

  test("an empty list of conditions asks for none", () => {
    expect(kindOf(decoded("resourceTypes: {isvc: {conditions: []}}"), "isvc")?.conditions).toEqual([]);
  });

  test("a new shorthand gets careful defaults: not held, carries traffic", () => {
    const config = decoded("resourceTypes: {ing: {Group: networking.k8s.io, Version: v1, Resource: ingresses}}");
    expect(kindOf(config, "ing")).toEqual({
      shorthand: "ing",
      group: "networking.k8s.io",
      version: "v1",
      resource: "ingresses",
      conditions: [],
      hold: false,
      carries: true,
      specPaths: [],
    });
  });

  test("a new shorthand of a known resource is like the one that is known", () => {
    const config = decoded("resourceTypes: {deployment: {Group: apps, Version: v1, Resource: deployments}}");
    expect(kindOf(config, "deployment")).toEqual({ ...kindOf(defaultConfig(), "deploy"), shorthand: "deployment" });
  });

  test("a shorthand that is pointed at another resource keeps nothing of what it meant before", () => {
    const config = decoded("resourceTypes: {rollout: {Group: example.com, Version: v1, Resource: rollouts}}");
    expect(kindOf(config, "rollout")).toMatchObject({ group: "example.com", hold: false, specPaths: [] });
    const knative = decoded("resourceTypes: {service: {Group: serving.knative.dev, Version: v1, Resource: services}}");
    expect(kindOf(knative, "service")).toMatchObject({ conditions: ["Ready"], hold: true });
  });

  test("times, limits and classes are merged member by member", () => {
    const config = decoded(`
release: {drain: 1m, minStable: 0}
settle: {gatewayClasses: {mine: 3s, nginx: 1s}, unknownClass: 20s}
limits: {crossNamespace: true, hosts: ["*.example.com"], maxVersions: 3}
outputs: [httproute]
`);
    expect(config.release).toEqual({ ...defaultConfig().release, drain: 60_000, minStable: 0 });
    expect(settleOfClass(config, "mine")).toBe(3000);
    expect(settleOfClass(config, "nginx")).toBe(1000);
    expect(settleOfClass(config, "istio")).toBe(10_000);
    expect(settleOfClass(config, "other")).toBe(20_000);
    expect(settleOfClass(config, undefined)).toBe(20_000);
    expect(settleOfClass(config, "toString")).toBe(20_000);
    expect(config.limits).toEqual({
      crossNamespace: true,
      maxDeadline: 1_800_000,
      maxSettle: 300_000,
      maxVersions: 3,
      hosts: ["*.example.com"],
    });
    expect(config.outputs).toEqual(["httproute"]);
  });

  test("a lower maxDeadline lowers the default deadline too", () => {
    expect(decoded("limits: {maxDeadline: 5m}").release.deadline).toBe(300_000);
  });
});

describe("problems", () => {
  test("wrong case and typing errors are answered with the key that was meant, all at once, with their lines", () => {
    const text = `
clusterscoped: true
resourceTypes:
  deploy:
    group: apps
    Version: v1
    Resouce: deployments
limits:
  maxVersion: 3
`;
    expect(problems(text).sort()).toEqual([
      'clusterscoped (line 2:1): unknown key "clusterscoped"; did you mean "clusterScoped"?',
      'limits.maxVersion (line 9:3): unknown key "maxVersion"; did you mean "maxVersions"?',
      'resourceTypes.deploy.Resouce (line 7:5): unknown key "Resouce"; did you mean "Resource"?',
      'resourceTypes.deploy.group (line 5:5): unknown key "group"; did you mean "Group"?',
    ]);
  });

  test.each([
    ["banana: 1", 'banana (line 1:1): unknown key "banana"; allowed here: defaultResync, clusterScoped,'],
    ["release: {banana: 1}", "allowed here: minStable, settle, drain, deadline, confirmTimeout"],
    ["settle: {gatewayClass: {}}", 'did you mean "gatewayClasses"?'],
    ["[]", "document (line 1:1): expected a map, found a list"],
    ["clusterScoped: 'yes'", 'clusterScoped (line 1:1): expected true or false, found the string "yes"'],
    [
      "defaultResync: 15",
      'defaultResync (line 1:1): expected a duration, found the number 15; write for example "15m"',
    ],
    ["defaultResync: 15x", 'defaultResync (line 1:1): unknown unit "x" in "15x"; write a duration such as'],
    ["release: {drain: -1s}", 'release.drain (line 1:11): "-1s" is negative'],
    ["limits: {maxVersions: 0}", "limits.maxVersions (line 1:10): is below the least allowed, 1"],
    ["limits: {maxVersions: 101}", "limits.maxVersions (line 1:10): is above the most allowed, 100"],
    ["limits: {maxVersions: 1.5}", "limits.maxVersions (line 1:10): expected a whole number, found the number 1.5"],
    ["limits: {hosts: [a_b]}", 'limits.hosts[0] (line 1:18): "a_b" is no host pattern'],
    ["resourceTypes: {deploy: }", "resourceTypes.deploy (line 1:17): expected a map, found nothing"],
    ["resourceTypes: {deploy: {Resource: Deployment}}", '"Deployment" is no resource name; write the plural'],
    ["resourceTypes: {deploy: {Version: apps/v1}}", '"apps/v1" is no API version'],
    ["resourceTypes: {deploy: {specPaths: [spec.replicas]}}", '"spec.replicas" is no path below spec'],
    ["resourceTypes: {'a b': {Version: v1, Resource: as}}", '"a b" is no shorthand'],
    [
      "resourceTypes: {deploi: {hold: true}}",
      'Version and Resource are missing; add Version and Resource, or did you mean "deploy"?',
    ],
    [
      "resourceTypes: {svc: {hold: false}}",
      "svc and service are one resource (services) but differ in hold; give resourceTypes.service the same hold",
    ],
    [
      "resourceTypes: {d2: {Group: apps, Version: v1beta2, Resource: deployments}}",
      "d2 and deploy are one resource (deployments.apps) but differ in Version",
    ],
    ["outputs: [httproutes]", 'outputs[0] (line 1:11): "httproutes" is no known shorthand; did you mean "httproute"?'],
    [
      "release: {deadline: 1h}",
      "release.deadline (line 1:11): is more than limits.maxDeadline; lower it, or raise limits.maxDeadline",
    ],
    ["{release: {settle: 2m}, limits: {maxSettle: 1m}}", "release.settle (line 1:12): is more than limits.maxSettle"],
    ["a: 1\na: 2", "this key is there twice"],
    ["resourceTypes: {__proto__: {hold: true}}", "this key is not allowed"],
    ["resourceTypes: {constructor: {hold: true}}", "this key is not allowed"],
  ])("%s", (text, expected) => {
    expect(problems(text).join("\n")).toContain(expected);
  });

  test.each([
    ["release: {drain: 1; 2}", 'unknown unit "; " in "1; 2"', 'write a duration such as "15m", "1h30m" or "500ms"'],
    ["limits: {hosts: [a; b]}", '"a; b" is no host pattern', 'write a host name, "*.example.com" or "*"'],
    [
      "resourceTypes: {a; b: {Version: v1, Resource: as}}",
      '"a; b" is no shorthand',
      "use letters, digits, dots and dashes",
    ],
  ])("what is wrong stays apart from its fix, whatever was written: %s", (text, message, fix) => {
    const result = decodeConfig(text);
    expect(result.ok ? [] : result.error).toMatchObject([{ message, fix }]);
  });

  test("a shorthand that every object has as a method is still unknown", () => {
    expect(problems("resourceTypes: {toString: {hold: true}}").join()).toContain("is no built-in shorthand");
  });
});
