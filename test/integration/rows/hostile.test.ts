import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { App } from "../../support/app.js";
import type { ControllerProcess } from "../../support/controllerProcess.js";
import type { Recorder } from "../../support/plane/recorder.js";
import { recordRevisions } from "../../support/plane/recorder.js";
import { waitFor } from "../../support/plane/waitFor.js";
import { configMaps, httpRoutes, Scene, versionsOf, virtualServices } from "../../support/scene.js";

const secrets = { group: "", version: "v1", resource: "secrets" };

let scene: Scene;
let controller: ControllerProcess;
let good: App;
let record: Recorder;
beforeAll(async () => {
  scene = await Scene.open("hostile");
  record = await recordRevisions(scene.admin, scene.namespace, httpRoutes, virtualServices, secrets);
  controller = await scene.controller();
  good = new App(scene, "good");
  await Promise.all([good.whole(), scene.deploy("h1"), scene.deploy("h2")]);
}, 60_000);
afterAll(async () => scene.close(), 60_000);

const versions = versionsOf(["h1", 80], ["h2", 20]);

function templates(...texts: readonly string[]): string {
  const entries = texts.map(
    (text, index) => `  t${index}:\n    gvrShort: httproute\n    template: ${JSON.stringify(text)}\n`,
  );
  return `${versions}routingTemplates:\n${entries.join("")}`;
}

/** An HTTPRoute of this name; `change` is made in its text. */
function manifest(name: string, change: (text: string) => string = (text) => text): string {
  const spec = "spec: {rules: [{backendRefs: [{name: h1, port: 80, weight: {{ index .Weights 0 }}}]}]}";
  return change(`apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: ${name}}\n${spec}\n`);
}

/** Does something with a long text as often as it may. */
function going(call: string): string {
  return `{{ $s := repeat 200000 "A" }}{{ range 100000 }}{{ $x := ${call} $s }}{{ end }}`;
}

const aliases = Array.from(
  { length: 9 },
  (_, level) => `a${level + 1}: &a${level + 1} [${`*a${level}, `.repeat(9)}*a${level}]`,
).join("\n");
const dear = "object.metadata.labels.all(x, object.metadata.labels.all(y, x == y || x != y))";

interface Attack {
  readonly title: string;
  readonly spec: (name: string) => string;
  readonly condition: "SpecInvalid" | "TemplateFailed" | "OutputTaken";
  readonly says: string;
}

