import type { JsonObject } from "../../src/base/json.js";
import type { ControllerConfig } from "../../src/config/config.js";
import { defaultConfig } from "../../src/config/defaults.js";
import type { KubeObject, ObjectMeta } from "../../src/kube/object.js";
import type { Resource } from "../../src/kube/resource.js";
import { groupResourceOf } from "../../src/kube/resource.js";
import { decodeRoutemap } from "../../src/routing/decode/decodeRoutemap.js";
import type { ClusterFacts, KnownRoutemap } from "../../src/routing/doctor/clusterFacts.js";
import { controllerIn } from "../../src/routing/doctor/controllers.js";
import { examine } from "../../src/routing/doctor/examine.js";
import type { Finding } from "../../src/routing/doctor/finding.js";
import { Inventory } from "../../src/routing/doctor/inventory.js";
import { routeTemplate, versionsOf } from "./routemaps.js";

/** The server's time in these facts. */
const now = Date.UTC(2030, 0, 1, 12);

/** RFC 3339 time some seconds before `now`. */
export function before(seconds: number): string {
  return new Date(now - 1000 * seconds).toISOString();
}

/** What an object is but for its kind. */
export interface Body extends JsonObject {
  readonly metadata?: Partial<ObjectMeta>;
}

const kinds: Readonly<Record<string, Omit<Resource, "kind" | "version"> & { readonly version?: string }>> = {
  Deployment: { group: "apps", resource: "deployments", namespaced: true },
  StatefulSet: { group: "apps", resource: "statefulsets", namespaced: true },
  Service: { group: "", resource: "services", namespaced: true },
  ConfigMap: { group: "", resource: "configmaps", namespaced: true },
  HTTPRoute: { group: "gateway.networking.k8s.io", resource: "httproutes", namespaced: true },
  Gateway: { group: "gateway.networking.k8s.io", resource: "gateways", namespaced: true },
  GatewayClass: { group: "gateway.networking.k8s.io", resource: "gatewayclasses", namespaced: false },
  Lease: { group: "coordination.k8s.io", resource: "leases", namespaced: true },
  Application: { group: "argoproj.io", version: "v1alpha1", resource: "applications", namespaced: true },
  ValidatingAdmissionPolicy: admission("validatingadmissionpolicies"),
  ValidatingAdmissionPolicyBinding: admission("validatingadmissionpolicybindings"),
  MutatingWebhookConfiguration: admission("mutatingwebhookconfigurations"),
  ValidatingWebhookConfiguration: admission("validatingwebhookconfigurations"),
};

function admission(resource: string): Omit<Resource, "kind" | "version"> {
  return { group: "admissionregistration.k8s.io", resource, namespaced: false };
}

/** A made-up cluster as the checks see it. It begins as a sound installation with one app of two versions, "web". */
export class FactsWorld {
  readonly objects = new Map<string, KubeObject>();
  config: ControllerConfig = defaultConfig();
  spec = versionsOf(["web-v1", 80], ["web-v2", 20]) + routeTemplate("web", "web-v1", "web-v2");
  over: Partial<ClusterFacts> = {};
  private readonly unknown = new Set<string>();

  constructor() {
    for (const name of ["web-v1", "web-v2"]) this.app(name);
    this.add("ConfigMap", "shop/web", {
      metadata: { labels: { "iter8.tools/kind": "routemap" }, annotations: { "iter8.tools/status": statusOf() } },
    });
    this.add("HTTPRoute", "shop/web", routeBody());
    this.add("Gateway", "shop/gateway", { spec: { gatewayClassName: "istio" } });
    this.add("GatewayClass", "istio", { spec: { controllerName: "istio.io/gateway-controller" } });
    this.add("Lease", "pointsman-system/pointsman", {
      spec: { holderIdentity: "pod-a", renewTime: before(2), leaseDurationSeconds: 10 },
    });
    this.controller();
    const guard = "pointsman-foreground-deletion";
    this.add("ValidatingAdmissionPolicy", guard, { spec: {} });
    this.add("ValidatingAdmissionPolicyBinding", guard, { spec: { policyName: guard } });
  }

  /** Adds an object, or replaces it; the name of one without a namespace has no slash. */
  add(kind: string, place: string, body: Body = {}): KubeObject {
    const of = kinds[kind];
    if (of === undefined) throw new Error(`${kind} is not known here`);
    const [first = "", second] = place.split("/");
    const name = second ?? first;
    const { metadata = {}, ...rest } = body;
    const version = of.version ?? "v1";
    const object: KubeObject = {
      apiVersion: of.group === "" ? version : `${of.group}/${version}`,
      kind,
      metadata: {
        name,
        ...(second === undefined ? {} : { namespace: first }),
        uid: `${kind}-${place}`,
        resourceVersion: "1",
        ...metadata,
      },
      ...rest,
    };
    this.objects.set(`${groupResourceOf(of)} ${place}`, object);
    return object;
  }

