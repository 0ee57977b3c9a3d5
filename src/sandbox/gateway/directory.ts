import type { KubeObject } from "../../kube/object.js";
import { arrayAt, objectAt, stringAt } from "../../base/json.js";
import type { ServiceFacts, SliceEndpoint, SliceFacts } from "./endpointSlice.js";
import { decodeService, decodeSlice } from "./endpointSlice.js";
import type { Target } from "./rule.js";
import { serviceOfHost } from "./serviceNames.js";

/** What a target is today. `endpoints` are those that are ready, and may be none. */
export type Resolved =
  | { readonly type: "missing"; readonly why: string }
  | { readonly type: "external"; readonly host: string }
  | { readonly type: "endpoints"; readonly endpoints: readonly Endpoint[]; readonly isHttp2: boolean };

/** A Pod's address in the cluster. */
export interface Endpoint {
  readonly ip: string;
  readonly port: number;
}

type Labels = Readonly<Record<string, string>>;

interface Subsets {
  readonly service: string;
  readonly labels: ReadonlyMap<string, Labels>;
}

/** The Services, endpoints, Pods and DestinationRules in force. Keys are "namespace/name". */
export class Directory {
  private readonly services = new Map<string, ServiceFacts>();
  private readonly slices = new Map<string, SliceFacts>();
  private readonly slicesOf = new Map<string, Set<string>>();
  private readonly pods = new Map<string, Labels>();
  private readonly rules = new Map<string, Subsets>();

  putService(key: string, object: KubeObject | undefined): void {
    replace(this.services, key, object === undefined ? undefined : decodeService(object));
  }

  putPod(key: string, object: KubeObject | undefined): void {
    replace(this.pods, key, object === undefined ? undefined : (object.metadata.labels ?? {}));
  }

  putDestinationRule(key: string, object: KubeObject | undefined): void {
    replace(this.rules, key, object === undefined ? undefined : subsetsOf(object));
  }

  putSlice(key: string, object: KubeObject | undefined): void {
    const before = this.slices.get(key)?.service;
    if (before !== undefined) this.slicesOf.get(before)?.delete(key);
    const facts = object === undefined ? undefined : decodeSlice(object);
    replace(this.slices, key, facts);
    if (facts?.service === undefined) return;
    const known = this.slicesOf.get(facts.service) ?? new Set();
    this.slicesOf.set(facts.service, known.add(key));
  }

  /** Where requests for the target can go. */
  resolve(target: Target): Resolved {
    const key = `${target.namespace}/${target.name}`;
    const service = this.services.get(key);
    if (service === undefined) return { type: "missing", why: `there is no Service ${key}` };
    if (service.externalName !== undefined) return { type: "external", host: service.externalName };
    const port =
      target.port === undefined && service.ports.length === 1
        ? service.ports[0]
        : service.ports.find((candidate) => candidate.port === target.port);
    if (port === undefined) return { type: "missing", why: `the Service ${key} has no port ${target.port ?? "alone"}` };
    const labels = target.subset === undefined ? {} : this.labelsOf(key, target.subset);
    if (labels === undefined) return { type: "missing", why: `${key} has no subset ${target.subset ?? ""}` };
    return { type: "endpoints", endpoints: this.endpointsOf(key, port.name, labels), isHttp2: port.isHttp2 };
  }

  private endpointsOf(service: string, portName: string, labels: Labels): readonly Endpoint[] {
    return [...(this.slicesOf.get(service) ?? [])].flatMap((key) => {
      const slice = this.slices.get(key);
      const port = slice?.ports.get(portName);
      if (slice === undefined || port === undefined) return [];
      return slice.endpoints.filter((endpoint) => this.carries(endpoint, labels)).map(({ ip }) => ({ ip, port }));
    });
  }

  private carries({ pod }: SliceEndpoint, labels: Labels): boolean {
    const wanted = Object.entries(labels);
    const carried = pod === undefined ? undefined : this.pods.get(pod);
    return wanted.every(([name, value]) => carried?.[name] === value);
  }

  private labelsOf(service: string, subset: string): Labels | undefined {
    return [...this.rules.values()]
      .find((rule) => rule.service === service && rule.labels.has(subset))
      ?.labels.get(subset);
  }
}

function replace<T>(map: Map<string, T>, key: string, value: T | undefined): void {
  if (value === undefined) map.delete(key);
  else map.set(key, value);
}

function subsetsOf(object: KubeObject): Subsets {
  const namespace = object.metadata.namespace ?? "";
  const service = serviceOfHost(stringAt(object, "spec", "host") ?? "", namespace);
  const labels = arrayAt(object, "spec", "subsets").map((subset): readonly [string, Labels] => {
    const pairs = Object.entries(objectAt(subset, "labels"));
    const texts = pairs.flatMap(([name, value]) => (typeof value === "string" ? [[name, value] as const] : []));
    return [stringAt(subset, "name") ?? "", Object.fromEntries(texts)];
  });
  return { service: service === undefined ? "" : `${service.namespace}/${service.name}`, labels: new Map(labels) };
}
