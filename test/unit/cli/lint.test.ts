import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";

import { lintCommand } from "../../../src/cli/lint.js";
import { main } from "../../../src/cli/main.js";
import { captured } from "../../support/captured.js";
import { iter8Text } from "../../support/iter8/fixtures.js";

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

async function lint(words: readonly string[], input = ""): Promise<Ran> {
  const { io, out, err } = captured();
  const code = await main(["lint", ...words], io, [lintCommand(() => Promise.resolve(input))]);
  const lines = err().replaceAll(`${folder}/`, "").split("\n");
  return { code, out: out().replaceAll(`${folder}/`, ""), err: lines.filter((line) => line !== "") };
}

async function file(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text);
  return join(folder, name);
}

const head = `apiVersion: v1
kind: ConfigMap
metadata: {name: app, namespace: shop, labels: {iter8.tools/kind: routemap}}
data:
`;

/** A routemap whose strSpec, a literal block, begins on line 6. */
function routemap(...lines: readonly string[]): string {
  return `${head}  strSpec: |\n${lines.map((line) => `    ${line}\n`).join("")}`;
}

const versions = [
  "versions:",
  "- {resources: [{gvrShort: deploy, name: v1}, {gvrShort: svc, name: v1}]}",
  "- {weight: 3, resources: [{gvrShort: deploy, name: v2}, {gvrShort: svc, name: v2}]}",
];

const templateOf = (...rules: readonly string[]): readonly string[] => [
  ...versions,
  "routingTemplates:",
  "  main:",
  "    gvrShort: httproute",
  "    template: |",
  "      apiVersion: gateway.networking.k8s.io/v1",
  "      kind: HTTPRoute",
  "      metadata: {name: app}",
  "      spec:",
  "        rules:",
  ...rules.map((rule) => `        ${rule}`),
];

const good = routemap(
  ...templateOf(
    "- backendRefs:",
    "  - {name: v1, port: 80, weight: {{ index .Weights 0 }}}",
    "  - {name: v2, port: 80, weight: {{ index .Weights 1 }}}",
  ),
);

describe("a good file", () => {
  test("is told as it was understood, with exit code 0", async () => {
    expect(await lint(["-f", await file("good.yaml", good)])).toEqual({
      code: 0,
      err: [],
      out: `good.yaml: routemap shop/app
  version v0 (primary, weight 1): ready when deploy v1 and svc v1 are
  version v1 (candidate, weight 3): ready when deploy v2 and svc v2 are
  HTTPRoute app (template main), all versions ready: v0 25 %, v1 75 %
`,
    });
  });

  test("may be shipped with the program", async () => {
    const samples = (await readdir("config/samples")).map((name) => `config/samples/${name}`);
    const { code, out, err } = await lint(samples);
    expect({ code, err }).toEqual({ code: 0, err: [] });
    for (const sample of samples) expect(out).toContain(`${sample}: routemap default/`);
    expect(out).not.toContain("no version lists");
  });

  test("may come from a pipe, beside files, in any number and order", async () => {
    const one = await file("one.yaml", good.replace("name: app,", "name: one,"));
    const two = await file("two.yaml", good.replace("name: app,", "name: two,"));
    const { code, out } = await lint(["-f", one, "--file", "-", two], good);
    expect(code).toBe(0);
    expect(out.split("\n").filter((line) => line.includes("routemap"))).toEqual([
      "one.yaml: routemap shop/one",
      "-: routemap shop/app",
      "two.yaml: routemap shop/two",
    ]);
  });

  test("may hold other objects, which are named and left alone", async () => {
    const text = `# chart\n---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\n---\n${good}---\n`;
    const { code, out } = await lint(["-f", "-"], text);
    expect(code).toBe(0);
    expect(out).toContain("-: Service web: not checked, it is no routemap\n-: routemap shop/app\n");
  });

  test("may be a list as kubectl prints it", async () => {
    const item = good.replace(/^/gm, "  ").replace(/^ {2}/, "- ");
    const { code, out } = await lint(["-f", "-"], `apiVersion: v1\nkind: List\nitems:\n${item}`);
    expect({ code, out: out.split("\n")[0] }).toEqual({ code: 0, out: "-: routemap shop/app" });
    const wrong = await lint(["-f", "-"], `kind: List\nitems:\n${item.replace("weight: 3", "weight: 3.5")}`);
    expect(wrong.err).toEqual([
      "-:10:10: versions[1].weight: this is 3.5, not an integer from 0 to 1000000; write one",
    ]);
  });

  test("says what the guard would correct, and while what", async () => {
    const { code, out } = await lint(["-f", "-"], await iter8Text("gateway-blue-green-three", "shop"));
    expect(code).toBe(0);
    expect(out.split("\n").filter((line) => line.includes("guard"))).toEqual([
      "    guard: while v1 is not ready, spec.rules[0].backendRefs[1] would lead to Service shop/httpbin-1; its weight becomes 0",
      "    guard: while v1 is not ready, spec.rules[0].backendRefs[0] would lead to Service shop/httpbin-0; its weight, which is left out, is filled in",
      "    guard: while v1 is not ready, spec.rules[0].backendRefs[2] would lead to Service shop/httpbin-2; its weight, which is left out, is filled in",
      "    guard: while only v0 is ready, spec.rules[0].backendRefs[2] would lead to Service shop/httpbin-2; its weight becomes 0",
    ]);
  });

  test("says what leads to nobody it knows, and what it cannot read", async () => {
    const stranger = templateOf("- backendRefs: [{name: v1, port: 80}, {name: stranger, port: 80}]");
    expect((await lint(["-f", "-"], routemap(...stranger))).out).toContain(
      "note: spec.rules[0].backendRefs[1] leads to a backend that no version lists",
    );
    const delegate = good
      .replace("httproute", "vs")
      .replace("gateway.networking.k8s.io/v1", "networking.istio.io/v1")
      .replace("HTTPRoute", "VirtualService")
      .replace(/ {8}rules:[^]*$/, "        http: [{delegate: {name: x}}]\n");
    expect((await lint(["-f", "-"], delegate)).out).toMatch(
      /VirtualService app \(template main\), all versions ready: cannot be read \(.*\), so a version is let go by time/,
    );
    const subsets = delegate.replace("gvrShort: vs", "gvrShort: dr").replace("VirtualService", "DestinationRule");
    expect((await lint(["-f", "-"], subsets)).out).toContain(
      "DestinationRule app (template main), all versions ready: carries no traffic itself\n",
    );
  });

  test("gets warnings with file, line and column, and still exit code 0", async () => {
    const { code, err } = await lint(["-f", await file("warned.yaml", routemap("versions: [{name: a}]"))]);
    expect({ code, err }).toEqual({
      code: 0,
      err: [
        "warned.yaml:6:16: warning: versions[0]: the version lists no resources, so it is always ready and never held; list its workload and Service",
      ],
    });
  });
});