const attacks: readonly Attack[] = [
  {
    title: "a route in another namespace",
    spec: (name) => templates(manifest(name, (text) => text.replace("{name", "{namespace: kube-system, name"))),
    condition: "TemplateFailed",
    says: "is not the routemap's namespace",
  },
  {
    title: "a route in another namespace after a good one",
    spec: (name) =>
      templates(
        `${manifest(name)}---\n${manifest(`${name}-b`, (text) => text.replace("{name", "{namespace: default, name"))}`,
      ),
    condition: "TemplateFailed",
    says: "is not the routemap's namespace",
  },
  {
    title: "a Secret",
    spec: (name) => templates(`apiVersion: v1\nkind: Secret\nmetadata: {name: ${name}}\nstringData: {a: b}\n`),
    condition: "TemplateFailed",
    says: '"Secret" is not of httproutes',
  },
  {
    title: "a Gateway, of the same group",
    spec: (name) => templates(manifest(name, (text) => text.replace("HTTPRoute", "Gateway"))),
    condition: "TemplateFailed",
    says: '"Gateway" is not of httproutes',
  },
  {
    title: "a List that holds a Secret",
    spec: (name) =>
      templates(`apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Secret, metadata: {name: ${name}}}]\n`),
    condition: "TemplateFailed",
    says: '"List" is not of httproutes',
  },
  {
    title: "somebody else's route",
    spec: () => templates(manifest("good")),
    condition: "OutputTaken",
    says: "belongs to the routemap with uid",
  },
  {
    title: "a huge output",
    spec: (name) => templates(manifest(name, (text) => `${text}# {{ repeat 70000 "a" }}`)),
    condition: "TemplateFailed",
    says: "larger than 64 KiB",
  },
  {
    title: "a loop without end",
    spec: () => templates("{{ range 9223372036854775807 }}{{ end }}"),
    condition: "TemplateFailed",
    says: "steps",
  },
  {
    title: "a long text that is gone through again and again",
    spec: () => templates(going("swapcase")),
    condition: "TemplateFailed",
    says: "steps",
  },
  {
    title: "a search that goes back and forth",
    spec: () => templates(going('splitList (printf "%sb" (repeat 90000 "A"))')),
    condition: "TemplateFailed",
    says: "steps",
  },
  {
    title: "YAML in a template, with many keys",
    spec: () =>
      templates(
        '{{ $d := dict }}{{ range 900 }}{{ $_ := set $d (printf "k%d" .) 1 }}{{ end }}{{ $y := toYaml $d }}{{ range 900 }}{{ $_ := fromYaml $y }}{{ end }}',
      ),
    condition: "TemplateFailed",
    says: "steps",
  },
  {
    title: "thirty templates that are each just short enough",
    spec: () => templates(...Array.from({ length: 30 }, (_, i) => `{{ range 15000 }}{{ end }}# ${i}`)),
    condition: "TemplateFailed",
    says: "the templates together take more steps than they may",
  },
  {
    title: "a bomb of aliases in the output",
    spec: (name) =>
      templates(manifest(name, (text) => `${text}x:\n  a0: &a0 [x]\n  ${aliases.replaceAll("\n", "\n  ")}\n`)),
    condition: "TemplateFailed",
    says: "alias",
  },
  {
    title: "a bomb of aliases in the text",
    spec: (name) => `a0: &a0 [x]\n${aliases}\n${templates(manifest(name))}`,
    condition: "SpecInvalid",
    says: "alias",
  },
  {
    title: "a prototype in the output",
    spec: (name) => templates(manifest(name, (text) => text.replace("spec: {", "spec: {__proto__: {polluted: 1}, "))),
    condition: "TemplateFailed",
    says: "__proto__",
  },
  {
    title: "a prototype in the text",
    spec: (name) => `${templates(manifest(name))}__proto__: {polluted: 1}\n`,
    condition: "SpecInvalid",
    says: "__proto__",
  },
  {
    title: "a hundred thousand mistakes",
    spec: () => ":\n".repeat(100_000),
    condition: "SpecInvalid",
    says: "signs and words",
  },
  {
    title: "a regular expression that never ends",
    spec: () => versions.replace("name: h1}", () => "name: h1, ready: \"object.metadata.name.matches('(a+)+$')\"}"),
    condition: "SpecInvalid",
    says: "matches() is not supported",
  },
  {
    title: "many dear expressions",
    spec: () =>
      `versions: [{resources: [${Array.from({ length: 50 }, (_, i) => `{gvrShort: svc, name: s${i}, ready: "${dear}"}`).join(", ")}]}]\n`,
    condition: "SpecInvalid",
    says: "the expressions of all versions together may take too long",
  },
];

/**
 * Seconds for which the event loop was held up at most since the last call, and seconds of processor time so far. An
 * attack holds up the loop no longer than either says: on a busy machine a loop is also late without work.
 */
async function usage(): Promise<{ readonly lag: number; readonly cpu: number }> {
  const lag = await controller.metric("nodejs_eventloop_lag_max_seconds");
  return { lag, cpu: await controller.metric("process_cpu_seconds_total ") };
}

describe("row 40: a hostile routemap in a running controller", () => {
  it.each(attacks.map((attack, index) => ({ ...attack, index })))(
    "that asks for $title is refused with a condition, writes nothing and keeps nobody waiting",
    async ({ spec, condition, says, index }) => {
      const name = `attack-${index}`;
      let lag = Infinity;
      for (let go = 0; go < 5 && lag >= 0.1; go += 1) {
        const before = await usage();
        await scene.routemap(name, spec(name));
        await waitFor(
          async () =>
            (await scene.conditions(name)).some(({ type, message }) => type === condition && message.includes(says)),
          { describe: `${name} to be ${condition}: ${says}` },
        );
        const after = await usage();
        lag = Math.min(lag, after.lag, after.cpu - before.cpu);
        await scene.delete(configMaps, name);
      }
      expect(lag).toBeLessThan(0.1);
      expect(await scene.find(httpRoutes, name)).toBeUndefined();
      expect(await scene.admin.find(httpRoutes, { namespace: "kube-system", name })).toBeUndefined();
    },
    60_000,
  );

  it("leaves the others to be served as before: their weights, their readiness, their routes", async () => {
    await scene.routemap("good", good.spec().replace("weight: 20", "weight: 40"));
    await good.untilShares(80, 40);
    await good.setReady(2, false);
    await good.untilShares(80, 0);
    await record.stop();
    const written = new Set(record.revisions.map(({ object }) => `${object.kind}/${object.metadata.name}`));
    expect([...written]).toEqual(["HTTPRoute/good"]);
  }, 60_000);
});
