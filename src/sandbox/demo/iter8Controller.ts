import { setMaxListeners } from "node:events";

import type { Clock } from "../../base/clock.js";
import type { Json, JsonObject } from "../../base/json.js";
import { arrayAt, isObject, numberAt, objectAt, stringAt } from "../../base/json.js";
import { parseYaml } from "../../base/yaml.js";
import type { Api } from "../../kube/api.js";
import type { KubeObject } from "../../kube/object.js";
import type { GroupVersionResource } from "../../kube/resource.js";
import { apiVersionOf } from "../../kube/resource.js";
import { defaultLimits, executeTemplate, fromJson, parseTemplate } from "../../templates/index.js";
import { follow } from "../workloads/follow.js";
import { Serial } from "../workloads/serial.js";
import { smokeTests, smokeTestType } from "./objects.js";

/** A resource type of Iter8's configuration: what it is called in a routemap, and the conditions that must be True. */
interface ResourceType {
  readonly gvr: GroupVersionResource;
  readonly conditions: readonly string[];
}

const configMaps = { group: "", version: "v1", resource: "configmaps" };
const types: Readonly<Record<string, ResourceType>> = {
  deploy: { gvr: { group: "apps", version: "v1", resource: "deployments" }, conditions: ["Available"] },
  svc: { gvr: { group: "", version: "v1", resource: "services" }, conditions: [] },
  [smokeTestType.shorthand]: { gvr: smokeTests, conditions: smokeTestType.conditions },
  httproute: { gvr: { group: "gateway.networking.k8s.io", version: "v1", resource: "httproutes" }, conditions: [] },
};
const finalizer = "iter8.tools/finalizer";

/** What `follow` tells, in one word per object. */
interface Known {
  readonly type: string;
  readonly object: KubeObject;
}

/**
 * Does what the controller of Iter8 1.1.2 does, for Deployments, Services, smoke tests and HTTPRoutes in one namespace:
 * every change of a watched object adds the finalizer where it is missing, computes the weights from what is available at
 * this moment, applies every template by force, and takes the finalizer off a deleted object at once after that, whether
 * the gateway follows already or not. No version waits to be stable, nothing drains, and `force-primary` is unknown. It is
 * spared what would only make it look worse: the limit of 5 requests a second, the owner reference that no garbage
 * collector understands, and starts with empty caches.
 */
