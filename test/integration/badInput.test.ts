import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { systemClock } from "../../src/base/clock.js";
import { App } from "../support/app.js";
import { OtherWriters } from "../support/otherWriters.js";
import type { Recorder } from "../support/plane/recorder.js";
import { recordRevisions } from "../support/plane/recorder.js";
import { waitFor } from "../support/plane/waitFor.js";
import type { SeenCondition } from "../support/scene.js";
import { configMaps, httpRoutes, Scene, services, versionsOf } from "../support/scene.js";

const secrets = { group: "", version: "v1", resource: "secrets" };

let scene: Scene;
let others: OtherWriters;
let good: App;
let record: Recorder;
beforeAll(async () => {
  scene = await Scene.open("bad");
  record = await recordRevisions(scene.admin, scene.namespace, httpRoutes, configMaps, secrets);
  others = new OtherWriters(scene);
  await scene.controller();
  good = new App(scene, "good");
  await Promise.all([good.whole(), scene.deploy("bad-v1"), scene.deploy("bad-v2")]);
}, 60_000);
afterAll(async () => scene.close(), 60_000);

const versions = versionsOf(["bad-v1", 80], ["bad-v2", 20]);

/** A routemap's templates: one, of this kind and with these lines. */
function template(gvrShort: string, ...lines: readonly string[]): string {
  const text = lines.map((line) => `      ${line}`).join("\n");
  return `routingTemplates:\n  main:\n    gvrShort: ${gvrShort}\n    template: |\n${text}\n`;
}

/** Lines of a good HTTPRoute. */
function route(name: string): readonly string[] {
  return [
    "apiVersion: gateway.networking.k8s.io/v1",
    "kind: HTTPRoute",
    `metadata: {name: ${name}}`,
    "spec: {rules: [{backendRefs: [{name: bad-v1, port: 80, weight: {{ index .Weights 0 }}}]}]}",
  ];
}

/** Ten aliases of ten aliases, nine levels deep. */
function bomb(...indent: readonly string[]): string {
  const levels = Array.from({ length: 9 }, (_, level) => {
    const items = Array.from({ length: 10 }, () => `*a${level}`).join(", ");
    return `a${level + 1}: &a${level + 1} [${items}]`;
  });
  return ["a0: &a0 [x]", ...levels].map((line) => indent.join("") + line).join("\n");
}

interface Case {
  readonly title: string;
  /** Text of the routemap of this name. */
  readonly spec: (name: string) => string;
  readonly condition: "SpecInvalid" | "TemplateFailed";
  /** What its message says: where it is, and what is wrong. */
  readonly says: readonly string[];
}

const withRoute = (name: string): string => template("httproute", ...route(name));

const specs: readonly Case[] = [
  {
    title: "an unknown key",
    spec: (name) => versions.replace("weight: 20", "wieght: 20") + withRoute(name),
    condition: "SpecInvalid",
    says: ["versions[1].wieght", 'unknown key "wieght"', "weight"],
  },
  {
    title: "an unknown key at the root",
    spec: (name) => `${versions}route: []\n${withRoute(name)}`,
    condition: "SpecInvalid",
    says: ["route ", 'unknown key "route"'],
  },
  {
    title: "versions that are no list",
    spec: (name) => `versions: {v1: 80}\n${withRoute(name)}`,
    condition: "SpecInvalid",
    says: ["versions", "not a list"],
  },
  {
    title: "a weight that is a text",
    spec: (name) => versions.replace("weight: 20", 'weight: "20"') + withRoute(name),
    condition: "SpecInvalid",
    says: ["versions[1].weight", "text"],
  },
  {
    title: "a name that is a number",
    spec: (name) => versions.replace("name: bad-v2}", "name: 5}") + withRoute(name),
    condition: "SpecInvalid",
    says: ["versions[1].resources[0].name", "not a text"],
  },
  {
    title: "a weight above the largest",
    spec: (name) => versions.replace("weight: 20", "weight: 1000001") + withRoute(name),
    condition: "SpecInvalid",
    says: ["versions[1].weight", "1000000"],
  },
  {
    title: "a weight below zero",
    spec: (name) => versions.replace("weight: 20", "weight: -1") + withRoute(name),
    condition: "SpecInvalid",
    says: ["versions[1].weight", "1000000"],
  },
  {
    title: "a resource of two versions",
    spec: (name) => versions.replaceAll("name: bad-v2}", "name: bad-v1}") + withRoute(name),
    condition: "SpecInvalid",
    says: ["versions[1].resources[0]", "already belongs to versions[0]"],
  },
  {
    title: "a kind nobody knows",
    spec: (name) =>
      versions.replace("gvrShort: deploy, name: bad-v2", "gvrShort: deployy, name: bad-v2") + withRoute(name),
    condition: "SpecInvalid",
    says: ["versions[1].resources[0].gvrShort", 'unknown kind "deployy"', "deploy"],
  },
  {
    title: "a template that does not parse",
    spec: () => versions + template("httproute", "kind: {{ if }}"),
    condition: "SpecInvalid",
    says: ["routingTemplates.main.template (line "],
  },
  {
    title: "a template of a kind that is only watched",
    spec: (name) => versions + template("cm", "apiVersion: v1", "kind: ConfigMap", `metadata: {name: ${name}-out}`),
    condition: "SpecInvalid",
    says: ["routingTemplates.main.gvrShort", 'templates may not write "cm"', "httproute"],
  },
  {
    title: "a bomb of aliases",
    spec: (name) => `${bomb()}\n${versions}${withRoute(name)}`,
    condition: "SpecInvalid",
    says: ["alias"],
  },
  {
    title: "a key that is a member of every JavaScript object",
    spec: (name) => versions.replace("weight: 20", "__proto__: {weight: 20}, constructor: {}") + withRoute(name),
    condition: "SpecInvalid",
    says: ["versions[1].__proto__", "versions[1].constructor"],
  },
  {
    title: "a text that is no YAML",
    spec: () => "versions: [}",
    condition: "SpecInvalid",
    says: ["(line 1:"],
  },
  { title: "no text at all", spec: () => "", condition: "SpecInvalid", says: ["the routemap is empty"] },
];

