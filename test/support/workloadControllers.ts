import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";

import { systemClock } from "../../src/base/clock.js";
import type { JsonObject } from "../../src/base/json.js";
import { arrayAt, at, numberAt, stringAt } from "../../src/base/json.js";
import { systemRandom } from "../../src/base/random.js";
import type { Result } from "../../src/base/result.js";
import type { Api } from "../../src/kube/api.js";
import type { ApiError } from "../../src/kube/apiError.js";
import { isNotFound } from "../../src/kube/apiError.js";
import type { KubeObject } from "../../src/kube/object.js";
import type { GroupVersionResource } from "../../src/kube/resource.js";
import { workloadResources as resources } from "../../src/sandbox/workloads/controllers/resources.js";
import { WorkloadControllers } from "../../src/sandbox/workloads/controllers/workloadControllers.js";
import { follow } from "../../src/sandbox/workloads/follow.js";
import { Kubelet } from "../../src/sandbox/workloads/kubelet.js";
import { waitFor } from "./plane/waitFor.js";

/** An API server whose controller manager has no controllers of workloads, but a garbage collector. */
export interface BareCluster {
  readonly api: Api;
  close(): Promise<void>;
}

const namespace = "default";

jest.setTimeout(60_000);
const never = new AbortController().signal;

function taken<T>(answer: Result<T, ApiError>): T {
  if (!answer.ok) throw new Error(answer.error.message);
  return answer.value;
}

interface Shape {
  readonly replicas?: number;
  readonly image?: string;
  readonly strategy?: JsonObject;
}

