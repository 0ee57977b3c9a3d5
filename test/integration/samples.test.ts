import { readdirSync, readFileSync } from "node:fs";

import { afterEach, describe, expect, it } from "@jest/globals";

import { systemClock } from "../../src/base/clock.js";
import type { JsonObject } from "../../src/base/json.js";
import { arrayAt, objectAt, stringAt } from "../../src/base/json.js";
import { parseYaml } from "../../src/base/yaml.js";
import type { KubeObject } from "../../src/kube/object.js";
import type { GroupVersionResource } from "../../src/kube/resource.js";
import { InferenceServices } from "../../src/sandbox/workloads/inferenceServices.js";
import { KnativeServices } from "../../src/sandbox/workloads/knativeServices.js";
import type { StandIn } from "../../src/sandbox/workloads/standIn.js";
import { waitFor } from "../support/plane/waitFor.js";
import type { SampleRequest } from "../support/requests/request.js";
import { arrivalText, send } from "../support/requests/send.js";
import { deployments, httpRoutes, Scene, services, virtualServices } from "../support/scene.js";

const grpcRoutes = { ...httpRoutes, resource: "grpcroutes" };
const kinds = {
  deploy: deployments,
  svc: services,
  isvc: { group: "serving.kserve.io", version: "v1beta1", resource: "inferenceservices" },
  ksvc: { group: "serving.knative.dev", version: "v1", resource: "services" },
} as const satisfies Record<string, GroupVersionResource>;

const folder = "config/samples";

/** What is in a sample: the routemap, its spec, and the kinds and names of each version's resources. */
interface Sample {
  readonly routemap: JsonObject & { readonly metadata: JsonObject };
  readonly spec: JsonObject;
  readonly text: string;
  readonly versions: readonly (readonly { readonly kind: keyof typeof kinds; readonly name: string }[])[];
}

function readSample(file: string, namespace: string): Sample {
  const text = readFileSync(`${folder}/${file}`, "utf8").replaceAll(/\bdefault\b/g, namespace);
  const parsed = parseYaml(text);
  const routemap = parsed.ok ? objectAt(parsed.value.value) : {};
  const inner = parseYaml(stringAt(routemap, "data", "strSpec") ?? "");
  const spec = inner.ok ? objectAt(inner.value.value) : {};
  const versions = arrayAt(spec, "versions").map((version) =>
    arrayAt(version, "resources").map((resource) => {
      const shorthand = stringAt(resource, "gvrShort") ?? "";
      if (!isKnown(shorthand)) throw new Error(`${file} lists a ${shorthand}`);
      return { kind: shorthand, name: stringAt(resource, "name") ?? "" };
    }),
  );
  return { routemap: { ...routemap, metadata: objectAt(routemap, "metadata") }, spec, text, versions };
}

function isKnown(shorthand: string): shorthand is keyof typeof kinds {
  return shorthand in kinds;
}

/** The workloads of a version come up as in a cluster with KServe and Knative. */
async function deploy(scene: Scene, sample: Sample, index: number): Promise<void> {
  const mode = /deploymentMode: (\w+)/.exec(sample.text)?.[1];
  const watched = { "iter8.tools/watch": "true" };
  for (const { kind, name } of sample.versions[index] ?? []) {
    if (kind === "deploy") await scene.deploy(name);
    if (kind === "isvc")
      await scene.apply(kinds.isvc, {
        apiVersion: "serving.kserve.io/v1beta1",
        kind: "InferenceService",
        metadata: { name, labels: watched, annotations: { "serving.kserve.io/deploymentMode": mode ?? "" } },
        spec: { predictor: { model: { modelFormat: { name: "sklearn" }, storageUri: "gs://a/b" } } },
      });
    if (kind === "ksvc")
      await scene.apply(kinds.ksvc, {
        apiVersion: "serving.knative.dev/v1",
        kind: "Service",
        metadata: { name, labels: watched },
        spec: { template: { spec: { containers: [{ name: "app", image: "example.com/app:1" }] } } },
      });
  }
}

const requests: readonly SampleRequest[] = [
  { called: "everybody's", path: "/v2/models/any/infer", headers: {} },
  { called: "a tester's", path: "/v2/models/any/infer", headers: { traffic: "test" } },
];

