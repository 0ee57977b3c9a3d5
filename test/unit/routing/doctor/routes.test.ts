import { beforeEach, describe, expect, it } from "@jest/globals";

import type { JsonObject } from "../../../../src/base/json.js";
import { FactsWorld, goodPod, routeBody } from "../../../support/clusterFacts.js";

let world: FactsWorld;
beforeEach(() => {
  world = new FactsWorld();
});

describe("a route of ours", () => {
  const managed = (entry: JsonObject): void => {
    world.add("HTTPRoute", "shop/web", routeBody({}, { managedFields: [{ ...entry }] }));
  };
  const rules = { "f:spec": { "f:rules": {}, "f:hostnames": {} } };

  it("that somebody applies is told with who and what, and how to take it over", () => {
    managed({ manager: "argocd-controller", operation: "Apply", fieldsV1: rules });
    expect(world.only()).toMatchObject({ severity: "warning", check: "routes", object: "HTTPRoute shop/web" });
    expect(world.only().message).toBe("argocd-controller applies spec.rules, spec.hostnames");
    expect(world.only().fix).toContain("kubectl -n shop annotate configmap web iter8.tools/adopt=true");
  });

  it("that somebody edited is told with when", () => {
    managed({ manager: "kubectl-edit", operation: "Update", time: "2030-01-01T00:00:00Z", fieldsV1: rules });
    expect(world.only().message).toBe(
      "kubectl-edit has edited spec.rules, spec.hostnames, last at 2030-01-01T00:00:00Z",
    );
  });

  it("may have its status written by anybody, also where the kind has no status of its own", () => {
    managed({ manager: "mesh", operation: "Update", fieldsV1: { "f:status": { "f:conditions": {} } } });
    expect(world.found()).toEqual([]);
  });

  it("may have annotations of others", () => {
    managed({ manager: "dns", operation: "Update", fieldsV1: { "f:metadata": { "f:annotations": { "f:a": {} } } } });
    expect(world.only().severity).toBe("info");
  });

  it("of nobody we know is not looked at", () => {
    managed({ manager: "kubectl", operation: "Apply", fieldsV1: rules });
    world.add("HTTPRoute", "shop/web", {
      ...routeBody(),
      metadata: { managedFields: [{ manager: "kubectl", fieldsV1: rules }] },
    });
    expect(world.found()).toEqual([]);
  });
});

describe("gateways", () => {
  it("that are not there are told, unless they are in a namespace that was not looked at", () => {
    world.remove("Gateway", "shop/gateway");
    expect(world.only()).toMatchObject({ severity: "warning", check: "gateways", object: "HTTPRoute shop/web" });
    world.over = { namespace: "shop" };
    expect(world.found()).toHaveLength(1);
    world.add("HTTPRoute", "shop/web", routeBody({ parentRefs: [{ name: "gateway", namespace: "infra" }] }));
    expect(world.found()).toEqual([]);
  });

  it("are not judged where they could not be read", () => {
    world.remove("Gateway", "shop/gateway");
    world.hide("Gateway");
    expect(world.found()).toEqual([]);
  });

  it("of a class without a settle time are told with the time of the implementation", () => {
    world.add("Gateway", "shop/gateway", { spec: { gatewayClassName: "public" } });
    expect(world.only()).toMatchObject({ severity: "warning", object: "GatewayClass public" });
    expect(world.only().fix).toContain("settle.gatewayClasses.public: DURATION");
    world.add("GatewayClass", "public", { spec: { controllerName: "gateway.nginx.org/nginx-gateway-controller" } });
    expect(world.only().fix).toContain("settle.gatewayClasses.public: 30s, as for nginx");
  });

  it("may be Services, as in a mesh", () => {
    world.add("HTTPRoute", "shop/web", routeBody({ parentRefs: [{ group: "", kind: "Service", name: "web" }] }));
    expect(world.found()).toEqual([]);
  });
});

describe("Argo CD", () => {
  const entry = (group: string, kind: string, name: string): JsonObject => ({ group, kind, namespace: "shop", name });
  const application = (
    spec: JsonObject,
    resources: readonly JsonObject[],
    finalizers: readonly string[] = [],
  ): void => {
    world.add("Application", "argocd/shop", { metadata: { finalizers }, spec, status: { resources } });
  };
  const workload = [entry("apps", "Deployment", "web-v2")];
  const background = ["PrunePropagationPolicy=background"];

  it("that prunes what carries traffic in the foreground is an error, without pruning by itself a warning", () => {
    application({ syncPolicy: { automated: { prune: true } } }, workload);
    expect(world.only()).toMatchObject({ severity: "error", check: "argocd", object: "Application argocd/shop" });
    expect(world.only().fix).toBe("spec.syncPolicy.syncOptions: [PrunePropagationPolicy=background]");
    application({ syncPolicy: { automated: {} } }, workload);
    expect(world.only().severity).toBe("warning");
    application({ syncPolicy: { syncOptions: ["PrunePropagationPolicy=foreground"] } }, workload);
    expect(world.only().severity).toBe("warning");
  });

  it("that prunes in the background is fine", () => {
    application({ syncPolicy: { automated: { prune: true }, syncOptions: background } }, workload);
    expect(world.found()).toEqual([]);
  });

  it("that manages nothing of routemaps is nobody's business", () => {
    application({ syncPolicy: { automated: { prune: true } } }, [entry("apps", "Deployment", "other")]);
    expect(world.found()).toEqual([]);
  });

  it("that deploys to another cluster does not mean the object here, unless that is tracked", () => {
    const destination = { server: "https://elsewhere.example.com" };
    application({ destination }, workload);
    expect(world.found()).toEqual([]);
    const annotations = { "argocd.argoproj.io/tracking-id": "shop:apps/Deployment:shop/web-v2" };
    world.app("web-v2", goodPod, { labels: { "iter8.tools/watch": "true" }, annotations });
    expect(world.found()).toHaveLength(1);
    application({ destination: { server: "https://kubernetes.default.svc" } }, workload);
    expect(world.found()).toHaveLength(1);
  });

  it("that is deleted in the foreground is told", () => {
    application({ syncPolicy: { syncOptions: background } }, workload, ["resources-finalizer.argocd.argoproj.io"]);
    expect(world.only().fix).toBe("metadata.finalizers: [resources-finalizer.argocd.argoproj.io/background]");
    application({ syncPolicy: { syncOptions: background } }, workload, [
      "resources-finalizer.argocd.argoproj.io/background",
    ]);
    expect(world.found()).toEqual([]);
  });

  it("that replaces objects is told", () => {
    application({ syncPolicy: { syncOptions: [...background, "Replace=true"] } }, workload);
    expect(world.only().fix).toContain("ServerSideApply=true");
  });

  it("that has a route of ours in Git is told, unless it ignores what is ours", () => {
    const route = [entry("gateway.networking.k8s.io", "HTTPRoute", "web")];
    application({}, route);
    expect(world.only()).toMatchObject({ severity: "warning", check: "argocd" });
    const group = "gateway.networking.k8s.io";
    application({ ignoreDifferences: [{ group, kind: "HTTPRoute", managedFieldsManagers: ["pointsman"] }] }, route);
    expect(world.found()).toEqual([]);
    application({ ignoreDifferences: [{ group, kind: "GRPCRoute", managedFieldsManagers: ["pointsman"] }] }, route);
    expect(world.found()).toHaveLength(1);
    application({ ignoreDifferences: [{ group: "*", kind: "*", jsonPointers: ["/spec/rules"] }] }, route);
    expect(world.found()).toEqual([]);
  });
});
