import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import { formatProblem } from "../../../../src/base/problem.js";
import { builtInKinds } from "../../../../src/config/defaults.js";
import type { DecodeContext } from "../../../../src/routing/decode/context.js";
import type { DecodedRoutemap } from "../../../../src/routing/decode/decodeRoutemap.js";
import { decodeRoutemap } from "../../../../src/routing/decode/decodeRoutemap.js";

const context: DecodeContext = {
  namespace: "shop",
  kinds: new Map(builtInKinds.map((kind) => [kind.shorthand, kind])),
  outputs: ["httproute", "grpcroute", "vs", "dr"],
  limits: { crossNamespace: false, maxVersions: 3, maxDeadline: 1_800_000, maxSettle: 300_000 },
  templateNamespaces: ["shared"],
  scope: "cluster",
};

function decoded(text: string, change: Partial<DecodeContext> = {}): DecodedRoutemap {
  const result = decodeRoutemap(text, { ...context, ...change });
  if (!result.ok) throw new Error(result.error.map(formatProblem).join("\n"));
  return result.value;
}

/** Every problem as one line. */
function problems(text: string, change: Partial<DecodeContext> = {}): readonly string[] {
  const result = decodeRoutemap(text, { ...context, ...change });
  return result.ok ? [] : result.error.map(formatProblem);
}

const version = "versions: [{resources: [{gvrShort: svc, name: app}]}]\n";

const iter8 = `versions:
- weight: 50
  resources:
  - {gvrShort: svc, name: httpbin-0, namespace: shop}
  - {gvrShort: deploy, name: httpbin-0, namespace: shop}
  - {gvrShort: cm, name: weights, namespace: shop}
- resources:
  - gvrShort: svc
    name: httpbin-1
    namespace:
  - gvrShort: cm
    name: weights
routingTemplates:
  blue-green:
    gvrShort: vs
    template: |
      kind: VirtualService
      weight: {{ index .Weights 0 }}
      {{- if gt (index .Weights 1) 0 }}
      more: yes
      {{- end }}
`;

