import { describe, expect, test } from "@jest/globals";

import type { ScopeInput } from "../../../src/cli/scope.js";
import { leaseNamespace, resolveScope } from "../../../src/cli/scope.js";

const wide = { name: "c.yaml", clusterScoped: true };
const narrow = { name: "c.yaml", clusterScoped: false };

describe("resolveScope", () => {
  test.each<[string, ScopeInput, string]>([
    ["no file: the whole cluster", {}, "cluster"],
    ["no file, in a Pod: the whole cluster", { podNamespace: "pm" }, "cluster"],
    ["a file that says clusterScoped", { file: wide, podNamespace: "pm" }, "cluster"],
    ["a file that does not: the Pod's namespace", { file: narrow, podNamespace: "pm" }, "pm"],
    ["--namespace without a file", { namespace: "shop" }, "shop"],
    [
      "--namespace against a file that says clusterScoped",
      { namespace: "shop", file: wide, podNamespace: "pm" },
      "shop",
    ],
    ["--namespace outside a cluster with a narrow file", { namespace: "shop", file: narrow }, "shop"],
  ])("%s", (_, input, expected) => {
    const scope = resolveScope(input);
    expect(scope).toEqual({
      ok: true,
      value: expected === "cluster" ? { kind: "cluster" } : { kind: "namespace", namespace: expected },
    });
  });

  test("a narrow file outside a cluster is an error that names the key and the flag", () => {
    const scope = resolveScope({ file: narrow });
    expect(scope.ok ? "" : scope.error.code).toBe("PM_USAGE");
    const message = scope.ok ? "" : scope.error.message;
    for (const word of ["c.yaml", "clusterScoped: true", "POD_NAMESPACE", "--namespace NAMESPACE"])
      expect(message).toContain(word);
  });

  test.each(["Shop", "a/b", "-a", "a-", "a".repeat(64), "a.b"])("%j is no namespace", (namespace) => {
    expect(resolveScope({ namespace })).toMatchObject({ ok: false, error: { code: "PM_USAGE" } });
  });
});

describe("leaseNamespace", () => {
  test("is that of --namespace, else the Pod's, else pointsman-system", () => {
    expect(leaseNamespace({ namespace: "shop", podNamespace: "pm" })).toBe("shop");
    expect(leaseNamespace({ podNamespace: "pm" })).toBe("pm");
    expect(leaseNamespace({})).toBe("pointsman-system");
  });
});
