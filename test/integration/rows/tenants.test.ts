import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { systemClock } from "../../../src/base/clock.js";
import type { ControllerProcess } from "../../support/controllerProcess.js";
import { quickConfig } from "../../support/controllerProcess.js";
import { waitFor } from "../../support/plane/waitFor.js";
import { httpRoutes, Scene, versionsOf, virtualServices } from "../../support/scene.js";

const config = `${quickConfig}limits: {hosts: ["*.example.com"]}\n`;

let scene: Scene;
let controller: ControllerProcess;
beforeAll(async () => {
  scene = await Scene.open("hosts");
  controller = await scene.controller({ config, flags: ["--leader-elect=false"] });
  await scene.deploy("v1");
}, 60_000);
afterAll(async () => scene.close(), 60_000);

const versions = versionsOf(["v1"]);

/** A template of a route of this kind that asks for a host. */
function template(kind: "httproute" | "vs", name: string, host: string, namespace?: string): string {
  const metadata = `metadata: {name: ${name}${namespace === undefined ? "" : `, namespace: ${namespace}`}}`;
  const lines =
    kind === "httproute"
      ? [
          "apiVersion: gateway.networking.k8s.io/v1",
          "kind: HTTPRoute",
          metadata,
          `spec: {hostnames: ["${host}"], rules: [{backendRefs: [{name: v1, port: 80, weight: {{ index .Weights 0 }}}]}]}`,
        ]
      : [
          "apiVersion: networking.istio.io/v1beta1",
          "kind: VirtualService",
          metadata,
          `spec: {hosts: ["${host}"], http: [{route: [{destination: {host: v1}, weight: {{ index .Weights 0 }}}]}]}`,
        ];
  const text = lines.map((line) => `      ${line}`).join("\n");
  return `routingTemplates:\n  main:\n    gvrShort: ${kind}\n    template: |\n${text}\n`;
}

const generated = (name: string, host: string): string =>
  `routes: [{kind: HTTPRoute, name: ${name}, strategy: blue-green, hostnames: ["${host}"], parentRefs: [{name: gateway}]}]\n`;

interface Case {
  readonly title: string;
  readonly spec: (name: string) => string;
  readonly says: string;
}

const cases: readonly Case[] = [
  {
    title: "a Service of another namespace, by an HTTPRoute",
    spec: (name) => template("httproute", name, "bank.payments.svc.cluster.local"),
    says: "is a Service of the namespace payments",
  },
  {
    title: "a Service of another namespace, in the mesh",
    spec: (name) => template("vs", name, "bank.payments"),
    says: "is a Service of the namespace payments",
  },
  {
    title: "every Service of the mesh",
    spec: (name) => template("vs", name, "*"),
    says: "takes the requests of Services of other namespaces",
  },
  {
    title: "a host that the administrator does not allow, by a template",
    spec: (name) => template("httproute", name, "www.bank.org"),
    says: "none of the hosts that the controller's configuration allows",
  },
  {
    title: "a Service of another namespace, by a generated route",
    spec: (name) => generated(name, "bank.payments.svc.cluster.local"),
    says: "is a Service of the namespace payments",
  },
  {
    title: "a host that the administrator does not allow, by a generated route",
    spec: (name) => generated(name, "www.bank.org"),
    says: "none of the hosts that the controller's configuration allows",
  },
  {
    title: "a route in another namespace",
    spec: (name) => template("httproute", name, "app.example.com", "default"),
    says: "metadata.namespace",
  },
];

describe("row 41: a tenant's routemap that asks for", () => {
  it.each(cases.map((item, index) => ({ ...item, index })))("$title is refused", async ({ spec, says, index }) => {
    const name = `foreign-${index}`;
    await scene.routemap(name, versions + spec(name));
    await waitFor(async () => (await scene.conditions(name)).some(({ message }) => message.includes(says)), {
      describe: `${name} to be told "${says}"`,
    });
    const ready = (await scene.conditions(name)).find(({ type }) => type === "Ready");
    expect(ready?.status).toBe("False");
    for (const gvr of [httpRoutes, virtualServices]) {
      expect(await scene.find(gvr, name)).toBeUndefined();
      expect(await scene.admin.find(gvr, { namespace: "default", name })).toBeUndefined();
    }
  });

  it("a host that is allowed gets its route", async () => {
    await scene.routemap("allowed", versions + template("httproute", "allowed", "app.example.com"));
    await scene.untilShares("allowed", "v1=1");
  });
});

describe("row 40: templates that never end", () => {
  const hostile = [
    "{{ range until 30000000 }}{{ end }}",
    "{{ range until 9000 }}{{ range until 9000 }}{{ range until 9000 }}{{ end }}{{ end }}{{ end }}",
    '{{ $s := "a" }}{{ range until 64 }}{{ $s = printf "%s%s" $s $s }}{{ end }}',
    '{{ define "a" }}{{ template "a" . }}{{ end }}{{ template "a" . }}',
  ];

  it("keep the program from answering for less than a second, each and together", async () => {
    const slowest = slowestAnswer();
    await Promise.all(
      hostile.map((text, index) =>
        scene.routemap(
          `hostile-${index}`,
          `${versions}routingTemplates:\n  main:\n    gvrShort: httproute\n    template: |\n      ${text}\n`,
        ),
      ),
    );
    await Promise.all(hostile.map((_, index) => scene.untilCondition(`hostile-${index}`, "TemplateFailed")));
    expect(await slowest.stop()).toBeLessThan(1000);
  });

  /** Asks the program one question after the other until told to stop; returns how long the slowest answer took. */
  function slowestAnswer(): { readonly stop: () => Promise<number> } {
    let isOver = false;
    let slowest = 0;
    const ask = async (): Promise<void> => {
      while (!isOver) {
        const begun = systemClock.monotonic();
        await controller.http("/healthz");
        slowest = Math.max(slowest, systemClock.monotonic() - begun);
      }
    };
    const asking = ask();
    return {
      stop: async () => {
        isOver = true;
        await asking;
        return slowest;
      },
    };
  }
});