const outputs: readonly Case[] = [
  {
    title: "a loop without an end in sight",
    spec: () => versions + template("httproute", "{{ range until 30000000 }}{{ end }}"),
    condition: "TemplateFailed",
    says: ["routingTemplates.main.template", "template line 1"],
  },
  {
    title: "loops in loops",
    spec: () =>
      versions +
      template(
        "httproute",
        "a: 1",
        "{{ range until 9000 }}{{ range until 9000 }}{{ range until 9000 }}",
        "{{ end }}{{ end }}{{ end }}",
      ),
    condition: "TemplateFailed",
    says: ["routingTemplates.main.template", "steps", "template line 2"],
  },
  {
    title: "a text that doubles",
    spec: () =>
      versions + template("httproute", '{{ $s := "a" }}{{ range until 64 }}{{ $s = printf "%s%s" $s $s }}{{ end }}'),
    condition: "TemplateFailed",
    says: ["routingTemplates.main.template", "steps"],
  },
  {
    title: "a template that calls itself",
    spec: () => versions + template("httproute", '{{ define "a" }}{{ template "a" . }}{{ end }}{{ template "a" . }}'),
    condition: "TemplateFailed",
    says: ["routingTemplates.main.template", "template line 1"],
  },
  {
    title: "an output with a bomb of aliases",
    spec: (name) => versions + template("httproute", ...route(name).slice(0, 3), "spec:", ...bomb("  ").split("\n")),
    condition: "TemplateFailed",
    says: ["routingTemplates.main.template", "output line", "alias"],
  },
  {
    title: "an output of another namespace",
    spec: (name) =>
      versions +
      template(
        "httproute",
        ...route(name).map((line) => line.replace("metadata: {", "metadata: {namespace: kube-system, ")),
      ),
    condition: "TemplateFailed",
    says: ["routingTemplates.main.template", "output line 3, metadata.namespace", "kube-system"],
  },
  {
    title: "an output that is a Secret",
    spec: (name) => versions + template("httproute", "apiVersion: v1", "kind: Secret", `metadata: {name: ${name}-out}`),
    condition: "TemplateFailed",
    says: ["routingTemplates.main.template", "output line 1, apiVersion", "output line 2, kind", "HTTPRoute"],
  },
  {
    title: "an output that says whose it is",
    spec: (name) =>
      versions +
      template(
        "httproute",
        ...route(name).map((line) => line.replace("metadata: {", "metadata: {finalizers: [a/b], ")),
      ),
    condition: "TemplateFailed",
    says: ["routingTemplates.main.template", "metadata.finalizers", "may not set"],
  },
  {
    title: "a good output before a bad one",
    spec: (name) => versions + template("httproute", ...route(name), "---", ...route(name).slice(0, 2), "spec: {}"),
    condition: "TemplateFailed",
    says: ["routingTemplates.main.template", "metadata.name", "has no name"],
  },
  {
    title: "an output that is no YAML",
    spec: () => versions + template("httproute", "kind: [HTTPRoute"),
    condition: "TemplateFailed",
    says: ["routingTemplates.main.template", "output line"],
  },
];

/** The weights of the good app go up and down; each change is a routemap that somebody edits. */
let share = 20;

async function expectGoodIsServed(): Promise<void> {
  share = share === 20 ? 40 : 20;
  const start = systemClock.monotonic();
  await scene.routemap("good", good.spec().replace("weight: 20", `weight: ${share}`));
  await good.untilShares(80, share);
  expect(systemClock.monotonic() - start).toBeLessThan(2500);
}