  /** Deployment and Service of a version, as they should be. */
  app(name: string, pod: JsonObject = goodPod, metadata: Partial<ObjectMeta> = {}): void {
    const labels = { "iter8.tools/watch": "true" };
    this.add("Deployment", `shop/${name}`, {
      metadata: { labels, ...metadata },
      spec: { replicas: 1, template: { metadata: { labels: { app: name } }, spec: pod } },
    });
    this.add("Service", `shop/${name}`, { metadata: { labels }, spec: { selector: { app: name } } });
  }

  /** The controller's Deployment. */
  controller(place = "pointsman-system/pointsman", args: readonly string[] = [], replicas = 1): void {
    const container = { image: "ghcr.io/pointsman/pointsman:0.1.0", args: ["controller", ...args] };
    const spec = { serviceAccountName: "pointsman", containers: [container] };
    this.add("Deployment", place, { spec: { replicas, template: { spec } } });
  }

  /** Adds annotations to an object. */
  annotate(kind: string, place: string, annotations: Readonly<Record<string, string>>): void {
    const key = keyOf(kind, place);
    const object = this.objects.get(key);
    if (object === undefined) throw new Error(`there is no ${key}`);
    const metadata = { ...object.metadata, annotations: { ...object.metadata.annotations, ...annotations } };
    this.objects.set(key, { ...object, metadata });
  }

  remove(kind: string, place: string): void {
    this.objects.delete(keyOf(kind, place));
  }

  /** From now on objects of this kind cannot be read. */
  hide(kind: string): void {
    this.unknown.add(groupResourceOf(kinds[kind] ?? { group: "", resource: "" }));
  }

  get facts(): ClusterFacts {
    const byKind = new Map<string, KubeObject[]>();
    for (const kind of Object.values(kinds))
      if (!this.unknown.has(groupResourceOf(kind))) byKind.set(groupResourceOf(kind), []);
    for (const [key, object] of this.objects) byKind.get(key.split(" ")[0] ?? "")?.push(object);
    const all = [...this.objects.values()];
    return {
      config: this.config,
      origin: { problems: [] },
      now,
      served: Object.entries(kinds).map(([kind, of]) => ({ version: "v1", ...of, kind })),
      absent: new Set(),
      inventory: new Inventory(byKind),
      routemaps: all.filter(isRoutemap).map((object) => this.known(object)),
      controllers: all
        .filter(({ apiVersion }) => apiVersion === "apps/v1")
        .flatMap((object) => controllerIn(object) ?? []),
      unread: [],
      ...this.over,
    };
  }

  examine(): readonly Finding[] {
    return examine(this.facts);
  }

  /** Severity, check and object of each finding. */
  found(): readonly string[] {
    return this.examine().map(({ severity, check, object }) => `${severity} ${check} ${object}`);
  }

  /** The only finding. */
  only(): Finding {
    const findings = this.examine();
    const [first] = findings;
    if (first === undefined || findings.length > 1)
      throw new Error(`one finding expected: ${JSON.stringify(findings)}`);
    return first;
  }

  private known(object: KubeObject): KnownRoutemap {
    const namespace = object.metadata.namespace ?? "";
    const { limits, outputs, templateNamespaces } = this.config;
    const settings = new Map(this.config.kinds.map((kind) => [kind.shorthand, kind]));
    const context = { namespace, kinds: settings, limits, outputs, templateNamespaces, scope: "cluster" } as const;
    const decoded = decodeRoutemap(this.spec, context);
    return { object, namespace, spec: decoded.ok ? { ok: true, value: decoded.value.routemap } : decoded };
  }
}

function keyOf(kind: string, place: string): string {
  return `${groupResourceOf(kinds[kind] ?? { group: "", resource: "" })} ${place}`;
}

function isRoutemap({ kind, metadata }: KubeObject): boolean {
  return kind === "ConfigMap" && metadata.labels?.["iter8.tools/kind"] === "routemap";
}

/** A Pod that ends as it should: 5 s of preStop and 25 s after it. */
export const goodPod = {
  containers: [{ name: "app", lifecycle: { preStop: { sleep: { seconds: 5 } } } }],
} satisfies JsonObject;

/** The text of a status with these conditions besides Ready. */
export function statusOf(ready = "True", reason = "RoutesWritten", ...types: readonly string[]): string {
  const conditions = types.map((type) => ({ type, status: "True", reason: "Because", message: `${type} is so` }));
  return JSON.stringify({ conditions: [{ type: "Ready", status: ready, reason, message: "so it is" }, ...conditions] });
}

/** The app's route as Pointsman stores it. */
export function routeBody(over: JsonObject = {}, metadata: Partial<ObjectMeta> = {}): Body {
  const backendRefs = ["web-v1", "web-v2"].map((name) => ({ name, port: 80, weight: 1 }));
  return {
    metadata: {
      labels: { "iter8.tools/routemap-uid": "ConfigMap-shop/web" },
      managedFields: [
        { manager: "pointsman", operation: "Apply", fieldsV1: { "f:spec": { "f:rules": {} } } },
        { manager: "gateway", operation: "Update", subresource: "status", fieldsV1: { "f:status": {} } },
      ],
      ...metadata,
    },
    spec: { parentRefs: [{ name: "gateway" }], rules: [{ backendRefs }], ...over },
  };
}
