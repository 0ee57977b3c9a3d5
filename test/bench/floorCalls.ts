import type { Json, JsonObject } from "../../src/base/json.js";
import { candidateOf, finalizer, routeSpec } from "./app.js";
import type { Send } from "./floorClient.js";

/** The calls of a floor about one app, without any thought. Resolve with the reply to the last. */
export class FloorCalls {
  /** Paths of the namespace's collections. */
  readonly deployments: string;
  readonly services: string;
  readonly slices: string;
  readonly routes: string;
  private readonly held: readonly string[];
  private readonly bodies: readonly string[];

  /** `form` "same": writes the route that the controller would write; else one of nothing but its spec. */
  constructor(
    private readonly send: Send,
    namespace: string,
    private readonly app: string,
    form: string,
  ) {
    this.deployments = `/apis/apps/v1/namespaces/${namespace}/deployments`;
    this.services = `/api/v1/namespaces/${namespace}/services`;
    this.slices = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
    this.routes = `/apis/gateway.networking.k8s.io/v1/namespaces/${namespace}/httproutes`;
    this.held = [this.deployments, this.services].map((path) => `${path}/${candidateOf(app)}`);
    this.bodies = [false, true].map((ready) => JSON.stringify(floorRoute(app, ready, form)));
  }

  /** One apply: the candidate has its share while it is `ready`. */
  apply(ready: boolean): Promise<string> {
    const path = `${this.routes}/${this.app}?fieldManager=floor&force=true`;
    return this.send("PATCH", path, "application/apply-patch+yaml", this.bodies[ready ? 1 : 0]);
  }

  /** Finalizers, live reads, one apply with the weight. */
  async raise(): Promise<void> {
    await Promise.all(this.held.map((path) => this.patch(path, { op: "add", value: [finalizer] })));
    const live = await Promise.all(this.held.map((path) => this.send("GET", path)));
    if (live.every((text) => text.includes(finalizer))) await this.apply(true);
  }

  /** Of the Deployment, then of the Service: live reads of it and of the route, and its finalizers away. */
  async release(): Promise<void> {
    for (const path of this.held) {
      await Promise.all([path, `${this.routes}/${this.app}`].map((read) => this.send("GET", read)));
      await this.patch(path, { op: "remove" });
    }
  }

  private patch(path: string, operation: JsonObject): Promise<string> {
    const body = JSON.stringify([{ ...operation, path: "/metadata/finalizers" }]);
    return this.send("PATCH", path, "application/json-patch+json", body);
  }
}

function floorRoute(app: string, ready: boolean, form: string): Json {
  return {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "HTTPRoute",
    metadata: form === "same" ? { name: app, ...marks(app, ready) } : { name: app },
    spec: routeSpec(app, ready),
  };
}

function marks(app: string, ready: boolean): JsonObject {
  const uid = "6f1d7c1e-0000-4000-8000-000000000000";
  const applied = { hash: "0123456789abcdef", weights: { v1: 80, v2: ready ? 20 : 0 } };
  return {
    labels: { "iter8.tools/routemap-uid": uid },
    annotations: { "iter8.tools/applied": JSON.stringify(applied) },
    ownerReferences: [{ apiVersion: "v1", kind: "ConfigMap", name: app, uid }],
  };
}
