import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";

import { lintCommand } from "../../../src/cli/lint.js";
import { main } from "../../../src/cli/main.js";
import { captured } from "../../support/captured.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pointsman-lint-"));
});
afterAll(async () => rm(folder, { recursive: true }));

interface Ran {
  readonly code: number;
  readonly out: string;
  /** Lines on standard error, with the folder left out. */
  readonly err: readonly string[];
}

/** Lints files of these names and texts, all in one run; the first line of a text may be empty. */
async function lint(files: Readonly<Record<string, string>>, ...words: readonly string[]): Promise<Ran> {
  const { io, out, err } = captured();
  const paths = Object.keys(files).map((name) => join(folder, name));
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(folder, name), text)));
  const code = await main(["lint", ...paths, ...words], io, [lintCommand(() => Promise.resolve(""))]);
  const clean = (text: string): string => text.replaceAll(`${folder}/`, "");
  return {
    code,
    out: clean(out()),
    err: clean(err())
      .split("\n")
      .filter((line) => line !== ""),
  };
}

const versions = `versions:
- {name: v1, resources: [{gvrShort: svc, name: v1}]}
- {name: v2, weight: 3, resources: [{gvrShort: svc, name: v2}]}
`;

const refers = (ref: string): string => `${versions}routingTemplates:
  main:
    gvrShort: httproute
    templateRef: ${ref}
    values: {port: 80}
`;

const library = (...lines: readonly string[]): string => `apiVersion: v1
kind: ConfigMap
metadata: {name: blue-green, labels: {iter8.tools/kind: routetemplate}}
data:
  gateway: |
    apiVersion: gateway.networking.k8s.io/v1
    kind: HTTPRoute
    metadata: {name: {{ .Name }}}
    spec:
      rules:
      - backendRefs:
        {{- range $i, $v := .Versions }}
        - {name: {{ $v.Name }}, port: {{ $.Values.port }}, weight: {{ index $.Weights $i }}}
        {{- end }}
${lines.map((line) => `${line}\n`).join("")}`;

describe("a spec that stands alone", () => {
  test("is checked as the routemap it will be, in the namespace that is given", async () => {
    const spec = `${versions}release: {settle: 5s}\n`;
    expect(await lint({ "app.yaml": spec })).toEqual({
      code: 0,
      err: [],
      out: `app.yaml: routemap spec, in the namespace default
  version v1 (primary, weight 1): ready when svc v1 is
  version v2 (candidate, weight 3): ready when svc v2 is
  no routes
  release: settle 5s
`,
    });
    const elsewhere = spec.replace("name: v2}", "name: v2, namespace: shop}");
    expect((await lint({ "app.yaml": elsewhere })).err[0]).toContain("app.yaml:3:");
    expect(await lint({ "app.yaml": elsewhere }, "-n", "shop")).toMatchObject({ code: 0, err: [] });
  });

  test("has its mistakes named by the file's own lines", async () => {
    const { code, err } = await lint({ "app.yaml": `# spec\n---\n${versions}`.replace("weight: 3", "wieght: 3") });
    expect({ code, err }).toEqual({
      code: 1,
      err: ['app.yaml:5:14: versions[1].wieght: unknown key "wieght"; did you mean weight?'],
    });
    expect((await lint({ "two.yaml": `${versions}---\nkind: Service\n` })).err[0]).toContain("several documents");
    expect((await lint({ "app.yaml": versions }, "-n", "No")).err[0]).toContain("--namespace");
  });
});

