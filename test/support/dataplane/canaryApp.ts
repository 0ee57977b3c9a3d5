import type { JsonObject } from "../../../src/base/json.js";
import { arrayAt, numberAt, stringAt } from "../../../src/base/json.js";
import type { KubeObject } from "../../../src/kube/object.js";
import type { GroupVersionResource } from "../../../src/kube/resource.js";
import type { Protocol, RequestShape } from "../../../src/sandbox/load/shape.js";
import type { AdminClient } from "../plane/adminClient.js";
import { waitFor } from "../plane/waitFor.js";
import { versionsOf } from "../routemaps.js";
import { configMaps, deployments, finalizer, httpRoutes, pods, services } from "../scene.js";
import { gatewayRef } from "./gateway.js";

/** The port that Pods listen on; Envoy has 8080 of all addresses to itself. */
const podPort = 3_000;

export const grpcRoutes: GroupVersionResource = { ...httpRoutes, resource: "grpcroutes" };

/** What an app is like. */
export interface CanaryAppOptions {
  readonly admin: AdminClient;
  readonly namespace: string;
  readonly name: string;
  readonly protocol: Protocol;
  /** Of its Pods: 0 to die as soon as they are deleted; they serve on for a second of what they have, then finish. */
  readonly graceSeconds: number;
  /** The Gateway that its route attaches to; default: that of the data plane. */
  readonly parent?: { readonly namespace: string; readonly name: string };
  /** Weights of primary and candidate, 80 and 20 unless told. */
  readonly weights?: readonly [number, number];
  /** How often it asks for what it waits for: longer where many apps ask at once. */
  readonly intervalMs?: number;
}

/** How long it waits for anything: a release that begins its proof anew after each fault and each restart included. */
const patience = 180_000;

/** An app of two versions, NAME-v1 and NAME-v2, that share the requests for its host. */
export class CanaryApp {
  readonly primary: string;
  readonly candidate: string;
  /** A request for it. */
  readonly shape: RequestShape;
  private readonly weights: readonly [number, number];

  constructor(readonly options: CanaryAppOptions) {
    this.primary = `${options.name}-v1`;
    this.candidate = `${options.name}-v2`;
    this.weights = options.weights ?? [80, 20];
    this.shape = { protocol: options.protocol, host: `${options.name}.example.com` };
  }

  get routes(): GroupVersionResource {
    return this.isGrpc() ? grpcRoutes : httpRoutes;
  }

  private isGrpc(): boolean {
    return this.options.protocol.startsWith("grpc");
  }

  /** The routemap and the primary; resolves when the route leads to the primary. */
  async create(): Promise<void> {
    const { name } = this.options;
    const kind = this.isGrpc() ? "GRPCRoute" : "HTTPRoute";
    const { namespace: home, name: gateway } = this.options.parent ?? gatewayRef;
    const parent = `{namespace: ${home}, name: ${gateway}}`;
    const route = `{kind: ${kind}, name: ${name}, hostnames: [${this.shape.host}], parentRefs: [${parent}]}`;
    const strSpec = `${versionsOf([this.primary, this.weights[0]], [this.candidate, this.weights[1]])}routes:\n- ${route}\n`;
    const labels = { "iter8.tools/kind": "routemap", "iter8.tools/version": "v1.1" };
    await this.apply(configMaps, { kind: "ConfigMap", metadata: { name, labels }, data: { strSpec } });
    await this.deploy(this.primary);
    await this.untilWeights(`${this.primary}=${this.weights[0]}`);
  }

  /** Deploys the candidate; resolves when the route gives it its share. */
  async addCandidate(): Promise<void> {
    await this.deploy(this.candidate);
    await this.untilWeights(`${this.primary}=${this.weights[0]} ${this.candidate}=${this.weights[1]}`);
  }

