import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import { arrayAt, numberAt, stringAt } from "../../../../src/base/json.js";
import { formatProblem } from "../../../../src/base/problem.js";
import { fail, ok } from "../../../../src/base/result.js";
import type { KubeObject } from "../../../../src/kube/object.js";
import { chooseTemplate, decodeRouteTemplates } from "../../../../src/routing/decode/decodeRouteTemplates.js";
import type { RouteTemplate } from "../../../../src/routing/decode/decodeRouteTemplates.js";
import { TemplateLibrary } from "../../../../src/routing/templateLibrary.js";
import type { Seen } from "../../../../src/routing/observed.js";
import { reportStatus } from "../../../../src/routing/report.js";
import { PlanWorld } from "../../../support/planWorld.js";
import { versionsOf } from "../../../support/routemaps.js";

const text = (parent: string): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: {{ .Values.route }}}
spec:
  parentRefs: [{name: ${parent}}]
  rules:
  - backendRefs:
{{- range $i, $v := .Versions }}
    - {name: {{ $v.Name }}, port: 80, weight: {{ index $.Weights $i }}}
{{- end }}
`;

function template(key: string, source: string): RouteTemplate {
  const decoded = decodeRouteTemplates({ [key]: source });
  const found = decoded.ok ? decoded.value[0] : undefined;
  if (found === undefined) throw new Error(decoded.ok ? "nothing" : decoded.error.map(formatProblem).join());
  return found;
}

const routemap = `${versionsOf(["v1", 80], ["v2", 20])}
routingTemplates:
  main: {gvrShort: httproute, templateRef: {name: library, key: blue-green}, values: {route: app}}
`;

const key = "default/library/blue-green";

function world(): PlanWorld {
  const made = new PlanWorld(routemap);
  made.up("v1");
  made.up("v2");
  return made;
}

function shares(made: PlanWorld): string {
  const [route] = made.outputs.values();
  const refs = arrayAt(route, "spec", "rules", 0, "backendRefs");
  const parent = stringAt(route, "spec", "parentRefs", 0, "name") ?? "";
  return `${parent}: ${refs.map((ref) => `${stringAt(ref, "name") ?? ""}=${numberAt(ref, "weight") ?? 1}`).join(" ")}`;
}

describe("a routemap that refers to a route template", () => {
  it("renders it with its own values", () => {
    const made = world();
    made.templates.set(key, ok(template("blue-green", text("gw"))));
    made.pass(5000);
    expect(shares(made)).toBe("gw: v1=80 v2=20");
  });

  it("renders anew when the template changes", () => {
    const made = world();
    made.templates.set(key, ok(template("blue-green", text("gw"))));
    made.pass(5000);
    made.templates.set(key, ok(template("blue-green", text("edge"))));
    made.settle();
    expect(shares(made)).toBe("edge: v1=80 v2=20");
  });

  it("says where the template is missing and keeps the live route, but takes traffic from what stops being ready", () => {
    const made = world();
    made.templates.set(key, ok(template("blue-green", text("gw"))));
    made.pass(5000);
    made.templates.set(key, fail({ message: "there is no route template default/library", fix: "create it" }));
    made.settle();
    expect(shares(made)).toBe("gw: v1=80 v2=20");
    expect(reportStatus(made.look(), undefined).conditions).toContainEqual({
      type: "TemplateFailed",
      status: "True",
      reason: "RenderFailed",
      message: "routingTemplates.main.templateRef: there is no route template default/library; create it",
    });
    made.up("v2", false);
    made.settle();
    expect(shares(made)).toBe("gw: v1=80 v2=0");
  });
});

function configMap(resourceVersion: string, data: Record<string, string>): KubeObject {
  const metadata = { name: "library", namespace: "default", uid: "u", resourceVersion };
  return { apiVersion: "v1", kind: "ConfigMap", metadata, data };
}

describe("the library of route templates", () => {
  const ref = { namespace: "default", name: "library" };
  let seen: Seen = { state: "seen", object: undefined };
  const library = new TemplateLibrary(() => seen);

  it("finds a template by its key, and without one the only template", () => {
    seen = { state: "seen", object: configMap("1", { only: "x" }) };
    expect(library.find(ref)).toMatchObject({ ok: true, value: { key: "only", source: "x" } });
    seen = { state: "seen", object: configMap("2", { a: "x", b: "y" }) };
    expect(library.find({ ...ref, key: "b" })).toMatchObject({ ok: true, value: { source: "y" } });
    expect(library.find(ref)).toMatchObject({ ok: false, error: { fix: "write templateRef.key: one of a, b" } });
    expect(library.find({ ...ref, key: "c" })).toMatchObject({
      ok: false,
      error: { message: "route template default/library has no template c", fix: "it has a, b" },
    });
  });

  it("says why there is none: not there, not to be seen, not a template", () => {
    seen = { state: "seen", object: undefined };
    expect(library.find(ref)).toMatchObject({ ok: false, error: { fix: expect.stringContaining("routetemplate") } });
    seen = { state: "unseen", reason: "Forbidden", message: "may not list configmaps" };
    expect(library.find(ref)).toMatchObject({
      ok: false,
      error: { message: "route template default/library cannot be seen: may not list configmaps" },
    });
    seen = { state: "seen", object: configMap("3", { a: "{{ if }}" }) };
    expect(library.find(ref)).toMatchObject({ ok: false, error: { message: expect.stringContaining("data.a") } });
  });

  it("gives a template whose neighbour is wrong", () => {
    seen = { state: "seen", object: configMap("4", { good: "x", bad: "{{ if }}" }) };
    expect(library.find({ ...ref, key: "good" })).toMatchObject({ ok: true });
    expect(library.find({ ...ref, key: "bad" })).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining("data.bad"), fix: "correct the template here" },
    });
  });

  it("chooses without a key exactly where there is one template", () => {
    const keys = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,4}$/), { maxLength: 4 });
    fc.assert(
      fc.property(keys, (all) => {
        const templates = all.map((name) => template(name, "x"));
        expect(chooseTemplate(templates, undefined, "it").ok).toBe(all.length === 1);
        for (const name of all) expect(chooseTemplate(templates, name, "it").ok).toBe(true);
      }),
    );
  });
});
