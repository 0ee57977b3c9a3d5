import { arrayAt, objectAt, stringAt } from "../base/json.js";
import type { Complaint } from "../base/problem.js";
import type { Result } from "../base/result.js";
import type { ControllerConfig } from "../config/config.js";
import type { KindSettings } from "../config/kind.js";
import type { KubeObject } from "../kube/object.js";
import { groupResourceOf } from "../kube/resource.js";
import type { ClusterView } from "./clusterView.js";
import type { RouteTemplate } from "./decode/decodeRouteTemplates.js";
import { readyEndpoints } from "./endpoints.js";
import { makeshiftSpec } from "./makeshift.js";
import type { Endpoints, OutputId, Seen } from "./observed.js";
import { resourceKey } from "./observed.js";
import { serviceOfHost } from "./reader/backend.js";
import type { ServiceName } from "./route.js";
import type { Routemap, TemplateRef } from "./routemap.js";
import { TemplateLibrary } from "./templateLibrary.js";

/** Names an object by the shorthand of its kind. */
interface NamedResource {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** What a plan may ask about a cluster, under a configuration. */
export class ClusterLookup {
  readonly kinds: ReadonlyMap<string, KindSettings>;
  private readonly templates: TemplateLibrary;

  /** `strays`: objects with our finalizer that the view cannot have, because they lost their label; by resource key. */
  constructor(
    readonly config: ControllerConfig,
    readonly view: ClusterView,
    private readonly strays: ReadonlyMap<string, KubeObject>,
  ) {
    this.kinds = new Map(config.kinds.map((kind) => [kind.shorthand, kind]));
    this.templates = new TemplateLibrary((namespace, name) => view.see("template", "configmaps", namespace, name));
  }

  /** A labelled object, or one that lost its label and is still held. */
  resource(ref: NamedResource): Seen {
    const kind = this.kinds.get(ref.kind);
    if (kind === undefined)
      return { state: "unseen", reason: "KindUnknown", message: `kind ${ref.kind} is not configured` };
    const seen = this.view.see("watched", groupResourceOf(kind), ref.namespace, ref.name);
    if (seen.state !== "seen" || seen.object !== undefined) return seen;
    return { state: "seen", object: this.strays.get(resourceKey(groupResourceOf(kind), ref.namespace, ref.name)) };
  }

  /** Text key of a resource, whatever shorthand names its kind. */
  keyOf(ref: NamedResource): string | undefined {
    const kind = this.kinds.get(ref.kind);
    return kind === undefined ? undefined : resourceKey(groupResourceOf(kind), ref.namespace, ref.name);
  }

  /** A route object, ours or not. */
  output(groupResource: string, namespace: string, name: string): Seen {
    return this.view.see("output", groupResource, namespace, name);
  }

  endpoints(namespace: string, service: string): Endpoints {
    const slices = this.view.slicesOf(namespace, service);
    return slices.state === "seen" ? readyEndpoints(slices.objects) : slices;
  }

  /** Whether a namespace is being deleted, as far as namespaces can be seen. */
  isTerminating(namespace: string): boolean {
    const seen = this.view.see("namespace", "namespaces", "", namespace);
    return seen.state === "seen" && seen.object?.metadata.deletionTimestamp !== undefined;
  }

  /** The GatewayClass of a Gateway, where it is known. */
  gatewayClass(namespace: string, name: string): string | undefined {
    const seen = this.view.see("gateway", "gateways.gateway.networking.k8s.io", namespace, name);
    return seen.state === "seen" ? stringAt(seen.object, "spec", "gatewayClassName") : undefined;
  }

  /** A template of a ConfigMap, or why it cannot be used. */
  template(ref: TemplateRef): Result<RouteTemplate, Complaint> {
    return this.templates.find(ref);
  }

  /** Labels of a subset, from the DestinationRules of the routemap's namespace (Istio looks there first). */
  subsetLabels(namespace: string, host: ServiceName, subset: string): Readonly<Record<string, string>> | undefined {
    for (const rule of this.view.list("output", "destinationrules.networking.istio.io", namespace)) {
      const service = serviceOfHost(stringAt(rule, "spec", "host") ?? "", namespace);
      if (service?.name !== host.name || service.namespace !== host.namespace) continue;
      const found = arrayAt(rule, "spec", "subsets").find((candidate) => stringAt(candidate, "name") === subset);
      if (found === undefined) continue;
      const labels = Object.entries(objectAt(found, "labels"));
      return Object.fromEntries(labels.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
    }
    return undefined;
  }

  /** Every stored output that carries the label of a routemap. */
  ownOutputs(uid: string): readonly OutputId[] {
    return this.config.outputs.flatMap((shorthand): OutputId[] => {
      const kind = this.kinds.get(shorthand);
      if (kind === undefined) return [];
      const groupResource = groupResourceOf(kind);
      const owned = this.view.ownedBy(groupResource, uid);
      return owned.map((object) => ({ kind: shorthand, groupResource, name: object.metadata.name }));
    });
  }

  /** Names an output of a kind that may be written; undefined for any other kind. */
  outputId(groupResource: string, name: string): OutputId | undefined {
    const kind = this.config.outputs.find((shorthand) => {
      const settings = this.kinds.get(shorthand);
      return settings !== undefined && groupResourceOf(settings) === groupResource;
    });
    return kind === undefined ? undefined : { kind, groupResource, name };
  }

  /** The spec that the stored outputs of a routemap tell of (`makeshiftSpec`). */
  specTold(uid: string, namespace: string): Routemap | undefined {
    const outputs = this.ownOutputs(uid).flatMap((id) => {
      const seen = this.output(id.groupResource, namespace, id.name);
      return seen.state === "seen" && seen.object !== undefined ? [seen.object] : [];
    });
    return makeshiftSpec(outputs, this.kinds);
  }
}