describe("a routemap", () => {
  it("of Iter8 is decoded with its defaults filled in", () => {
    const { routemap, warnings } = decoded(iter8);
    expect(warnings).toEqual([]);
    expect(routemap.versions).toEqual([
      {
        name: "v0",
        weight: 50,
        resources: [
          { kind: "svc", namespace: "shop", name: "httpbin-0" },
          { kind: "deploy", namespace: "shop", name: "httpbin-0" },
          { kind: "cm", namespace: "shop", name: "weights" },
        ],
      },
      {
        name: "v1",
        resources: [
          { kind: "svc", namespace: "shop", name: "httpbin-1" },
          { kind: "cm", namespace: "shop", name: "weights" },
        ],
      },
    ]);
    expect(routemap.release).toEqual({});
    const [template] = routemap.templates;
    expect(template).toMatchObject({ name: "blue-green", kind: "vs", values: {} });
    const text = template?.text.type === "inline" ? template.text : undefined;
    expect(text?.source).toMatch(/^kind: VirtualService\n/);
    expect(text?.compiled.name).toBe("blue-green");
  });

  it("may refer to a template of a ConfigMap of its own namespace, or of a shared one", () => {
    const { routemap } = decoded(`
versions: [{resources: [{gvrShort: deploy, name: app}]}]
routingTemplates:
  own: {gvrShort: vs, templateRef: {name: library, key: istio}, values: {host: a.example}}
  shared: {gvrShort: httproute, templateRef: {name: library, namespace: shared}}
`);
    expect(routemap.templates).toEqual([
      {
        name: "own",
        kind: "vs",
        text: { type: "reference", ref: { namespace: "shop", name: "library", key: "istio" } },
        values: { host: "a.example" },
      },
      {
        name: "shared",
        kind: "httproute",
        text: { type: "reference", ref: { namespace: "shared", name: "library" } },
        values: {},
      },
    ]);
  });

  it("may name versions, give times, expressions and values", () => {
    const { routemap } = decoded(`
versions:
- name: stable_1.2
  weight: 0
  resources: [{gvrShort: deploy, name: app, ready: "object.status.availableReplicas > 1"}]
routingTemplates:
  main: {gvrShort: httproute, template: "{{ .Values.host }}", values: {host: a.example, ports: [80, 443]}}
release: {minStable: 3s, settle: 1m30s, drain: 0, deadline: 10m}
`);
    expect(routemap.versions).toEqual([
      {
        name: "stable_1.2",
        weight: 0,
        resources: [{ kind: "deploy", namespace: "shop", name: "app", ready: "object.status.availableReplicas > 1" }],
      },
    ]);
    expect(routemap.templates[0]?.values).toEqual({ host: "a.example", ports: [80, 443] });
    expect(routemap.release).toEqual({ minStable: 3000, settle: 90_000, drain: 0, deadline: 600_000 });
  });

  it("tells every problem at once, with path, position and fix, in the order of the text", () => {
    const text = `versions:
- wieght: 5
  weight: 1.5
  resources:
  - {gvrShort: deplyo, name: app}
  - {gvrShort: svc, name: App_1, namespace: other}
routingTemplates:
  main:
    gvrShort: svc
    template: "x"
release: {drain: 10}
`;
    expect(problems(text)).toEqual([
      'versions[0].wieght (line 2:3): unknown key "wieght"; did you mean weight?',
      "versions[0].weight (line 3:3): this is 1.5, not an integer from 0 to 1000000; write one",
      'versions[0].resources[0].gvrShort (line 5:6): unknown kind "deplyo"; did you mean deploy?',
      'versions[0].resources[1].name (line 6:21): "App_1" is no name of an object; use lower case letters, digits, - and .',
      "versions[0].resources[1].namespace (line 6:34): resources of other namespaces than shop are not allowed; remove it, or set limits.crossNamespace in the controller's configuration",
      'routingTemplates.main.gvrShort (line 9:5): templates may not write "svc"; use one of httproute, grpcroute, vs, dr, or add it to the outputs of the controller\'s configuration',
      'release.drain (line 11:11): 10 lacks a unit; write "10s" for seconds',
    ]);
  });

  it.each([
    ["", "the routemap is empty"],
    ["- a", "this is a list, not a mapping"],
    ["versions: []", "there is no version; list at least one"],
    ["release: {}", "there is no version"],
    ["versions: {a: 1}", "this is a mapping, not a list"],
    ["versions: [null]", "the version is empty"],
    ["versions: [{resources: [null]}]", "the resource is empty"],
    ["versions: [{resources: [{name: a}]}]", "gvrShort is missing"],
    ["versions: [{resources: [{gvrShort: svc}]}]", "name is missing"],
    ["versions: [{resources: [{gvrShort: svc, name: 1}]}]", "this is a number, not a text; quote it"],
    ["versions: [{weight: '5', resources: []}]", "this is a text, not an integer from 0"],
    ["versions: [{weight: -1}]", "this is -1, not an integer"],
    ["versions: [{weight: 1000001}]", "this is 1000001, not an integer"],
    ["versions: [{name: 'a b'}]", '"a b" is no name of a version'],
    ["versions: [{name: v1}, {}]", 'versions[1].name (line 1:24): versions[0] is called "v1", too'],
    ["versions: [{}, {}, {}, {}]", "there are 4 versions, the controller's configuration allows 3"],
    ["versions: [{resources: [{gvrShort: svc, name: a, namespace: A}]}]", '"A" is no name of a namespace'],
    [
      "versions: [{resources: [{gvrShort: cm, name: a, ready: object.data.x}]}]",
      "object.data.x is not kept of this kind",
    ],
    ["versions: [{resources: [{gvrShort: cm, name: a, ready: '1'}]}]", "gives a int, not a bool"],
    [
      `${version}routingTemplates: {a: {gvrShort: vs, template: x, templateRef: {name: x}}}`,
      "keep one of template and templateRef",
    ],
    [
      `${version}routingTemplates: {a: {gvrShort: vs, templateRef: {name: x, namespace: other}}}`,
      "routingTemplates.a.templateRef.namespace (line 2:61)",
    ],
    [
      `${version}routingTemplates: {a: {gvrShort: vs, templateRef: {name: x, namespace: other}}}`,
      "use one of shop, shared, or add it to templateNamespaces",
    ],
    [`${version}routingTemplates: {a: {gvrShort: vs, templateRef: {key: x}}}`, "name is missing"],
    [`${version}routingTemplates: {a: {gvrShort: vs, templateRef: {name: x, kye: y}}}`, "did you mean key?"],
    [`${version}routingTemplates: {a: {gvrShort: vs}}`, "template is missing"],
    [`${version}routingTemplates: {a: null}`, "the template is empty"],
    [`${version}routingTemplates: {a: {gvrShort: httprout, template: x}}`, "did you mean httproute?"],
    [`${version}routingTemplates: {a: {gvrShort: vs, template: x, values: [1]}}`, "this is a list, not a mapping"],
    [`${version}release: {settle: 5 min}`, 'unknown unit " min"'],
    [`${version}release: {settle: -5s}`, "negative"],
    [`${version}release: {deadline: 0s}`, "a deadline of 0 would release"],
    ["versions: [{a: 1, a: 2}]", "there twice"],
    ["versions: [{__proto__: 1}]", "not allowed"],
  ])("%j is refused", (text, message) => {
    expect(problems(text).join("\n")).toContain(message);
  });

  it("reports an error of a template at its line and column of the document", () => {
    const text = `${version}routingTemplates:
  main:
    gvrShort: vs
    template: |

      kind: VirtualService
      weight: {{ index .Weights 0 }
`;
    const [problem, ...more] = problems(text);
    expect(more).toEqual([]);
    expect(problem).toMatch(/^routingTemplates\.main\.template \(line 8:\d+\): /);
    expect(problem).not.toContain("of the template");
  });

  it("reports an error of a quoted template at its key, with the line of the template", () => {
    const text = `${version}routingTemplates: {main: {gvrShort: vs, template: "a\\n\\n{{ nope }}"}}`;
    expect(problems(text)).toEqual([
      expect.stringMatching(
        /^routingTemplates\.main\.template \(line 2:41\): .*\(line 3, column \d+ of the template\); correct the template there$/,
      ),
    ]);
  });

  it("refuses an object that is listed twice by a version, under whatever shorthand", () => {
    const text = "versions: [{resources: [{gvrShort: svc, name: a}, {gvrShort: service, name: a, namespace: shop}]}]";
    expect(problems(text).join()).toContain('service "a" is already listed by this version');
  });

  it("refuses an object of a held kind that two versions list, and only that", () => {
    const shared = (kind: string): string =>
      `versions: [{resources: [{gvrShort: ${kind}, name: a}]}, {resources: [{gvrShort: ${kind}, name: a}]}]`;
    expect(problems(shared("deploy")).join()).toContain('deploy "a" already belongs to versions[0]');
    expect(problems(shared("cm"))).toEqual([]);
  });

  it("may list resources of other namespaces only where limits and scope allow it", () => {
    const text = "versions: [{resources: [{gvrShort: svc, name: a, namespace: other}]}]";
    const limits = { ...context.limits, crossNamespace: true };
    expect(decoded(text, { limits }).routemap.versions[0]?.resources[0]?.namespace).toBe("other");
    expect(problems(text, { limits, scope: "namespace" }).join()).toContain(
      "the controller sees the namespace shop only",
    );
    expect(problems(text).join()).toContain("are not allowed");
  });

  it("is cut to the administrator's limits, with a warning", () => {
    const { routemap, warnings } = decoded(`${version}release: {settle: 1h, deadline: 2h}`);
    expect(routemap.release).toEqual({ settle: 300_000, deadline: 1_800_000 });
    expect(warnings.map(formatProblem)).toEqual([
      "release.settle (line 2:11): 1h is more than the controller's configuration allows; 5m is used; write 5m or less",
      "release.deadline (line 2:23): 2h is more than the controller's configuration allows; 30m is used; write 30m or less",
    ]);
  });

  it("is warned about a deadline that comes before the proof, and about a version without resources", () => {
    expect(decoded(`${version}release: {drain: 1m, deadline: 10s}`).warnings[0]?.message).toContain(
      "no release can be proven",
    );
    expect(decoded("versions: [{}]").warnings.map(formatProblem)).toEqual([
      "versions[0] (line 1:12): the version lists no resources, so it is always ready and never held; list its workload and Service",
    ]);
  });

  it("of any text is decoded or refused with problems, never with an exception", () => {
    const line = fc.constantFrom(
      ...[
        "versions:",
        "- weight: 5",
        "  resources:",
        "  - {gvrShort: svc, name: a}",
        "  - gvrShort: vs",
        "    name: a",
        "- {}",
      ],
      ...[
        "routingTemplates:",
        "  main:",
        "    gvrShort: vs",
        "    template: |",
        "      {{ .Name }}",
        "      {{ if }}",
        "  a: {}",
      ],
      ...[
        "release: {settle: 1s}",
        "release: 5",
        "null",
        "&a [*a]",
        "? {a: b}",
        "- [",
        "a: b: c",
        "!!js x",
        "---",
        "\t",
        "💥",
      ],
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(line, { maxLength: 12 }).map((lines) => lines.join("\n")),
    );
    fc.assert(
      fc.property(text, (source) => {
        const result = decodeRoutemap(source, context);
        if (result.ok) expect(result.value.routemap.versions.length).toBeGreaterThan(0);
        else expect(result.error.length).toBeGreaterThan(0);
      }),
      { numRuns: 2000 },
    );
  });

  it("of any shape is decoded or refused with problems, never with an exception", () => {
    const keys = fc.constantFrom(
      "versions",
      "weight",
      "resources",
      "gvrShort",
      "name",
      "routingTemplates",
      "template",
      "release",
      "settle",
      "ready",
      "values",
    );
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5 },
        fc.oneof(fc.constantFrom<unknown>(null, "svc", "vs", "a", "1s", true), fc.integer(), fc.string()),
        fc.array(tie("tree"), { maxLength: 3 }),
        fc.dictionary(keys, tie("tree"), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom("versions", "routingTemplates", "release", "routes"), tree),
        (value) => {
          const result = decodeRoutemap(JSON.stringify(value), context);
          if (!result.ok) expect(result.error.every((problem) => problem.message !== "")).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("refuses what would keep everybody else waiting: many templates, routes, resources or dear expressions", () => {
    const many = (count: number, item: (index: number) => string): string =>
      Array.from({ length: count }, (_, index) => item(index)).join(", ");
    const templates = many(51, (i) => `t${i}: {gvrShort: vs, template: x}`);
    expect(problems(`${version}routingTemplates: {${templates}}`)).toContain(
      "routingTemplates (line 2:1): there are 51 templates, 50 are allowed; make several routemaps",
    );
    const routes = many(51, (i) => `{kind: HTTPRoute, name: r${i}, parentRefs: [{name: gw}]}`);
    expect(problems(`${version}routes: [${routes}]`)).toContain(
      "routes (line 2:1): there are 51 routes, 50 are allowed; make several routemaps",
    );
    const resources = many(51, (i) => `{gvrShort: svc, name: s${i}}`);
    expect(problems(`versions: [{resources: [${resources}]}]`)).toEqual([
      "versions[0].resources (line 1:13): there are 51 resources, 50 are allowed; list what has to be ready",
    ]);
    const dear = "object.status.a.all(x, object.status.a.all(y, x == y && x == y && x == y))";
    const gates = many(40, (i) => `{gvrShort: svc, name: s${i}, ready: "${dear}"}`);
    expect(problems(`versions: [{resources: [${gates}]}]`).join("\n")).toMatch(
      /^versions\[0\]\.resources\[\d+\]\.ready \(line 1:\d+\): the expressions of all versions together may take too long; /,
    );
  });
});
