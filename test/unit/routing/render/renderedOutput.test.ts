import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import { formatProblem } from "../../../../src/base/problem.js";
import type { RenderedManifest } from "../../../../src/routing/render/renderedOutput.js";
import { decodeOutput, maxOutput } from "../../../../src/routing/render/renderedOutput.js";
import { kindNamed } from "../gates/objects.js";

const context = { path: "routingTemplates.main.template", namespace: "shop", kind: kindNamed("httproute") };
const head = "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\n";
const route = (metadata: string): string => `${head}metadata: ${metadata}\n`;

function manifests(text: string, change: Partial<typeof context> = {}): readonly RenderedManifest[] {
  const result = decodeOutput(text, { ...context, ...change });
  if (!result.ok) throw new Error(result.error.map(formatProblem).join("\n"));
  return result.value;
}

function problems(text: string): readonly string[] {
  const result = decodeOutput(text, context);
  return result.ok ? [] : result.error.map(formatProblem);
}

describe("the output of a template", () => {
  it("is read as manifests, empty documents left out", () => {
    const text = `---\n---\n${route("{name: a}")}spec: {x: 1}\n---\n\n---\n${route("{name: b, namespace: shop}")}`;
    expect(manifests(text)).toEqual([
      {
        apiVersion: "gateway.networking.k8s.io/v1",
        kind: "HTTPRoute",
        name: "a",
        body: {
          apiVersion: "gateway.networking.k8s.io/v1",
          kind: "HTTPRoute",
          metadata: { name: "a" },
          spec: { x: 1 },
        },
      },
      expect.objectContaining({ name: "b" }),
    ]);
  });

  it("may be fifty objects, and no more", () => {
    const many = (count: number): string =>
      Array.from({ length: count }, (_, index) => route(`{name: a${index}}`)).join("---\n");
    expect(manifests(many(50))).toHaveLength(50);
    expect(problems(many(51))).toEqual([
      "routingTemplates.main.template: the output has 51 objects, 50 are allowed; make several routemaps",
    ]);
  });

  it.each(["", " \n\t\n", "\n---\n", "# nothing\n"])("may be nothing: %j", (text) => {
    expect(manifests(text)).toEqual([]);
  });

  it("may be of any version of the template's group", () => {
    expect(manifests(route("{name: a}").replace("/v1", "/v1beta1"))[0]?.apiVersion).toBe(
      "gateway.networking.k8s.io/v1beta1",
    );
  });

  it("may be of a kind that the administrator added, with the plural that Kubernetes would guess", () => {
    const text = "apiVersion: traffic.example/v1\nkind: Policy\nmetadata: {name: a}\n";
    const kind = kindNamed("vs", { shorthand: "pol", group: "traffic.example", resource: "policies" });
    expect(manifests(text, { kind })[0]?.kind).toBe("Policy");
    const other = { ...kind, resource: "policys" };
    expect(decodeOutput(text, { ...context, kind: other }).ok).toBe(false);
    const core = kindNamed("cm");
    expect(manifests("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}", { kind: core })).toHaveLength(1);
  });

  it.each([
    [
      "kind: HTTPRoute\nmetadata: {name: a}",
      "output line 1, apiVersion: the manifest has no apiVersion; write apiVersion: gateway.networking.k8s.io/v1",
    ],
    [
      "apiVersion: v1\nkind: HTTPRoute\nmetadata: {name: a}",
      '"v1" is no version of the group that gvrShort httproute stands for',
    ],
    ["apiVersion: gateway.networking.k8s.io/\nkind: HTTPRoute\nmetadata: {name: a}", "is no version of the group"],
    ["apiVersion: gateway.networking.k8s.io/v1/x\nkind: HTTPRoute\nmetadata: {name: a}", "is no version of the group"],
    [
      "apiVersion: gateway.networking.k8s.io/v1\nmetadata: {name: a}",
      "the manifest has no kind, which gvrShort httproute stands for; write kind: HTTPRoute, or change gvrShort",
    ],
    ["apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: a}", '"Gateway" is not of httproutes'],
    [
      "apiVersion: gateway.networking.k8s.io/v1\nkind: httproute\nmetadata: {name: a}",
      '"httproute" is not of httproutes',
    ],
    [head, "the manifest has no name"],
    [route("{name: ''}"), "the manifest has no name"],
    [route("{name: 7}"), "the manifest has no name"],
    [route("{name: A/b}"), '"A/b" is no name of an object'],
    [route("{name: a, namespace: other}"), '"other" is not the routemap\'s namespace; remove it or write shop'],
    [route("{name: a, namespace: null}"), "null is not the routemap's namespace"],
    [route("{name: a, uid: x}"), "output line 3, metadata.uid: a template may not set this; remove it"],
    [route("{name: a, resourceVersion: '1'}"), "metadata.resourceVersion: a template may not set this"],
    [route("{name: a, generateName: a-}"), "metadata.generateName: a template may not set this"],
    [route("{name: a, ownerReferences: []}"), "metadata.ownerReferences: a template may not set this"],
    [route("{name: a, finalizers: [x]}"), "metadata.finalizers: a template may not set this"],
    [route("{name: a, managedFields: []}"), "metadata.managedFields: a template may not set this"],
    [`${route("{name: a}")}status: {}`, "status: a template may not set this"],
    [route("{name: a, labels: {app: 1}}"), "metadata.labels.app: this is to be text; quote it"],
    [route("{name: a, annotations: [x]}"), "metadata.annotations: this is to be a mapping"],
    [`${route("{name: a}")}---\n${route("{name: a}")}`, 'output line 7, metadata.name: "a" is there twice'],
    ["- a", "a manifest is to be a mapping"],
    ["a: [", "output line 1"],
    [`${route("{name: a}")}spec: {__proto__: {a: 1}}`, "this key is not allowed"],
    [`${route("{name: a}")}spec: {constructor: 1}`, "this key is not allowed"],
  ])("%j is refused, with the place", (text, message) => {
    const found = problems(text);
    expect(found.join("\n")).toContain(message);
    expect(found.every((problem) => problem.startsWith("routingTemplates.main.template: output"))).toBe(true);
  });

  it("may have 64 KiB and no more", () => {
    const text = route("{name: a}");
    const full = `${text}#${"x".repeat(maxOutput - text.length - 1)}`;
    expect(manifests(full)).toHaveLength(1);
    expect(problems(`${full}x`)).toEqual([
      "routingTemplates.main.template: the output is larger than 64 KiB; make several routemaps",
    ]);
  });

  it("is read or refused, never with an exception, and what is read is always the template's kind and namespace", () => {
    const line = fc.constantFrom(
      ...["apiVersion: gateway.networking.k8s.io/v1", "kind: HTTPRoute", "metadata:", "  name: a", "  namespace: shop"],
      ...[
        "  namespace: x",
        "  uid: u",
        "  labels: {a: b}",
        "spec: {}",
        "status: {}",
        "---",
        "- a",
        "<<: *a",
        "{{",
        "'",
      ],
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(line).map((lines) => lines.join("\n")),
    );
    fc.assert(
      fc.property(text, (output) => {
        const result = decodeOutput(output, context);
        if (!result.ok) expect(result.error.length).toBeGreaterThan(0);
        else
          for (const { kind, name, body } of result.value) {
            expect([kind, body["kind"], body["status"]]).toEqual(["HTTPRoute", "HTTPRoute", undefined]);
            expect(body["metadata"]).toMatchObject({ name });
          }
      }),
      { numRuns: 2000 },
    );
  });
});
