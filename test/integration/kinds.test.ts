import { randomBytes } from "node:crypto";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { systemClock } from "../../src/base/clock.js";
import type { JsonObject } from "../../src/base/json.js";
import { arrayAt, numberAt } from "../../src/base/json.js";
import type { KubeObject } from "../../src/kube/object.js";
import type { GroupVersionResource } from "../../src/kube/resource.js";
import { apiVersionOf } from "../../src/kube/resource.js";
import { InferenceServices } from "../../src/sandbox/workloads/inferenceServices.js";
import { KnativeServices } from "../../src/sandbox/workloads/knativeServices.js";
import { Rollouts } from "../../src/sandbox/workloads/rollouts.js";
import type { StandIn } from "../../src/sandbox/workloads/standIn.js";
import { quickConfig } from "../support/controllerProcess.js";
import { recordRevisions } from "../support/plane/recorder.js";
import { waitFor } from "../support/plane/waitFor.js";
import { httpRoutes, routeTemplate, Scene, services, versionsOf, virtualServices } from "../support/scene.js";

const definitions = { group: "apiextensions.k8s.io", version: "v1", resource: "customresourcedefinitions" };
const watched = { "iter8.tools/watch": "true" };
const names = ["v1", "v2"] as const;

/** One kind of workload: how it is listed, made, routed to, and whose stand-in makes it ready. */
interface Case {
  readonly what: string;
  readonly app: string;
  readonly shorthand: string;
  readonly gvr: GroupVersionResource;
  readonly kind: string;
  readonly standIn: (scene: Scene) => StandIn;
  readonly annotations?: JsonObject;
  readonly spec: JsonObject;
  readonly route: GroupVersionResource;
  /** Text of routingTemplates for two versions of these names. */
  readonly template: (app: string, namespace: string) => string;
  /** Each version lists a Service of its name too. */
  readonly withService?: boolean;
}

const isvcs = { group: "serving.kserve.io", version: "v1beta1", resource: "inferenceservices" };
const model = { predictor: { minReplicas: 0, model: { modelFormat: { name: "sklearn" }, storageUri: "gs://a/b" } } };
const podSpec = { containers: [{ name: "app", image: "example.com/app:1" }] };
const mode = (name: string): JsonObject => ({ "serving.kserve.io/deploymentMode": name });
const common = (scene: Scene): ConstructorParameters<typeof Rollouts>[0] => ({
  api: scene.plane.adminApi,
  clock: systemClock,
  namespace: scene.namespace,
});
const isvcCase = { shorthand: "isvc", gvr: isvcs, kind: "InferenceService", spec: model } as const;
const forKserve = { ...isvcCase, standIn: (scene: Scene): StandIn => new InferenceServices(common(scene)) };

const cases: readonly Case[] = [
  {
    ...forKserve,
    what: "a serverless InferenceService",
    app: "less",
    annotations: mode("Serverless"),
    route: virtualServices,
    template: (app, namespace) =>
      virtualService(app, (name) => [
        "destination: {host: knative-local-gateway.istio-system.svc.cluster.local}",
        `headers: {request: {set: {Host: ${name}-predictor.${namespace}.svc.cluster.local}}}`,
      ]),
  },
  {
    ...forKserve,
    what: "a raw InferenceService",
    app: "raw",
    annotations: mode("RawDeployment"),
    route: httpRoutes,
    template: (app) => routeTemplate(app, `${app}-v1-predictor`, `${app}-v2-predictor`),
  },
  {
    ...forKserve,
    what: "an InferenceService of ModelMesh",
    app: "mesh",
    annotations: mode("ModelMesh"),
    route: virtualServices,
    template: (app, namespace) =>
      virtualService(app, (name) => [
        `destination: {host: modelmesh-serving.${namespace}.svc.cluster.local, port: {number: 8033}}`,
        `headers: {request: {set: {mm-vmodel-id: ${name}}}}`,
      ]),
  },
  {
    what: "a Knative Service",
    app: "knative",
    shorthand: "ksvc",
    gvr: { group: "serving.knative.dev", version: "v1", resource: "services" },
    kind: "Service",
    standIn: (scene) => new KnativeServices(common(scene)),
    spec: { template: { spec: podSpec } },
    route: virtualServices,
    template: (app) => virtualService(app, (name) => [`destination: {host: ${name}}`]),
    withService: true,
  },
  {
    what: "an Argo Rollout",
    app: "argo",
    shorthand: "rollout",
    gvr: { group: "argoproj.io", version: "v1alpha1", resource: "rollouts" },
    kind: "Rollout",
    standIn: (scene) => new Rollouts(common(scene)),
    spec: { replicas: 2, selector: { matchLabels: { app: "a" } }, workloadRef: { kind: "Deployment", name: "a" } },
    route: httpRoutes,
    template: (app) => routeTemplate(app, `${app}-v1`, `${app}-v2`),
    withService: true,
  },
];

