import { beforeEach, describe, expect, it } from "@jest/globals";

import type { JsonObject } from "../../../../src/base/json.js";
import { before, FactsWorld, routeBody } from "../../../support/clusterFacts.js";

let world: FactsWorld;
beforeEach(() => {
  world = new FactsWorld();
});

describe("a sound installation", () => {
  it("has no finding", () => {
    expect(world.examine()).toEqual([]);
  });

  it("is examined alike twice", () => {
    world.hide("Gateway");
    world.remove("Lease", "pointsman-system/pointsman");
    expect(world.examine()).toEqual(world.examine());
  });
});

describe("who leads", () => {
  const lease = (over: JsonObject, place = "pointsman-system/pointsman"): void => {
    const spec = { holderIdentity: "pod-a", renewTime: before(2), leaseDurationSeconds: 10, ...over };
    world.add("Lease", place, { spec });
  };

  it("is nobody where no Lease was ever taken", () => {
    world.remove("Lease", "pointsman-system/pointsman");
    expect(world.found()).toEqual(["error controllers Lease pointsman"]);
    expect(world.only().message).toContain("1 routemap waits for one");
    world.remove("ConfigMap", "shop/web");
    world.remove("HTTPRoute", "shop/web");
    expect(world.only().severity).toBe("info");
  });

  it("is somebody without election where routemaps have a status all the same", () => {
    world.remove("Lease", "pointsman-system/pointsman");
    world.annotate("ConfigMap", "shop/web", { "iter8.tools/ready": "True" });
    expect(world.found()).toEqual(["info controllers Lease pointsman"]);
    expect(world.only().message).toContain("without election");
  });

  it("is not judged where Leases could not be read", () => {
    world.remove("Lease", "pointsman-system/pointsman");
    world.hide("Lease");
    expect(world.found()).toEqual([]);
  });

  it("is nobody once the Lease was not renewed for longer than it lasts", () => {
    lease({ renewTime: before(10) });
    expect(world.found()).toEqual([]);
    lease({ renewTime: before(11) });
    expect(world.only()).toMatchObject({ severity: "error", object: "Lease pointsman-system/pointsman" });
    expect(world.only().message).toContain("no controller leads for 11s");
    expect(world.only().message).toContain("the last was pod-a");
    expect(world.only().fix).toBe("kubectl -n pointsman-system logs deployment/pointsman --tail=50");
  });

  it("is nobody where the Lease was given back, and a controller of 0 replicas is to be scaled up", () => {
    lease({ holderIdentity: "" });
    world.controller(undefined, [], 0);
    expect(world.only().fix).toBe("kubectl -n pointsman-system scale deployment/pointsman --replicas=1");
  });

  it("is too many where two lead and one of them serves all namespaces", () => {
    lease({}, "shop/pointsman");
    world.controller("shop/pointsman", ["--namespace=$(POD_NAMESPACE)"]);
    expect(world.only()).toMatchObject({ severity: "error", check: "controllers" });
    expect(world.only().fix).toContain("--lease-namespace shop");
  });

  it("may be several where each has a namespace to itself", () => {
    world.controller(undefined, ["--namespace", "other"]);
    lease({}, "shop/pointsman");
    world.controller("shop/pointsman", ["--namespace=$(POD_NAMESPACE)"]);
    expect(world.found()).toEqual([]);
  });

  it("elsewhere is no matter for one namespace, unless that one may serve it too", () => {
    world.over = { namespace: "shop" };
    lease({ renewTime: before(100) }, "other/pointsman");
    world.controller("other/pointsman", ["--namespace=other"]);
    expect(world.found()).toEqual([]);
    world.controller("other/pointsman");
    expect(world.found()).toEqual(["error controllers Lease other/pointsman"]);
  });

  it("is too many with some doubt where one of them was not found", () => {
    lease({}, "far/pointsman");
    expect(world.only()).toMatchObject({ severity: "warning", check: "controllers" });
  });

  it("is everybody where several replicas run without an election", () => {
    world.controller(undefined, ["--leader-elect=false"], 2);
    expect(world.only()).toMatchObject({ severity: "error", object: "Deployment pointsman-system/pointsman" });
  });

  it("starts nowhere with a configuration that is wrong", () => {
    world.over = {
      origin: {
        object: "ConfigMap pointsman-system/pointsman-config",
        problems: [{ path: "a", message: "b", fix: "c" }],
      },
    };
    expect(world.only()).toMatchObject({
      severity: "error",
      check: "controllers",
      object: "ConfigMap pointsman-system/pointsman-config",
    });
  });
});

