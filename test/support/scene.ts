import type { JsonObject } from "../../src/base/json.js";
import { arrayAt, numberAt, stringAt } from "../../src/base/json.js";
import { systemClock } from "../../src/base/clock.js";
import type { KubeObject } from "../../src/kube/object.js";
import type { GroupVersionResource } from "../../src/kube/resource.js";
import { Kubelet } from "../../src/sandbox/workloads/kubelet.js";
import type { PodServers } from "../../src/sandbox/workloads/server/podServers.js";
import { RouteStatusWriter } from "../../src/sandbox/workloads/routeStatus.js";
import { ControllerProcess } from "./controllerProcess.js";
import type { ControllerProcessOptions } from "./controllerProcess.js";
import { InstalledAccount } from "./install/account.js";
import type { Plane } from "./plane/plane.js";
import { plane as sharedPlane } from "./plane/plane.js";
import { waitFor } from "./plane/waitFor.js";

export const finalizer = "iter8.tools/finalizer";
export const deployments: GroupVersionResource = { group: "apps", version: "v1", resource: "deployments" };
export const services: GroupVersionResource = { group: "", version: "v1", resource: "services" };
export const configMaps: GroupVersionResource = { group: "", version: "v1", resource: "configmaps" };
export const pods: GroupVersionResource = { group: "", version: "v1", resource: "pods" };
export const events: GroupVersionResource = { group: "events.k8s.io", version: "v1", resource: "events" };
export const httpRoutes: GroupVersionResource = {
  group: "gateway.networking.k8s.io",
  version: "v1",
  resource: "httproutes",
};
export const virtualServices: GroupVersionResource = {
  group: "networking.istio.io",
  version: "v1beta1",
  resource: "virtualservices",
};

/** A condition of a routemap's status. */
export interface SeenCondition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

/** A namespace of its own on the real control plane, with a stand-in kubelet and a gateway that writes route status. */
export class Scene {
  private readonly controllers: ControllerProcess[] = [];
  private installing: Promise<InstalledAccount> | undefined;
  readonly gateway: RouteStatusWriter;
  readonly kubelet: Kubelet;

  private constructor(
    readonly plane: Plane,
    readonly namespace: string,
    servers: PodServers | undefined,
  ) {
    const common = { api: plane.adminApi, clock: systemClock, namespace };
    const serve = servers === undefined ? {} : { serve: servers };
    this.kubelet = new Kubelet({ ...common, nodeName: `node-${namespace}`, ...serve });
    this.gateway = new RouteStatusWriter({ ...common, controllerName: "example.com/gateway" });
  }

  /** With `servers` the Pods are real; whoever opens the scene closes them. */
  static async open(prefix: string, plane = sharedPlane(), servers?: PodServers): Promise<Scene> {
    const scene = new Scene(plane, await plane.createNamespace(prefix), servers);
    await scene.kubelet.start();
    scene.gateway.start();
    return scene;
  }

  get admin(): Plane["admin"] {
    return this.plane.admin;
  }

  /** The shipped ServiceAccount, installed in this namespace. */
  account(): Promise<InstalledAccount> {
    this.installing ??= InstalledAccount.install(this.plane, this.namespace);
    return this.installing;
  }

  /** Starts the controller for this namespace only, with the rights of the shipped ServiceAccount unless told. */
  async controller(options: Partial<ControllerProcessOptions> = {}): Promise<ControllerProcess> {
    const started = await ControllerProcess.start({
      kubeconfig: options.kubeconfig ?? (await this.account()).kubeconfig,
      namespace: this.namespace,
      ...options,
    });
    this.controllers.push(started);
    return started;
  }

  async close(): Promise<void> {
    await Promise.all(this.controllers.map((controller) => controller.kill()));
    await this.kubelet.stop();
    await this.gateway.stop();
    this.plane.close();
  }