/** Where everybody's and a tester's requests go by the stored route, with each version under its own name. */
async function arrivals(scene: Scene, sample: Sample, gvr: GroupVersionResource, name: string): Promise<string> {
  const route: KubeObject | undefined = await scene.find(gvr, name);
  if (route === undefined) return "no route";
  const host = stringAt(route, "spec", "hosts", 0);
  const texts = requests.map((request) => {
    const headers = { ...request.headers, ...(host === undefined ? {} : { host }) };
    return arrivalText(
      send({ ...route, kind: route.kind === "GRPCRoute" ? "HTTPRoute" : route.kind }, { ...request, headers }),
    );
  });
  return sample.versions.reduce((text, resources, index) => {
    const own = resources.at(-1)?.name ?? "";
    const label = index === 0 ? "primary" : "candidate";
    return text
      .replaceAll(`${own}-predictor `, `${label} `)
      .replaceAll(new RegExp(`${own}(-predictor)?\\b`, "g"), label);
  }, texts.join(" | "));
}

const alone = "primary 100% | primary 100%";
const split: Readonly<Record<string, string>> = {
  "blue-green": "candidate 20%, primary 80% | candidate 20%, primary 80%",
  canary: "primary 100% | candidate 100%",
  mirror: "copy of 20% to candidate, primary 100% | copy of 20% to candidate, primary 100%",
};

/** Parts of an arrival text in an order of their own. */
function sorted(text: string): string {
  return text
    .split(" | ")
    .map((part) => part.split(", ").sort().join(", "))
    .join(" | ");
}

describe("the samples", () => {
  const open: { scene?: Scene; standIns: readonly StandIn[] } = { standIns: [] };
  afterEach(async () => {
    await Promise.all(open.standIns.map((standIn) => standIn.stop()));
    await open.scene?.close();
  }, 60_000);

  it.each(readdirSync(folder))(
    "%s: ready, split, deleted",
    async (file) => {
      const scene = await Scene.open("sample");
      open.scene = scene;
      const common = { api: scene.plane.adminApi, clock: systemClock, namespace: scene.namespace };
      open.standIns = [new InferenceServices(common), new KnativeServices(common)];
      for (const standIn of open.standIns) standIn.start();
      await scene.controller();

      const sample = readSample(file, scene.namespace);
      const name = stringAt(sample.routemap, "metadata", "name") ?? "";
      const kind = /kind: (GRPCRoute|HTTPRoute|VirtualService)/.exec(sample.text)?.[1];
      const gvr = kind === "GRPCRoute" ? grpcRoutes : kind === "HTTPRoute" ? httpRoutes : virtualServices;
      const strategy = stringAt(sample.spec, "routes", 0, "strategy") ?? "blue-green";
      const until = async (wanted: string): Promise<void> => {
        let last = "";
        await waitFor(async () => (last = sorted(await arrivals(scene, sample, gvr, name))) === sorted(wanted), {
          describe: `${file} to lead to "${wanted}"`,
        }).catch(async (error: unknown) => {
          const conditions = JSON.stringify(await scene.conditions(name));
          throw new Error(`${String(error)}; it leads to "${last}"; ${conditions}`);
        });
      };

      await scene.apply({ group: "", version: "v1", resource: "configmaps" }, sample.routemap);
      await deploy(scene, sample, 0);
      await until(alone);
      await deploy(scene, sample, 1);
      await until(split[strategy] ?? "");
      const [workload] = sample.versions[1] ?? [];
      if (workload === undefined) throw new Error(`${file} has one version`);
      await waitFor(() => scene.held(kinds[workload.kind], workload.name), { describe: "the candidate to be held" });
      for (const resource of sample.versions[1] ?? []) await scene.delete(kinds[resource.kind], resource.name);
      await until(alone);
      for (const resource of sample.versions[1] ?? []) await scene.untilGone(kinds[resource.kind], resource.name);
      expect(
        (await scene.find(kinds[workload.kind], sample.versions[0]?.[0]?.name ?? ""))?.metadata.finalizers ?? [],
      ).toEqual(["iter8.tools/finalizer"]);
    },
    60_000,
  );
});