describe("a bad file", () => {
  test.each<[string, string, string]>([
    ["a key that is misspelt", good.replace("weight: 3", "wieght: 3"), "8:8: versions[1].wieght: "],
    [
      "a kind that is misspelt",
      good.replace("gvrShort: svc, name: v2", "gvrShort: scv, name: v2"),
      "8:62: versions[1].resources[1].gvrShort: ",
    ],
    ["YAML that does not close", good.replace("name: v2}]}", "name: v2}]"), "9:5: data.strSpec: "],
    [
      "a template that does not close",
      good.replace("index .Weights 1 }}}", "index .Weights 1"),
      "12:9: routingTemplates.main.template: unclosed action",
    ],
    [
      "a function that does not exist",
      good.replace("{{ index .Weights 1", "{{ indx .Weights 1"),
      "20:49: routingTemplates.main.template: ",
    ],
    [
      "a manifest of another kind",
      good.replace("kind: HTTPRoute", "kind: TCPRoute"),
      "12:9: routingTemplates.main.template: output line 2, kind: ",
    ],
    [
      "a template that fails with these versions",
      good.replace("index .Weights 1", "index .Weights 2"),
      "12:9: routingTemplates.main.template: ",
    ],
    ["no spec", `${head}  other: x\n`, "4:1: data.strSpec: is missing or no text"],
    ["no name", good.replace("name: app, ", ""), "3:1: metadata.name: is missing; name the ConfigMap"],
    ["a label that is missing", good.replace("iter8.tools/kind: routemap", "app: x"), "3:"],
    ["no document", "---\n# nothing\n", " document: the file has no document"],
    ["no YAML", "a: b: c", "1:"],
  ])("with %s is answered with the place, and exit code 1", async (_, text, expected) => {
    const { code, out, err } = await lint(["-f", await file("bad.yaml", text)]);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err[0]).toContain(`bad.yaml:${expected}`);
  });

  test("with an error in a template names the line and column of the file, wherever the block begins", async () => {
    const wrong = good.replace("{{ index .Weights 1 }}", "{{ nope }}");
    const column = 49;
    const [plain] = (await lint(["-f", "-"], wrong)).err;
    expect(plain).toMatch(new RegExp(`^-:20:${column}: routingTemplates\\.main\\.template: `));
    const [later] = (await lint(["-f", "-"], `---\nkind: Service\n---\n${wrong}`)).err;
    expect(later).toMatch(new RegExp(`^-:23:${column}: `));
    const [blank] = (await lint(["-f", "-"], wrong.replace("strSpec: |\n", "strSpec: | # text\n\n\n"))).err;
    expect(blank).toMatch(new RegExp(`^-:22:${column}: `));
    const [indented] = (await lint(["-f", "-"], wrong.replace("strSpec: |", "strSpec: |2-"))).err;
    expect(indented).toMatch(new RegExp(`^-:20:${column}: `));
    const [windows] = (await lint(["-f", "-"], wrong.replaceAll("\n", "\r\n"))).err;
    expect(windows).toMatch(new RegExp(`^-:20:${column}: `));
  });

  test("whose spec is no literal block is answered with the place of its key", async () => {
    for (const written of ['"versions: [{weight: -1}]"', ">\n    versions:\n\n    - {weight: -1}"]) {
      const { code, err } = await lint(["-f", "-"], `${head}  strSpec: ${written}\n`);
      expect({ code, err: err[0]?.slice(0, 26) }).toEqual({ code: 1, err: "-:5:3: versions[0].weight:" });
    }
  });

  test("tells all problems at once, in the order of the text, and hides no other file", async () => {
    const bad = good.replace("weight: 3", "weight: many").replace("gvrShort: httproute", "gvrShort: svc");
    const { code, out, err } = await lint([await file("bad.yaml", bad), await file("good.yaml", good)]);
    expect(code).toBe(1);
    expect(err.map((line) => line.split(": ").slice(0, 2).join(" "))).toEqual([
      "bad.yaml:8:8 versions[1].weight",
      "bad.yaml:11:9 routingTemplates.main.gvrShort",
    ]);
    expect(out).toContain("good.yaml: routemap shop/app");
  });

  test("that fails in one state of its versions only is found, with that state", async () => {
    const fragile = templateOf(
      "- backendRefs:",
      "  - {name: v1, port: 80, weight: {{ index .Weights 0 }}}",
      "  {{- if eq (index .Weights 1) 0 }}",
      "  - {{ index .Weights 5 }}",
      "  {{- end }}",
    );
    const { code, err } = await lint(["-f", "-"], routemap(...fragile));
    expect(code).toBe(1);
    expect(err[0]).toMatch(
      /routingTemplates\.main\.template: .* \(while v1 is not ready\); correct the template there$/,
    );
  });
});