describe("Iter8's controller", () => {
  const iter8 = (replicas: number, args = ["controllers"], image = "iter8/iter8:1.1"): void => {
    const spec = { containers: [{ image, command: ["/bin/iter8"], args }] };
    world.add("StatefulSet", "iter8/iter8", { spec: { replicas, template: { spec } } });
  };

  it("is an error beside routemaps, with the command that stops it", () => {
    iter8(1);
    expect(world.only()).toMatchObject({ severity: "error", check: "iter8", object: "StatefulSet iter8/iter8" });
    expect(world.only().fix).toBe("kubectl -n iter8 scale statefulset/iter8 --replicas=0");
  });

  it("is recognised by its image from any registry, and by what it runs", () => {
    iter8(1, ["controllers"], "registry.example.com:5000/mirror/iter8@sha256:0123");
    expect(world.found()).toHaveLength(1);
    iter8(1, ["k", "run"]);
    expect(world.found()).toEqual([]);
    iter8(1, ["controllers"], "example.com/not-iter8:1");
    expect(world.found()).toEqual([]);
  });

  it("is no matter once it is scaled down", () => {
    iter8(0);
    expect(world.found()).toEqual([]);
  });

  it("is told of by a route that it wrote after us, wherever it runs", () => {
    const managedFields = [
      { manager: "pointsman", operation: "Apply", time: before(60), fieldsV1: { "f:spec": {} } },
      { manager: "iter8-controller", operation: "Apply", time: before(30), fieldsV1: { "f:spec": {} } },
    ];
    world.add("HTTPRoute", "shop/web", routeBody({}, { managedFields }));
    expect(world.found()).toEqual(["error iter8 HTTPRoute shop/web"]);
  });
});

describe("admission", () => {
  const webhook = (over: JsonObject = {}): void => {
    const rules = [{ apiGroups: ["apps"], resources: ["deployments"], operations: ["UPDATE"] }];
    world.add("MutatingWebhookConfiguration", "injector", {
      webhooks: [{ name: "inject.example.com", rules, ...over }],
    });
  };

  it("without the guard is worth a note, with one that is not bound a warning", () => {
    world.remove("ValidatingAdmissionPolicyBinding", "pointsman-foreground-deletion");
    expect(world.only()).toMatchObject({ severity: "warning", check: "admission" });
    world.remove("ValidatingAdmissionPolicy", "pointsman-foreground-deletion");
    expect(world.only()).toMatchObject({ severity: "info", check: "admission" });
    world.hide("ValidatingAdmissionPolicy");
    expect(world.found()).toEqual([]);
  });

  it("by a webhook that must answer is worth a note where it sees what we write", () => {
    webhook();
    expect(world.only()).toMatchObject({ severity: "info", object: "MutatingWebhookConfiguration injector" });
    expect(world.only().message).toContain("deployments.apps");
    webhook({ failurePolicy: "Ignore" });
    expect(world.found()).toEqual([]);
    webhook({ rules: [{ apiGroups: [""], resources: ["pods"], operations: ["*"] }] });
    expect(world.found()).toEqual([]);
    webhook({ rules: [{ apiGroups: ["*"], resources: ["*"], operations: ["DELETE"] }] });
    expect(world.found()).toEqual([]);
    webhook({ rules: [{ apiGroups: ["*"], resources: ["*"], operations: ["*"] }] });
    expect(world.only().message).toContain("httproutes.gateway.networking.k8s.io");
  });
});

describe("what could not be read", () => {
  it("is told with the verb, the kind and the place", () => {
    world.over = {
      unread: [
        { verb: "list", what: "applications.argoproj.io", problem: "forbidden", matters: "little" },
        { verb: "list", what: "configmaps", namespace: "shop", problem: "forbidden", matters: "much" },
        { verb: "list", what: "gateways", problem: { message: "no answer" }, matters: "little" },
      ],
    };
    expect(world.found()).toEqual([
      "error access configmaps",
      "warning access applications.argoproj.io",
      "warning access gateways",
    ]);
    const [first, second, third] = world.examine();
    expect(first?.message).toContain("you may not list configmaps in shop");
    expect(first?.fix).toContain("kubectl auth can-i list configmaps -n shop");
    expect(second?.fix).toContain("kubectl auth can-i list applications.argoproj.io --all-namespaces");
    expect(third?.message).toBe("cannot list gateways: no answer");
  });
});
