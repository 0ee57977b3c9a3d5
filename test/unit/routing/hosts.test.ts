import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import { forbiddenHost } from "../../../src/routing/hosts.js";

const label = fc.stringMatching(/^[a-z][a-z0-9]{0,3}$/).filter((text) => text !== "svc");
const patterns = fc.option(fc.array(fc.constantFrom("*", "*.example.com", "*.local", "a.b"), { maxLength: 2 }), {
  nil: undefined,
});
const ending = fc.constantFrom("svc", "svc.cluster.local", "svc.example.com", "SVC.cluster.local.");

const refused = (host: string, mesh = false, allowed?: readonly string[]): boolean =>
  forbiddenHost(host, { namespace: "shop", mesh, ...(allowed === undefined ? {} : { patterns: allowed }) }) !==
  undefined;

describe("a host", () => {
  test("that is a Service of another namespace is always refused, one of the own never", () => {
    fc.assert(
      fc.property(label, label, ending, fc.boolean(), patterns, (name, namespace, end, mesh, allowed) => {
        fc.pre(namespace !== "shop");
        expect(refused(`${name}.${namespace}.${end}`, mesh, allowed)).toBe(true);
        expect(refused(`*.${namespace}.${end}`, mesh, allowed)).toBe(true);
        expect(refused(`${name}.shop.${end}`, mesh, allowed)).toBe(false);
        expect(refused(`*.shop.${end}`, mesh, allowed)).toBe(false);
        expect(refused(name, mesh, allowed)).toBe(false);
      }),
    );
  });

  test.each(["*.svc", "*.svc.cluster.local", "*.cluster.local", "*.local", "pod-0.app.other.svc.cluster.local"])(
    "that covers other namespaces' Services, as %s does, is refused",
    (host) => {
      expect(refused(host)).toBe(true);
      expect(refused(host, true, ["*"])).toBe(true);
    },
  );

  test("of two labels is a Service in the mesh and a domain elsewhere", () => {
    expect(refused("app.other")).toBe(false);
    expect(refused("app.other", true)).toBe(true);
    expect(refused("*.other", true)).toBe(true);
    expect(refused("app.shop", true, [])).toBe(false);
    expect(refused("app.shop", false, [])).toBe(true);
    expect(refused("example.com", true)).toBe(true);
    expect(refused("example.com", true, ["*"])).toBe(true);
    expect(refused("example.com", true, ["example.com"])).toBe(false);
    expect(refused("example.com", true, ["*.com"])).toBe(false);
  });

  test("may be everything for a gateway, not for the mesh", () => {
    expect(refused("*")).toBe(false);
    expect(refused("*", false, ["*.example.com"])).toBe(true);
    expect(refused("*", true, ["*"])).toBe(true);
  });

  test("must match a pattern where there are any", () => {
    const allowed = ["*.example.com", "Shop.example.org"];
    for (const host of ["a.example.com", "a.b.EXAMPLE.com", "*.example.com", "*.a.example.com", "shop.example.org"])
      expect(refused(host, false, allowed)).toBe(false);
    for (const host of ["example.com", "badexample.com", "*.com", "a.shop.example.org", "a.example.com.evil.org"])
      expect(refused(host, false, allowed)).toBe(true);
    expect(refused("anything.at.all", false, ["*"])).toBe(false);
    expect(refused("anything.at.all", false, [])).toBe(true);
  });

  test("is refused with its reason", () => {
    const reason = (host: string, mesh: boolean, allowed?: readonly string[]): string | undefined =>
      forbiddenHost(host, { namespace: "shop", mesh, ...(allowed === undefined ? {} : { patterns: allowed }) });
    expect(reason("app.other.svc", false)).toBe("app.other.svc is a Service of the namespace other");
    expect(reason("app.other", true)).toBe("in the mesh, app.other is a Service of the namespace other");
    expect(reason("*.local", false)).toBe("*.local takes the requests of Services of other namespaces");
    expect(reason("a.example.com", false, ["*.example.org", "b.com"])).toBe(
      "a.example.com is none of the hosts that the controller's configuration allows (*.example.org, b.com)",
    );
  });
});