function virtualService(app: string, destination: (name: string) => readonly string[]): string {
  const shares = names.map((version, index) =>
    [
      `          - weight: {{ index .Weights ${index} }}`,
      ...destination(`${app}-${version}`).map((line) => `            ${line}`),
    ].join("\n"),
  );
  return `routingTemplates:
  ${app}:
    gvrShort: vs
    template: |
      apiVersion: networking.istio.io/v1beta1
      kind: VirtualService
      metadata: {name: ${app}}
      spec:
        hosts: [${app}.example.com]
        http:
        - route:
${shares.join("\n")}
`;
}

/** Weights of a route's first rule, "" while there is none. */
function weights(route: KubeObject | undefined): string {
  const refs = [...arrayAt(route, "spec", "rules", 0, "backendRefs"), ...arrayAt(route, "spec", "http", 0, "route")];
  return refs.map((ref) => numberAt(ref, "weight")).join("/");
}

describe("the candidate", () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await Scene.open("kinds");
    await scene.controller();
  }, 60_000);
  afterAll(async () => scene.close(), 60_000);

  async function untilWeights({ route, app }: Case, wanted: string): Promise<void> {
    let last = "";
    await waitFor(async () => (last = weights(await scene.find(route, app))) === wanted, {
      describe: `the route ${app} to have the weights ${wanted}`,
      timeoutMs: 15_000,
    }).catch((error: unknown) => {
      throw new Error(`${String(error)}; it has ${last}`);
    });
  }

  async function make(the: Case, version: string): Promise<void> {
    const name = `${the.app}-${version}`;
    const { annotations = {}, spec, kind } = the;
    const metadata = { name, labels: watched, annotations };
    await scene.apply(the.gvr, { apiVersion: apiVersionOf(the.gvr), kind, metadata, spec });
    if (the.withService !== true) return;
    const ports = [{ port: 80 }];
    await scene.apply(services, {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name, labels: watched },
      spec: { ports },
    });
  }

  function spec(the: Case): string {
    const lines = names.map((version, index) => {
      const name = `${the.app}-${version}`;
      const service = the.withService === true ? `, {gvrShort: svc, name: ${name}}` : "";
      const resources = `[{gvrShort: ${the.shorthand}, name: ${name}}${service}]`;
      return `- {name: ${name}, weight: ${[80, 20][index] ?? 1}, resources: ${resources}}`;
    });
    return `versions:\n${lines.join("\n")}\n${the.template(the.app, scene.namespace)}`;
  }

  it.each(cases)(
    "that is $what gets its share when it is ready, loses it when it is not, and goes after its traffic",
    async (the) => {
      const candidate = `${the.app}-v2`;
      const standIn = the.standIn(scene);
      try {
        standIn.start();
        await standIn.setReady(scene.namespace, candidate, false);
        await scene.routemap(the.app, spec(the));
        await Promise.all(names.map((version) => make(the, version)));
        await untilWeights(the, "80/0");
        expect(await scene.held(the.gvr, candidate)).toBe(false);
        await standIn.setReady(scene.namespace, candidate, true);
        await untilWeights(the, "80/20");
        expect(await scene.held(the.gvr, candidate)).toBe(true);
        await standIn.setReady(scene.namespace, candidate, false);
        await untilWeights(the, "80/0");
        await standIn.setReady(scene.namespace, candidate, true);
        await untilWeights(the, "80/20");
        await expectTrafficFirst(the, candidate);
      } finally {
        await standIn.stop();
      }
    },
    60_000,
  );

  /** Deletes the candidate: it is held until its weight 0 is stored, and then gone. */
  async function expectTrafficFirst(the: Case, candidate: string): Promise<void> {
    const record = await recordRevisions(scene.admin, scene.namespace, the.gvr, the.route);
    await scene.delete(the.gvr, candidate);
    await scene.untilGone(the.gvr, candidate);
    await record.stop();
    const gone = record.revisions.find((r) => r.type === "DELETED" && r.object.metadata.name === candidate);
    const back = record.revisions.find((r) => r.object.metadata.name === the.app && weights(r.object) === "80/0");
    expect(back?.stored).toBeLessThan(gone?.stored ?? 0);
    expect(weights(await scene.find(the.route, the.app))).toBe("80/0");
  }
});