  /** A Deployment and its Service of one name, labelled to be watched, of one Pod. */
  async deploy(
    name: string,
    over: { readonly labels?: JsonObject; readonly annotations?: JsonObject; readonly replicas?: number } = {},
  ): Promise<void> {
    const labels = { "iter8.tools/watch": "true", ...over.labels };
    const annotations = over.annotations ?? {};
    const template = {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: "app", image: "example.com/app:1" }], terminationGracePeriodSeconds: 1 },
    };
    await this.apply(deployments, {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name, labels, annotations },
      spec: { replicas: over.replicas ?? 1, selector: { matchLabels: { app: name } }, template },
    });
    await this.apply(services, {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name, labels },
      spec: { selector: { app: name }, ports: [{ port: 80 }] },
    });
  }

  /** Applies an object of this namespace as a user would. */
  apply(gvr: GroupVersionResource, body: JsonObject & { readonly metadata: JsonObject }): Promise<KubeObject> {
    const name = stringAt(body, "metadata", "name") ?? "";
    return this.admin.apply(
      gvr,
      { namespace: this.namespace, name },
      { ...body, metadata: { ...body.metadata, namespace: this.namespace } },
    );
  }

  /** Applies a routemap. */
  routemap(name: string, strSpec: string, annotations: JsonObject = {}): Promise<KubeObject> {
    const labels = { "iter8.tools/kind": "routemap", "iter8.tools/version": "v1.1" };
    return this.apply(configMaps, {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name, labels, annotations },
      data: { strSpec },
    });
  }

  find(gvr: GroupVersionResource, name: string): Promise<KubeObject | undefined> {
    return this.admin.find(gvr, { namespace: this.namespace, name });
  }

  delete(
    gvr: GroupVersionResource,
    name: string,
    options: JsonObject = { propagationPolicy: "Background" },
  ): Promise<void> {
    return this.admin.delete(gvr, { namespace: this.namespace, name }, options);
  }

  patch(gvr: GroupVersionResource, name: string, body: JsonObject): Promise<KubeObject> {
    return this.admin.patch(gvr, { namespace: this.namespace, name }, body);
  }

  /** Backend name → weight of an HTTPRoute's first rule, "" while there is none. */
  async shares(name: string): Promise<string> {
    const route = await this.find(httpRoutes, name);
    const refs = arrayAt(route, "spec", "rules", 0, "backendRefs");
    return refs.map((ref) => `${stringAt(ref, "name") ?? ""}=${numberAt(ref, "weight") ?? 1}`).join(" ");
  }

  /** Waits until an HTTPRoute's first rule has these weights, as "v1=80 v2=20". */
  async untilShares(name: string, wanted: string, timeoutMs = 15_000): Promise<void> {
    let last = "";
    await waitFor(async () => (last = await this.shares(name)) === wanted, {
      describe: `${name} to be "${wanted}"`,
      timeoutMs,
    }).catch((error: unknown) => {
      throw new Error(
        `${String(error)}; it is "${last}"; ${this.controllers.map((controller) => controller.log.slice(-3000)).join("\n")}`,
      );
    });
  }

  async held(gvr: GroupVersionResource, name: string): Promise<boolean> {
    return (await this.find(gvr, name))?.metadata.finalizers?.includes(finalizer) ?? false;
  }

  /** Waits until an object is gone. */
  async untilGone(gvr: GroupVersionResource, name: string, timeoutMs = 15_000): Promise<void> {
    await waitFor(async () => (await this.find(gvr, name)) === undefined, {
      describe: `${gvr.resource}/${name} to go`,
      timeoutMs,
    });
  }

  /** The conditions of a routemap's published status. */
  async conditions(name: string): Promise<readonly SeenCondition[]> {
    const text = (await this.find(configMaps, name))?.metadata.annotations?.["iter8.tools/status"];
    if (text === undefined) return [];
    const status: unknown = JSON.parse(text);
    return arrayAt(status as JsonObject, "conditions").map((condition) => ({
      type: stringAt(condition, "type") ?? "",
      status: stringAt(condition, "status") ?? "",
      reason: stringAt(condition, "reason") ?? "",
      message: stringAt(condition, "message") ?? "",
    }));
  }

  /** Waits for a condition that is true. */
  untilCondition(name: string, type: string, timeoutMs = 10_000): Promise<SeenCondition> {
    return waitFor(
      async () =>
        (await this.conditions(name)).find((condition) => condition.type === type && condition.status === "True"),
      {
        describe: `condition ${type} of ${name}`,
        timeoutMs,
      },
    );
  }

  /** Event reasons about an object. */
  async eventReasons(name: string): Promise<readonly string[]> {
    const list = await this.admin.list(events, this.namespace);
    return list
      .filter((event) => stringAt(event, "regarding", "name") === name)
      .map((event) => stringAt(event, "reason") ?? "");
  }
}

export { routeTemplate, versionsOf } from "./routemaps.js";