async function expectNothingOf(name: string): Promise<void> {
  for (const gvr of [httpRoutes, configMaps, secrets])
    for (const written of [name, `${name}-out`].slice(gvr === configMaps ? 1 : 0))
      expect(await scene.find(gvr, written)).toBeUndefined();
  for (const version of ["bad-v1", "bad-v2"]) expect(await scene.held(services, version)).toBe(false);
}

/** Waits until the condition says all of this. */
function untilSays(name: string, { condition, says }: Pick<Case, "condition" | "says">): Promise<SeenCondition> {
  let last = "";
  return waitFor(
    async () => {
      const found = (await scene.conditions(name)).find(({ type }) => type === condition);
      last = found?.message ?? "";
      return says.every((text) => last.includes(text)) ? found : undefined;
    },
    { describe: `${condition} of ${name} to say ${says.join(", ")}` },
  ).catch((error: unknown) => {
    throw new Error(`${String(error)}; it says: ${last}`);
  });
}

describe.each([
  ["row 40: a routemap", specs],
  ["row 40: a template", outputs],
])("%s that is wrong", (kind, cases) => {
  it.each(cases.map((item, index) => ({ ...item, index })))(
    "is told where, and harms nobody: $title",
    async (item) => {
      const name = `bad-${kind === "row 40: a template" ? "template" : "spec"}-${item.index}`;
      await scene.routemap(name, item.spec(name));
      const told = await untilSays(name, item);
      expect(told.status).toBe("True");
      await expectGoodIsServed();
      await others.untilReady(name, "False");
      await others.untilEvent(name, item.condition, item.says[0] ?? "");
      await expectNothingOf(name);
      await scene.delete(configMaps, name);
    },
    60_000,
  );
});

describe("an edit that is wrong", () => {
  it("leaves the last good spec in force, which still moves traffic, until it is corrected", async () => {
    const app = await new App(scene, "edited").whole();
    await others.untilReady("edited", "True");
    await scene.routemap("edited", app.spec().replace("weight: 20", "weight: twenty"));
    await untilSays("edited", { condition: "SpecInvalid", says: ["versions[1].weight"] });
    await others.untilReady("edited", "False");
    await others.untilReported("edited");
    await others.expectQuiet(httpRoutes, "edited");
    expect(await scene.shares("edited")).toBe(app.shares(80, 20));
    await app.setReady(2, false);
    await app.untilShares(80, 0);
    await app.setReady(2, true);
    await app.untilShares(80, 20);
    await scene.routemap("edited", app.spec().replace("weight: 20", "weight: 30"));
    await app.untilShares(80, 30);
    await others.untilReady("edited", "True");
    expect((await scene.conditions("edited")).map(({ type }) => type)).toEqual(["Ready"]);
  }, 60_000);

  it("of a template leaves the live route alone, but for a version that is not ready, until it is corrected", async () => {
    const app = await new App(scene, "retold").whole();
    await others.untilReady("retold", "True");
    await others.untilReported("retold");
    const before = await others.resourceVersion(httpRoutes, "retold");
    await scene.routemap("retold", app.spec().replace("kind: HTTPRoute", "kind: Secret"));
    await untilSays("retold", { condition: "TemplateFailed", says: ["routingTemplates.retold.template", "Secret"] });
    await others.untilReady("retold", "False");
    expect(await others.expectQuiet(httpRoutes, "retold")).toBe(before);
    for (const number of [1, 2]) expect(await app.held(number)).toBe(true);
    await app.setReady(2, false);
    await app.untilShares(80, 0);
    await app.setReady(2, true);
    await app.routemap();
    await app.untilShares(80, 20);
    await others.untilReady("retold", "True");
  }, 60_000);

  it("that empties the routemap keeps its route, too", async () => {
    const app = await new App(scene, "emptied").whole();
    await others.untilReady("emptied", "True");
    await others.untilReported("emptied");
    await scene.patch(configMaps, "emptied", { data: null });
    await untilSays("emptied", { condition: "SpecInvalid", says: ["the routemap is empty"] });
    await others.expectQuiet(httpRoutes, "emptied");
    expect(await scene.shares("emptied")).toBe(app.shares(80, 20));
  }, 60_000);
});

describe("all of this", () => {
  it("never wrote anything but the routes of the good ones", async () => {
    await record.stop();
    const written = record.revisions.filter(({ object }) => {
      const isRoutemap = object.metadata.labels?.["iter8.tools/kind"] === "routemap";
      return !isRoutemap && object.metadata.name !== "kube-root-ca.crt";
    });
    const names = new Set(written.map(({ object }) => `${object.kind}/${object.metadata.name}`));
    expect([...names].sort()).toEqual(
      ["good", "edited", "emptied", "retold"].map((name) => `HTTPRoute/${name}`).sort(),
    );
  });
});