export class Iter8Controller {
  private readonly known = new Map<string, Known>();
  private readonly routemaps = new Map<string, KubeObject>();
  private readonly serial = new Serial();
  private readonly stopped = new AbortController();
  private readonly waiting: (() => Promise<void>)[] = [];
  private following: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly api: Api,
    private readonly clock: Clock,
    private readonly namespace: string,
  ) {
    setMaxListeners(0, this.stopped.signal);
  }

  start(): void {
    const { api, clock, namespace } = this;
    const { signal } = this.stopped;
    const watched = ["deploy", "svc", smokeTestType.shorthand].map((type) =>
      follow(
        api,
        clock,
        { resource: gvrOf(type), namespace, labelSelector: "iter8.tools/watch=true" },
        {
          onObject: (object) => {
            this.known.set(object.metadata.uid, { type, object });
            this.enqueue(() => this.handle(type, object));
          },
          onGone: (uid) => {
            this.known.delete(uid);
            this.enqueue(() => this.reconcileAll());
          },
        },
        signal,
      ),
    );
    const routemaps = follow(
      api,
      clock,
      { resource: configMaps, namespace, labelSelector: "iter8.tools/kind=routemap" },
      {
        onObject: (object) => {
          this.routemaps.set(object.metadata.uid, object);
          this.enqueue(() => this.reconcileAll());
        },
        onGone: (uid) => void this.routemaps.delete(uid),
      },
      signal,
    );
    this.following = Promise.all([...watched, routemaps]);
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.following;
    await this.serial.idle();
  }

  /** Events are handled one after the other, each of them. */
  private enqueue(work: () => Promise<void>): void {
    this.waiting.push(work);
    this.serial.run("events", async () => {
      for (let next = this.waiting.shift(); next !== undefined; next = this.waiting.shift())
        if (!this.stopped.signal.aborted) await next();
    });
  }

  private async handle(type: string, object: KubeObject): Promise<void> {
    const isDeleted = object.metadata.deletionTimestamp !== undefined;
    if (!isDeleted) await this.setFinalizer(type, object, true);
    await this.reconcileAll();
    if (isDeleted) await this.setFinalizer(type, object, false);
  }

  /** Reads the live object and replaces it, once; a conflict brings another event. */
  private async setFinalizer(type: string, object: KubeObject, wanted: boolean): Promise<void> {
    const { signal } = this.stopped;
    const ref = { namespace: this.namespace, name: object.metadata.name };
    const live = await this.api.get(gvrOf(type), ref, signal);
    if (!live.ok) return;
    const { finalizers = [], deletionTimestamp } = live.value.metadata;
    if (finalizers.includes(finalizer) === wanted || (wanted && deletionTimestamp !== undefined)) return;
    const others = finalizers.filter((name) => name !== finalizer);
    const metadata = { ...live.value.metadata, finalizers: wanted ? [...others, finalizer] : others };
    await this.api.update(gvrOf(type), ref, { ...live.value, metadata }, signal);
  }

  private async reconcileAll(): Promise<void> {
    for (const routemap of this.routemaps.values()) {
      const spec = parseYaml(stringAt(routemap, "data", "strSpec") ?? "");
      if (!spec.ok) continue;
      const versions = arrayAt(spec.value.value, "versions");
      const weights = normalised(versions.map((version) => this.weightOf(version)));
      const templates = Object.values(objectAt(spec.value.value, "routingTemplates"));
      for (const template of templates) if (isObject(template)) await this.applyTemplate(routemap, template, weights);
    }
  }

  private weightOf(version: unknown): number {
    if (!isObject(version)) return 0;
    const resources = arrayAt(version, "resources").map((ref) => this.resourceOf(ref));
    if (!resources.every((known) => known !== undefined && isAvailable(known))) return 0;
    const override = Number(resources[0]?.object.metadata.annotations?.["iter8.tools/weight"] ?? Number.NaN);
    return Number.isInteger(override) && override >= 0 ? override : (numberAt(version, "weight") ?? 1);
  }

  private resourceOf(ref: Json): Known | undefined {
    const type = stringAt(ref, "gvrShort");
    const name = stringAt(ref, "name");
    return [...this.known.values()].find((known) => known.type === type && known.object.metadata.name === name);
  }

  private async applyTemplate(routemap: KubeObject, entry: JsonObject, weights: readonly number[]): Promise<void> {
    const template = parseTemplate("template", stringAt(entry, "template") ?? "");
    if (!template.ok) return;
    const data = fromJson({ Name: routemap.metadata.name, Namespace: this.namespace, Weights: [...weights] });
    const text = executeTemplate(template.value, data, defaultLimits);
    const manifest = text.ok ? parseYaml(text.value) : undefined;
    const body = manifest?.ok === true ? manifest.value.value : undefined;
    const type = types[stringAt(entry, "gvrShort") ?? ""];
    if (!isObject(body) || type === undefined) return;
    const { name, uid } = routemap.metadata;
    const ownerReferences = [{ apiVersion: "v1", kind: "ConfigMap", name, uid }];
    const metadata = { ...objectAt(body, "metadata"), namespace: this.namespace, ownerReferences };
    const ref = { namespace: this.namespace, name: stringAt(metadata, "name") ?? "" };
    const whole = { ...body, apiVersion: apiVersionOf(type.gvr), metadata };
    await this.api.apply(type.gvr, ref, whole, { fieldManager: "iter8-controller", force: true }, this.stopped.signal);
  }
}

function gvrOf(type: string): GroupVersionResource {
  return types[type]?.gvr ?? configMaps;
}

/** Exists, is not deleted, and has every condition of its type True for its present generation. */
function isAvailable({ type, object }: Known): boolean {
  const generation = object.metadata.generation ?? 0;
  const isCurrent = (numberAt(object, "status", "observedGeneration") ?? generation) >= generation;
  const holds = (name: string): boolean =>
    arrayAt(object, "status", "conditions").some(
      (condition) => stringAt(condition, "type") === name && stringAt(condition, "status") === "True",
    );
  return object.metadata.deletionTimestamp === undefined && isCurrent && (types[type]?.conditions ?? []).every(holds);
}

/** If nothing has weight, the first version gets it. */
function normalised(weights: readonly number[]): readonly number[] {
  return weights.some((weight) => weight > 0) ? weights : weights.map((_, index) => (index === 0 ? 1 : 0));
}