describe("a route template", () => {
  test("of another file is rendered where a routemap refers to it, in whatever order", async () => {
    const { code, out, err } = await lint({ "app.yaml": refers("{name: blue-green}"), "library.yaml": library() });
    expect({ code, err }).toEqual({ code: 0, err: [] });
    expect(out).toContain("HTTPRoute app (template main), all versions ready: v1 25 %, v2 75 %\n");
    expect(out).toContain("library.yaml: route template default/blue-green\n  gateway: parses\n");
    expect(
      (await lint({ "library.yaml": library(), "map.yaml": refers("{name: blue-green, key: gateway}") })).out,
    ).toContain("HTTPRoute map (template main)");
  });

  test("that is in none of the files is a warning at the reference", async () => {
    for (const [words, what] of [
      [[], "default/blue-green"],
      [["-n", "shop"], "shop/blue-green"],
    ] as const) {
      const { code, out, err } = await lint({ "app.yaml": refers("{name: blue-green}") }, ...words);
      expect({ code, err }).toEqual({
        code: 0,
        err: [
          `app.yaml:7:5: warning: routingTemplates.main.templateRef: route template ${what} is in none of the files, so what it renders was not checked; name its file, too`,
        ],
      });
      expect(out).toContain(`  routingTemplates.main.templateRef: route template ${what} was not rendered\n`);
      expect(out).not.toContain("no routes");
    }
  });

  test("that has no such key, or several and none is named, is an error at the reference", async () => {
    const named = await lint({ "app.yaml": refers("{name: blue-green, key: istio}"), "library.yaml": library() });
    expect({ code: named.code, err: named.err[0] }).toEqual({
      code: 1,
      err: "app.yaml:7:5: routingTemplates.main.templateRef: route template default/blue-green has no template istio; it has gateway",
    });
    const two = await lint({ "app.yaml": refers("{name: blue-green}"), "library.yaml": library("  istio: kind") });
    expect(two.err[0]).toMatch(
      /^app\.yaml:7:5: .* has several templates; write templateRef\.key: one of gateway, istio/,
    );
  });

  test("that is wrong itself is told once, where it stands", async () => {
    const broken = library("  istio: |", "    kind: {{ if }}");
    const { code, err } = await lint({
      "app.yaml": refers("{name: blue-green, key: gateway}"),
      "library.yaml": broken,
    });
    expect(code).toBe(1);
    expect(err).toHaveLength(2);
    expect(err.find((line) => line.includes("warning"))).toContain("is wrong itself");
    expect(err.find((line) => !line.includes("warning"))).toMatch(/^library\.yaml:16:\d+: data\.istio: /);
  });

  test("that fails with a routemap's versions is an error of that routemap", async () => {
    const fails = library().replace("index $.Weights $i", "index $.Weights 7");
    const { code, err } = await lint({ "app.yaml": refers("{name: blue-green}"), "library.yaml": fails });
    expect(code).toBe(1);
    expect(err[0]).toMatch(/^app\.yaml:7:5: routingTemplates\.main\.templateRef: .*\(template line 8, column \d+\)/);
  });
});