/** What our own workload controllers do, on any API server. */
export function describeWorkloadControllers(where: string, open: () => Promise<BareCluster>): void {
  describe(`workload controllers on ${where}`, () => {
    let cluster: BareCluster;
    let controllers: WorkloadControllers;
    let kubelet: Kubelet;

    beforeAll(async () => {
      cluster = await open();
      const common = { api: cluster.api, clock: systemClock, random: systemRandom, namespace };
      controllers = new WorkloadControllers(common);
      await controllers.start();
      kubelet = new Kubelet({ ...common, nodeName: "node" });
      taken(await kubelet.start());
    });

    afterAll(async () => {
      await kubelet.stop();
      await controllers.stop();
      await cluster.close();
    });

    const list = async (resource: GroupVersionResource, app: string): Promise<readonly KubeObject[]> =>
      taken(await cluster.api.list({ resource, namespace, labelSelector: `app=${app}` }, {}, never)).items;

    const get = async (resource: GroupVersionResource, name: string): Promise<KubeObject> =>
      taken(await cluster.api.get(resource, { namespace, name }, never));

    function apply(name: string, { replicas = 2, image = "app:1", strategy }: Shape = {}): Promise<KubeObject> {
      const labels = { app: name };
      const spec = { containers: [{ name: "app", image }], terminationGracePeriodSeconds: 0 };
      const template = { metadata: { labels }, spec };
      const selector = { matchLabels: labels };
      const body = {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name, namespace, labels },
        spec: { replicas, selector, template, ...(strategy === undefined ? {} : { strategy }) },
      };
      const options = { fieldManager: "test", force: true };
      return cluster.api.apply(resources.deployments, { namespace, name }, body, options, never).then(taken);
    }

    const isDone = (deployment: KubeObject): boolean =>
      numberAt(deployment, "status", "observedGeneration") === deployment.metadata.generation &&
      stringAt(conditionOf(deployment, "Progressing"), "reason") === "NewReplicaSetAvailable" &&
      numberAt(deployment, "status", "updatedReplicas") === numberAt(deployment, "spec", "replicas") &&
      (numberAt(deployment, "status", "replicas") ?? 0) === numberAt(deployment, "spec", "replicas");

    async function rolledOut(name: string): Promise<KubeObject> {
      const describeIt = `${name} to be rolled out`;
      await waitFor(async () => isDone(await get(resources.deployments, name)), { describe: describeIt });
      return get(resources.deployments, name);
    }

    test("a Deployment gets a ReplicaSet, which gets Pods, and says that it is available", async () => {
      await apply("web");
      const deployment = await rolledOut("web");
      expect(deployment["status"]).toMatchObject({ replicas: 2, readyReplicas: 2, availableReplicas: 2 });
      expect(conditionOf(deployment, "Available")).toMatchObject({
        status: "True",
        reason: "MinimumReplicasAvailable",
      });
      expect(deployment.metadata.annotations).toMatchObject({ "deployment.kubernetes.io/revision": "1" });
      const [replicaSet] = await list(resources.replicaSets, "web");
      const hash = replicaSet?.metadata.labels?.["pod-template-hash"];
      expect(replicaSet?.metadata.name).toBe(`web-${hash ?? "?"}`);
      expect(replicaSet?.metadata.ownerReferences).toEqual([ownerOf(deployment)]);
      const pods = await list(resources.pods, "web");
      expect(pods.map(({ metadata }) => metadata.ownerReferences)).toEqual(
        pods.map(() => [replicaSet === undefined ? undefined : ownerOf(replicaSet)]),
      );
      expect(pods.map(({ metadata }) => metadata.labels?.["pod-template-hash"])).toEqual([hash, hash]);
    });

    test("scaling makes and ends Pods of the same ReplicaSet", async () => {
      await apply("scaled", { replicas: 1 });
      await rolledOut("scaled");
      await apply("scaled", { replicas: 4 });
      await rolledOut("scaled");
      await apply("scaled", { replicas: 2 });
      await rolledOut("scaled");
      const podsLeft = async (): Promise<boolean> => (await list(resources.pods, "scaled")).length === 2;
      await waitFor(podsLeft, { describe: "two Pods to be left" });
      expect(await list(resources.replicaSets, "scaled")).toHaveLength(1);
    });

    test("a new template is rolled out within maxSurge and maxUnavailable, and going back is another revision", async () => {
      const strategy = { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } };
      await apply("rolling", { replicas: 4, strategy });
      await rolledOut("rolling");
      const watched = watchStatus(cluster.api, "rolling");
      await apply("rolling", { replicas: 4, strategy, image: "app:2" });
      await rolledOut("rolling");
      const seen = await watched();
      expect(Math.max(...seen.map(({ replicas }) => replicas))).toBeLessThanOrEqual(5);
      expect(Math.min(...seen.map(({ available }) => available))).toBeGreaterThanOrEqual(3);
      await apply("rolling", { replicas: 4, strategy, image: "app:1" });
      const back = await rolledOut("rolling");
      expect(back.metadata.annotations).toMatchObject({ "deployment.kubernetes.io/revision": "3" });
      const sets = await list(resources.replicaSets, "rolling");
      expect(sets.map((set) => numberAt(set, "spec", "replicas")).sort()).toEqual([0, 4]);
    });

    test("with the strategy Recreate no two templates have Pods at the same time", async () => {
      const strategy = { type: "Recreate" };
      await apply("recreated", { strategy });
      await rolledOut("recreated");
      const before = await list(resources.pods, "recreated");
      await apply("recreated", { strategy, image: "app:2" });
      await rolledOut("recreated");
      const after = await list(resources.pods, "recreated");
      const ended = new Set(before.map(({ metadata }) => metadata.uid));
      expect(after.filter(({ metadata }) => ended.has(metadata.uid))).toEqual([]);
    });

    test("the endpoints of a Service follow its Pods' readiness", async () => {
      await apply("served");
      const spec = { selector: { app: "served" }, ports: [{ port: 80, targetPort: 8080 }] };
      const metadata = { name: "served", namespace, labels: { app: "served", team: "a" } };
      const service = { apiVersion: "v1", kind: "Service", metadata, spec };
      const created = taken(await cluster.api.create(resources.services, namespace, service, never));
      const conditions = async (): Promise<string> => {
        const slices = await list(resources.endpointSlices, "served");
        const endpoints = slices.flatMap((slice) => arrayAt(slice, "endpoints"));
        const names = ["ready", "serving", "terminating"];
        return endpoints
          .map((endpoint) => names.filter((name) => at(endpoint, "conditions", name) === true).join("+"))
          .sort()
          .join(" ");
      };
      const until = (wanted: string): Promise<unknown> =>
        waitFor(async () => (await conditions()) === wanted, { describe: `endpoints "${wanted}"` });
      await until("ready+serving ready+serving");
      const [slice] = await list(resources.endpointSlices, "served");
      expect(slice?.metadata.labels).toMatchObject({ team: "a", "kubernetes.io/service-name": "served" });
      expect(slice?.metadata.ownerReferences).toEqual([ownerOf(created)]);
      expect(arrayAt(slice, "ports")).toMatchObject([{ port: 8080, protocol: "TCP" }]);
      const name = (await list(resources.pods, "served"))[0]?.metadata.name ?? "";
      await kubelet.setReady(namespace, { prefix: name }, false);
      await until(" ready+serving");
      await kubelet.setReady(namespace, { prefix: name }, true);
      await until("ready+serving ready+serving");
    });

    test("controllers that start again change nothing", async () => {
      await apply("steady");
      await rolledOut("steady");
      const before = (await list(resources.pods, "steady")).map(({ metadata }) => metadata.uid).sort();
      const [set] = await list(resources.replicaSets, "steady");
      const again = new WorkloadControllers({ api: cluster.api, clock: systemClock, random: systemRandom, namespace });
      await again.start();
      await apply("steady", { replicas: 2 });
      await again.stop();
      expect((await list(resources.pods, "steady")).map(({ metadata }) => metadata.uid).sort()).toEqual(before);
      const [same] = await list(resources.replicaSets, "steady");
      expect(same?.metadata.resourceVersion).toBe(set?.metadata.resourceVersion);
    });

    test.each(["Background", "Foreground"] as const)(
      "a deletion in %s takes ReplicaSet and Pods along",
      async (policy) => {
        const name = `gone-${policy.toLowerCase()}`;
        await apply(name);
        await rolledOut(name);
        const ref = { namespace, name };
        taken(await cluster.api.delete(resources.deployments, ref, { propagationPolicy: policy }, never));
        const kinds = [resources.deployments, resources.replicaSets, resources.pods];
        const areGone = async (): Promise<boolean> =>
          (await Promise.all(kinds.map((kind) => list(kind, name)))).every((left) => left.length === 0);
        await waitFor(areGone, { describe: `${name} to go`, timeoutMs: 30_000 });
        const found = await cluster.api.get(resources.deployments, ref, never);
        expect(!found.ok && isNotFound(found.error)).toBe(true);
      },
    );
  });
}

function conditionOf(object: KubeObject, type: string) {
  return arrayAt(object, "status", "conditions").find((condition) => stringAt(condition, "type") === type);
}

function ownerOf({ apiVersion, kind, metadata }: KubeObject): JsonObject {
  const { name, uid } = metadata;
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}

/** Every status of a Deployment that a watch shows, until the returned function is called. */
function watchStatus(api: Api, name: string) {
  const seen: { readonly replicas: number; readonly available: number }[] = [];
  const stop = new AbortController();
  const selection = { resource: resources.deployments, namespace, labelSelector: `app=${name}` };
  const onObject = (object: KubeObject): void => {
    const count = (member: string): number => numberAt(object, "status", member) ?? 0;
    seen.push({ replicas: count("replicas"), available: count("availableReplicas") });
  };
  const done = follow(api, systemClock, selection, { onObject, onGone: () => undefined }, stop.signal);
  return async () => {
    stop.abort();
    await done;
    return seen;
  };
}