describe("a kind of the user's own with an expression, whose CRD comes after the controller", () => {
  const group = `g${randomBytes(4).toString("hex")}.example.com`;
  const gauges = { group, version: "v1", resource: "gauges" };
  let scene: Scene;
  beforeAll(async () => {
    scene = await Scene.open("own-kind");
    const ready = "object.status.level > object.spec.least";
    const config = `${quickConfig}
resourceTypes:
  gauge: {Group: ${group}, Version: v1, Resource: gauges, hold: true, specPaths: [least], ready: ${ready}}
`;
    await (await scene.account()).allow(gauges, ["get", "list", "watch", "patch"]);
    await scene.controller({ config });
  }, 60_000);
  afterAll(async () => {
    await scene.admin.delete(definitions, { name: `gauges.${group}` });
    await scene.close();
  }, 60_000);

  const setLevel = (level: number): Promise<KubeObject> =>
    scene.admin.patch(
      gauges,
      { namespace: scene.namespace, name: "v2" },
      { status: { level } },
      { subresource: "status" },
    );

  it("is judged by it, held and released", async () => {
    const listed = versionsOf(["v1", 80], ["v2", 20]).replace("deploy, name: v2", "gauge, name: v2");
    await scene.routemap("app", listed + routeTemplate("app", "v1", "v2"));
    await Promise.all(names.map((name) => scene.deploy(name)));
    await scene.untilShares("app", "v1=80 v2=0");
    await scene.admin.apply(definitions, { name: `gauges.${group}` }, definition(group));
    await waitFor(async () => (await scene.admin.request("GET", `/apis/${group}/v1/gauges`)).status === 200, {
      describe: "gauges to be served",
      timeoutMs: 20_000,
    });
    const metadata = { name: "v2", labels: watched };
    await scene.apply(gauges, { apiVersion: `${group}/v1`, kind: "Gauge", metadata, spec: { least: 5 } });
    await setLevel(6);
    await scene.untilShares("app", "v1=80 v2=20", 40_000);
    expect(await scene.held(gauges, "v2")).toBe(true);
    await setLevel(5);
    await scene.untilShares("app", "v1=80 v2=0");
    await scene.delete(gauges, "v2");
    await scene.untilGone(gauges, "v2");
    expect(await scene.shares("app")).toBe("v1=80 v2=0");
  }, 90_000);
});

function definition(group: string): JsonObject & { readonly metadata: JsonObject } {
  const schema = { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `gauges.${group}` },
    spec: {
      group,
      scope: "Namespaced",
      names: { kind: "Gauge", listKind: "GaugeList", plural: "gauges", singular: "gauge" },
      versions: [{ name: "v1", served: true, storage: true, subresources: { status: {} }, schema }],
    },
  };
}