  /** Gives the candidate weight 0; resolves when it is drained and held no more. */
  async drainCandidate(): Promise<void> {
    const { admin, namespace } = this.options;
    const ref = { namespace, name: this.candidate };
    await admin.patch(deployments, ref, { metadata: { annotations: { "iter8.tools/weight": "0" } } });
    for (const gvr of [services, deployments])
      await this.until(
        async () => !((await admin.get(gvr, ref)).metadata.finalizers ?? []).includes(finalizer),
        `${gvr.resource}/${this.candidate} to be let go`,
      );
  }

  /** Whether a stored route leads to the candidate. */
  leadsToCandidate(route: KubeObject): boolean {
    return weightsIn(route).includes(`${this.candidate}=${this.weights[1]}`);
  }

  /**
   * Deletes the candidate's Service and Deployment, in background as Helm does or in foreground as Argo CD does; resolves
   * when both are gone.
   */
  async deleteCandidate(propagationPolicy: "Background" | "Foreground" = "Background"): Promise<void> {
    const { admin, namespace } = this.options;
    const ref = { namespace, name: this.candidate };
    for (const gvr of [services, deployments]) await admin.delete(gvr, ref, { propagationPolicy });
    for (const gvr of [services, deployments])
      await this.until(
        async () => (await admin.find(gvr, ref)) === undefined,
        `${gvr.resource}/${this.candidate} to go`,
      );
  }

  /** Waits until no Pod of the candidate is left. */
  async untilPodsGone(): Promise<void> {
    const { admin, namespace } = this.options;
    const query = `labelSelector=app%3D${this.candidate}`;
    await this.until(
      async () => (await admin.list(pods, namespace, query)).length === 0,
      `the Pods of ${this.candidate} to go`,
    );
  }

  private until(probe: () => Promise<boolean>, describe: string): Promise<unknown> {
    const { intervalMs } = this.options;
    return waitFor(probe, { describe, timeoutMs: patience, ...(intervalMs === undefined ? {} : { intervalMs }) });
  }

  private async deploy(name: string): Promise<void> {
    const labels = { "iter8.tools/watch": "true" };
    const containers = [{ name: "app", image: "example.com/app:1", ports: [{ containerPort: podPort }] }];
    const spec = { containers, terminationGracePeriodSeconds: this.options.graceSeconds };
    const selector = { matchLabels: { app: name } };
    const template = { metadata: { labels: { app: name } }, spec };
    const isHttp2 = this.options.protocol !== "http1";
    const port = { port: 80, targetPort: podPort, ...(isHttp2 ? { appProtocol: "kubernetes.io/h2c" } : {}) };
    await this.apply(services, {
      kind: "Service",
      metadata: { name, labels },
      spec: { selector: { app: name }, ports: [port] },
    });
    const deployment = { replicas: 2, selector, template };
    await this.apply(deployments, { kind: "Deployment", metadata: { name, labels }, spec: deployment });
  }

  private apply(gvr: GroupVersionResource, body: JsonObject): Promise<KubeObject> {
    const { admin, namespace } = this.options;
    const name = stringAt(body, "metadata", "name") ?? "";
    const apiVersion = gvr.group === "" ? gvr.version : `${gvr.group}/${gvr.version}`;
    return admin.apply(gvr, { namespace, name }, { apiVersion, ...body });
  }

  private async untilWeights(wanted: string): Promise<void> {
    const { admin, namespace, name } = this.options;
    let last = "";
    const isThere = async (): Promise<boolean> => {
      last = weightsIn(await admin.find(this.routes, { namespace, name }));
      return last === wanted;
    };
    await this.until(isThere, `${name} to be "${wanted}"`).catch((thrown: unknown) => {
      throw new Error(`${String(thrown)}; it is "${last}"`);
    });
  }
}

/** Backend name → weight of a route's first rule, as "a=80 b=20"; "" where there is no route. */
export function weightsIn(route: KubeObject | undefined): string {
  const refs = arrayAt(route, "spec", "rules", 0, "backendRefs");
  return refs.map((ref) => `${stringAt(ref, "name") ?? ""}=${numberAt(ref, "weight") ?? 1}`).join(" ");
}