describe("the command", () => {
  test("without a file, or with one that cannot be read, says so with exit code 1", async () => {
    expect(await lint([])).toEqual({ code: 1, out: "", err: ["pointsman: name a file: pointsman lint -f FILE"] });
    const missing = await lint(["-f", join(folder, "missing.yaml")]);
    expect(missing.code).toBe(1);
    expect(missing.err[0]).toMatch(/^pointsman: cannot read missing\.yaml: .*no such file/);
    expect((await lint(["-f", folder])).code).toBe(1);
  });

  test("knows the kinds and limits of a configuration, and says where that is wrong", async () => {
    const widget = good.replaceAll("gvrShort: deploy", "gvrShort: widget");
    expect((await lint(["-f", "-"], widget)).code).toBe(1);
    const config = "resourceTypes: {widget: {Group: example.com, Version: v1, Resource: widgets}}\n";
    const named = ["--config", await file("config.yaml", config), "-f", "-"];
    expect(await lint(named, widget)).toMatchObject({ code: 0, err: [] });
    const wrong = await lint(["--config", await file("wrong.yaml", "limits:\n  maxVersion: 1\n"), "-f", "-"], good);
    expect(wrong).toMatchObject({ code: 1, out: "" });
    expect(wrong.err[0]).toMatch(/^wrong\.yaml:2:3: limits\.maxVersion: .*maxVersions/);
    const elsewhere = good.replace("{gvrShort: svc, name: v2}", "{gvrShort: svc, name: v2, namespace: other}");
    const narrow = await file("narrow.yaml", "limits: {crossNamespace: true}\n");
    const wide = await file("wide.yaml", "clusterScoped: true\nlimits: {crossNamespace: true}\n");
    expect((await lint(["--config", narrow, "-f", "-"], elsewhere)).err[0]).toContain("sees the namespace shop only");
    expect((await lint(["--config", wide, "-f", "-"], elsewhere)).code).toBe(0);
  });

  test("shows examples of every way to give it a file", async () => {
    const { code, out } = await lint(["--help"]);
    expect(code).toBe(0);
    for (const example of ["-f config/samples/blue-green.yaml", "lint -f -"]) expect(out).toContain(example);
    expect((await readFile("config/samples/blue-green.yaml", "utf8")).length).toBeGreaterThan(0);
  });
});
