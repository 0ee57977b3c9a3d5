import { describe, expect, it } from "@jest/globals";

import { describeWrite, isWrite } from "../../faults/proxy/describeWrite.js";
import type { ProxiedRequest } from "../../faults/proxy/request.js";
import { readRequest } from "../../faults/proxy/request.js";

const json = { "content-type": "application/json", "user-agent": "pointsman/1.0" };

function place({ verb, group, resource, subresource, namespace, name }: ProxiedRequest): string {
  return [verb, group, resource, subresource, namespace, name].join(" ");
}

describe("a request that is read", () => {
  it.each([
    ["GET", "/api/v1/namespaces/shop/services/a", "get  services  shop a"],
    ["GET", "/apis/apps/v1/namespaces/shop/deployments?limit=500", "list apps deployments  shop "],
    ["GET", "/apis/apps/v1/deployments?watch=true&resourceVersion=7", "watch apps deployments   "],
    ["GET", "/api/v1/watch/namespaces/shop", "watch  namespaces   shop"],
    ["GET", "/api/v1/namespaces/shop", "get  namespaces   shop"],
    ["PATCH", "/api/v1/namespaces/shop/status", "patch  namespaces status  shop"],
    ["PATCH", "/apis/apps/v1/namespaces/shop/deployments/a/status", "patch apps deployments status shop a"],
    ["PUT", "/apis/coordination.k8s.io/v1/namespaces/s/leases/l", "update coordination.k8s.io leases  s l"],
    ["DELETE", "/api/v1/namespaces/shop/pods", "deletecollection  pods  shop "],
    ["GET", "/readyz", "other     "],
  ])("%s %s leads to a verb, a resource and an object", (method, path, expected) => {
    expect(place(readRequest(method, path, json, ""))).toBe(expected);
  });

  it("names the manager of the query, else the program", () => {
    const path = "/api/v1/namespaces/shop/configmaps/a";
    expect(readRequest("PATCH", `${path}?fieldManager=us&force=true`, json, "{}").manager).toBe("us");
    expect(readRequest("PATCH", path, json, "{}").manager).toBe("pointsman");
  });

  it("tells the four patches apart, and takes a body that is no JSON for none", () => {
    const path = "/api/v1/namespaces/shop/configmaps/a";
    const apply = { "content-type": "application/apply-patch+yaml" };
    expect(readRequest("PATCH", path, apply, "a: 1")).toMatchObject({ patch: "apply" });
    expect(readRequest("PATCH", path, apply, "a: 1").body).toBeUndefined();
    const merge = { "content-type": "application/merge-patch+json; charset=utf-8" };
    expect(readRequest("PATCH", path, merge, '{"a":1}')).toMatchObject({ patch: "merge", body: { a: 1 } });
  });
});

describe("a write", () => {
  const write = (method: string, path: string, body: unknown, type = "application/apply-patch+yaml"): ProxiedRequest =>
    readRequest(method, path, { "content-type": type }, JSON.stringify(body));

  it("is what asks the server to store something: neither a review nor a dry run", () => {
    expect(isWrite(write("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", {}))).toBe(false);
    expect(isWrite(write("POST", "/api/v1/namespaces/shop/services?dryRun=All", {}))).toBe(false);
    expect(isWrite(write("GET", "/api/v1/namespaces/shop/services", {}))).toBe(false);
    expect(isWrite(write("DELETE", "/api/v1/namespaces/shop/services/a", {}))).toBe(true);
  });

  it("of a route is told by its weights", () => {
    const backendRefs = [{ name: "v1", weight: 80 }, { name: "v2", weight: 0 }, { name: "v3" }];
    const path = "/apis/gateway.networking.k8s.io/v1/namespaces/shop/httproutes/app";
    expect(describeWrite(write("PATCH", path, { spec: { rules: [{ backendRefs }] } }))).toBe("v1=80 v2=0 v3=1");
  });

  it("by JSON Patch is told by what it changes, not by what it tests", () => {
    const operations = [
      { op: "test", path: "/metadata/uid", value: "u" },
      { op: "remove", path: "/metadata/finalizers/0" },
    ];
    const patch = write("PATCH", "/api/v1/namespaces/shop/services/a", operations, "application/json-patch+json");
    expect(describeWrite(patch)).toBe("remove /metadata/finalizers/0");
  });

  it("of an Event is told by its reason and object, of a status by its annotations", () => {
    const event = { reason: "Held", regarding: { kind: "Service", name: "v2" } };
    expect(describeWrite(write("POST", "/apis/events.k8s.io/v1/namespaces/shop/events", event))).toBe(
      "Held of Service/v2",
    );
    const annotations = { "iter8.tools/status": "{}", "iter8.tools/ready": "True" };
    expect(describeWrite(write("PATCH", "/api/v1/namespaces/shop/configmaps/app", { metadata: { annotations } }))).toBe(
      "iter8.tools/ready iter8.tools/status",
    );
  });
});