describe("a configuration of the controller", () => {
  test("is checked as a file of its own, and told", async () => {
    const { code, out, err } = await lint({ "controller.yaml": await readFile("config/controller.yaml", "utf8") });
    expect({ code, err }).toEqual({ code: 0, err: [] });
    expect(out).toMatch(
      /^controller\.yaml: configuration of the controller\n {2}watches all namespaces\n {2}kinds: deploy, /,
    );
    const wrong = "# mine\nlimits: {maxVersions: 5}\nresourceTypes:\n  deploy:\n    raedy: x\n";
    expect((await lint({ "c.yaml": wrong })).err).toEqual([
      'c.yaml:5:5: resourceTypes.deploy.raedy: unknown key "raedy"; did you mean "ready"?',
    ]);
  });

  test("has its expressions checked, too", async () => {
    const wrong = "clusterScoped: true\nresourceTypes:\n  deploy:\n    ready: object.spec.secret\n";
    expect((await lint({ "c.yaml": wrong })).err[0]).toMatch(/^c\.yaml:4:5: resourceTypes\.deploy\.ready: /);
  });

  const inside = (...lines: readonly string[]): string =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: pointsman}\ndata:\n  config.yaml: |\n${lines.map((line) => `    ${line}\n`).join("")}`;

  test("is found in a ConfigMap, with the lines of the file", async () => {
    expect((await lint({ "cm.yaml": inside("clusterScoped: true") })).out).toContain(
      "cm.yaml: configuration of the controller (ConfigMap pointsman)\n",
    );
    expect((await lint({ "cm.yaml": inside("defaultResync: 15m", "limits:", "  maxVersions: 0") })).err[0]).toMatch(
      /^cm\.yaml:8:7: limits\.maxVersions: /,
    );
  });

  test("of another program is left alone", async () => {
    for (const text of [inside("limits: {}", "server: {port: 80}"), inside("a: b: c"), inside("- x")])
      expect(await lint({ "cm.yaml": text })).toEqual({
        code: 0,
        err: [],
        out: "cm.yaml: ConfigMap pointsman: not checked, it is no routemap\n",
      });
  });
});

describe("a ConfigMap that the API server would refuse", () => {
  const good = `apiVersion: v1
kind: ConfigMap
metadata:
  name: app
  labels: {iter8.tools/kind: routemap}
  annotations: {iter8.tools/paused: "true"}
data:
  strSpec: "versions: [{resources: [{gvrShort: svc, name: a}]}]"
`;

  test.each([
    ['"true"', "true", '6:17: metadata.annotations["iter8.tools/paused"]: is no text; put it in quotes'],
    ["apiVersion: v1", "apiVersion: v2", "1:1: apiVersion: is not that of a ConfigMap; write apiVersion: v1"],
    ["name: app", "name: My App", '4:3: metadata.name: "My App" is no name; use lower case letters, digits, - and .'],
    ["  strSpec", "  number: 7\n  strSpec", "8:3: data.number: is no text; put it in quotes"],
    ["name: app", "name: app\n  namespace: a.b", "5:3: metadata.namespace: is no name of a namespace; use lower case"],
  ])("for %s written as %s is answered with the place", async (written, instead, expected) => {
    expect((await lint({ "good.yaml": good })).code).toBe(0);
    const { code, err } = await lint({ "bad.yaml": good.replace(written, instead) });
    expect({ code, err: err[0]?.startsWith(`bad.yaml:${expected}`) ?? false }).toEqual({ code: 1, err: true });
  });
});

describe("-o json", () => {
  test("tells files, problems and what was understood, with the same exit code", async () => {
    const files = { "app.yaml": refers("{name: blue-green}"), "library.yaml": library() };
    const { code, out, err } = await lint(files, "-o", "json", "-n", "shop");
    expect({ code, err }).toEqual({ code: 0, err: [] });
    expect(JSON.parse(out)).toEqual({
      files: [
        {
          file: "app.yaml",
          problems: [],
          documents: [
            {
              kind: "routemap",
              namespace: "shop",
              versions: [
                { name: "v1", weight: 1, resources: [{ gvrShort: "svc", namespace: "shop", name: "v1" }] },
                { name: "v2", weight: 3, resources: [{ gvrShort: "svc", namespace: "shop", name: "v2" }] },
              ],
              routes: [
                {
                  kind: "HTTPRoute",
                  name: "app",
                  origin: "template main",
                  versions: [
                    { name: "v1", percent: 25, byMatch: false, byMirror: false },
                    { name: "v2", percent: 75, byMatch: false, byMirror: false },
                  ],
                  unlisted: [],
                  corrections: [],
                },
              ],
              notRendered: [],
              release: {},
            },
          ],
        },
        {
          file: "library.yaml",
          problems: [],
          documents: [{ kind: "routetemplate", namespace: "shop", name: "blue-green", keys: ["gateway"] }],
        },
      ],
    });
  });

  test("has errors and warnings as problems with their place", async () => {
    const warned = await lint({ "app.yaml": refers("{name: x}") }, "-o", "json");
    expect(JSON.parse(warned.out)).toMatchObject({
      files: [
        {
          problems: [{ severity: "warning", path: "routingTemplates.main.templateRef", line: 7, column: 5 }],
          documents: [{ notRendered: [{ templateRef: { namespace: "default", name: "x" } }] }],
        },
      ],
    });
    const wrong = await lint({ "app.yaml": versions.replace("weight", "wait") }, "--output", "json");
    expect({ code: wrong.code, err: wrong.err }).toEqual({ code: 1, err: [] });
    expect(JSON.parse(wrong.out)).toMatchObject({
      files: [{ documents: [], problems: [{ severity: "error", path: "versions[1].wait", line: 3 }] }],
    });
  });
});

test("the routemaps of a large cluster are read in one run", async () => {
  const spec = versions.replaceAll("\n", "\n    ").trimEnd();
  const padding = "x".repeat(2000);
  const documents = Array.from({ length: 300 }, (_, index) =>
    [
      "apiVersion: v1",
      "kind: ConfigMap",
      `metadata: {name: app-${index}, labels: {iter8.tools/kind: routemap}, annotations: {padding: ${padding}}}`,
      "data:",
      "  strSpec: |",
      `    ${spec}`,
    ].join("\n"),
  );
  const { code, out } = await lint({ "all.yaml": documents.join("\n---\n") });
  expect(code).toBe(0);
  expect(out).toContain("all.yaml: routemap default/app-299");
});
