import type { JsonObject } from "../../src/base/json.js";
import type { Complaint } from "../../src/base/problem.js";
import type { Result } from "../../src/base/result.js";
import { fail } from "../../src/base/result.js";
import { arrayAt, isObject, objectAt, stringAt } from "../../src/base/json.js";
import type { ControllerConfig } from "../../src/config/config.js";
import { defaultConfig } from "../../src/config/defaults.js";
import type { KubeObject } from "../../src/kube/object.js";
import { groupResourceOf } from "../../src/kube/resource.js";
import type { Action, WriteAction } from "../../src/routing/actions.js";
import { confirmationOf } from "../../src/routing/confirmation.js";
import type { RouteTemplate } from "../../src/routing/decode/decodeRouteTemplates.js";
import { decodeRoutemap } from "../../src/routing/decode/decodeRoutemap.js";
import type { Memory } from "../../src/routing/memory.js";
import { blankMemory } from "../../src/routing/memory.js";
import type { MissingPermission } from "../../src/routing/missing.js";
import { names } from "../../src/routing/names.js";
import type { Claim, Observed, OutputId, RoutemapObject, Seen, SpecState } from "../../src/routing/observed.js";
import { outputKey } from "../../src/routing/observed.js";
import type { Plan } from "../../src/routing/plan.js";
import { plan } from "../../src/routing/plan.js";
import { readRoute } from "../../src/routing/reader/read.js";
import { rememberSurvey } from "../../src/routing/remember.js";
import type { OutputTrack } from "../../src/routing/track.js";
import { trackOutput } from "../../src/routing/track.js";

/** A made-up cluster around one routemap, for the pure plan: writes take effect at once, time stands still until told. */
export class PlanWorld {
  time = 1_000_000;
  memory: Memory = blankMemory;
  claims: Claim[] = [];
  missing: readonly MissingPermission[] = [];
  annotations: Record<string, string> = {};
  life: RoutemapObject["life"] = "present";
  readonly config: ControllerConfig;
  readonly objects = new Map<string, KubeObject>();
  readonly outputs = new Map<string, KubeObject>();
  readonly tracks = new Map<string, OutputTrack>();
  readonly known = new Map<string, OutputId>();
  readonly unseenKinds = new Set<string>();
  readonly endpoints = new Map<string, number>();
  /** Namespaces that are being deleted. */
  readonly terminating = new Set<string>();
  /** What references to route templates find, by "namespace/name/key". */
  readonly templates = new Map<string, Result<RouteTemplate, Complaint>>();
  /** Every write, in order, as short text. */
  readonly log: string[] = [];
  private spec: SpecState = { state: "invalid", problems: [] };
  private version = 1;

  constructor(strSpec: string, config: Partial<ControllerConfig> = {}) {
    this.config = { ...defaultConfig(), ...config };
    this.setSpec(strSpec);
  }

  /** Another world, in which everything is as it is here now. */
  copy(): PlanWorld {
    const other = new PlanWorld("", this.config);
    const { time, memory, missing, life, spec, version } = this;
    Object.assign(other, { time, memory, missing, life, spec, version });
    other.claims = [...this.claims];
    other.annotations = { ...this.annotations };
    for (const [key, object] of this.objects) other.objects.set(key, object);
    for (const [key, output] of this.outputs) other.outputs.set(key, output);
    for (const [key, track] of this.tracks) other.tracks.set(key, track);
    for (const [key, id] of this.known) other.known.set(key, id);
    for (const [key, ready] of this.endpoints) other.endpoints.set(key, ready);
    for (const [key, template] of this.templates) other.templates.set(key, template);
    for (const kind of this.unseenKinds) other.unseenKinds.add(kind);
    for (const namespace of this.terminating) other.terminating.add(namespace);
    other.log.push(...this.log);
    return other;
  }

  get epoch(): number {
    return Date.UTC(2030, 0, 1) + this.time;
  }

  get kinds(): Observed["kinds"] {
    return new Map(this.config.kinds.map((kind) => [kind.shorthand, kind]));
  }

  setSpec(strSpec: string): void {
    const context = {
      namespace: "default",
      kinds: this.kinds,
      outputs: this.config.outputs,
      limits: this.config.limits,
      templateNamespaces: this.config.templateNamespaces,
      scope: "cluster" as const,
    };
    const decoded = decodeRoutemap(strSpec, context);
    if (decoded.ok) this.spec = { state: "valid", ...decoded.value };
    else {
      const lastGood = this.spec.state === "valid" ? this.spec.routemap : this.spec.lastGood;
      this.spec = { state: "invalid", problems: decoded.error, ...(lastGood === undefined ? {} : { lastGood }) };
    }
  }

  /** Adds or replaces a labelled object; `over` is merged into it. */
  put(
    kind: string,
    name: string,
    over: { metadata?: JsonObject; spec?: JsonObject; status?: JsonObject } = {},
  ): KubeObject {
    const before = this.objects.get(`${kind}/${name}`);
    const metadata = {
      name,
      namespace: "default",
      uid: before?.metadata.uid ?? `${kind}-${name}-${this.version}`,
      resourceVersion: String(++this.version),
      generation: 1,
      labels: { [names.watchLabel]: "true" },
      ...before?.metadata,
      ...over.metadata,
    };
    const object: KubeObject = {
      apiVersion: kind === "deploy" ? "apps/v1" : "v1",
      kind: kind === "deploy" ? "Deployment" : "Service",
      ...before,
      ...(over.spec === undefined ? {} : { spec: over.spec }),
      ...(over.status === undefined ? {} : { status: over.status }),
      metadata,
    };
    this.objects.set(`${kind}/${name}`, object);
    return object;
  }

  /** A version that is up: a Deployment with its Pods and a Service with endpoints. */
  up(name: string, ready = true): void {
    const since = new Date(Date.UTC(2029, 0, 1)).toISOString();
    const available = { type: "Available", status: ready ? "True" : "False", lastTransitionTime: since };
    this.put("deploy", name, {
      spec: { replicas: 1, template: { metadata: { labels: { app: name } } } },
      status: {
        observedGeneration: 1,
        replicas: 1,
        availableReplicas: ready ? 1 : 0,
        readyReplicas: ready ? 1 : 0,
        conditions: [available],
      },
    });
    this.put("svc", name, { spec: { selector: { app: name }, type: "ClusterIP", ports: [{ port: 80 }] } });
    this.endpoints.set(name, ready ? 1 : 0);
  }

  /** Deletes an object as the API server does: it stays while it has finalizers. */
  delete(kind: string, name: string): void {
    const object = this.objects.get(`${kind}/${name}`);
    if (object === undefined) return;
    if ((object.metadata.finalizers ?? []).length === 0) {
      this.objects.delete(`${kind}/${name}`);
      return;
    }
    this.put(kind, name, { metadata: { deletionTimestamp: new Date(this.epoch).toISOString() } });
  }

  /** The gateway accepts the live generation of every route. */
  confirm(): void {
    for (const [key, route] of this.outputs) {
      const parents = objectAt(route, "spec")["parentRefs"];
      const list = Array.isArray(parents) ? parents : [];
      const status = {
        parents: list.map((parentRef: JsonObject) => ({
          parentRef,
          controllerName: "example.com/gateway",
          conditions: [{ type: "Accepted", status: "True", observedGeneration: route.metadata.generation ?? 0 }],
        })),
      };
      this.outputs.set(key, { ...route, status });
    }
    this.sight();
  }

  observe(): Observed {
    this.sight();
    return {
      routemap: {
        namespace: "default",
        name: "app",
        uid: "map-1",
        labels: {},
        annotations: this.annotations,
        life: this.life,
      },
      spec: this.spec,
      config: this.config,
      kinds: this.kinds,
      claims: this.claims,
      memory: this.memory,
      missing: this.missing,
      resource: (ref) => this.see(ref.kind === "service" ? "svc" : ref.kind, ref.name),
      endpoints: (_, service) => ({ state: "seen", ready: this.endpoints.get(service) ?? 0, slices: 1 }),
      output: (id) => ({ state: "seen", object: this.outputs.get(outputKey(id)) }),
      ownOutputs: () =>
        [...this.outputs]
          .filter(([, output]) => output.metadata.labels?.[names.owner] === "map-1")
          .map(([key]) => this.idOf(key)),
      knownOutputs: () => [...this.known.values()],
      gatewayClass: () => undefined,
      subsetLabels: ({ name }, subset) => this.subsetLabels(name, subset),
      terminating: (namespace) => this.terminating.has(namespace),
      template: ({ namespace, name, key }) =>
        this.templates.get(`${namespace}/${name}/${key ?? ""}`) ??
        fail({ message: `there is no route template ${namespace}/${name}`, fix: "create it" }),
      track: (id) => this.tracks.get(outputKey(id)),
    };
  }

  private subsetLabels(service: string, subset: string): Readonly<Record<string, string>> | undefined {
    for (const rule of this.outputs.values()) {
      if (rule.kind !== "DestinationRule" || stringAt(rule, "spec", "host")?.split(".")[0] !== service) continue;
      const found = arrayAt(rule, "spec", "subsets").find((candidate) => stringAt(candidate, "name") === subset);
      const labels = Object.entries(objectAt(found, "labels"));
      if (found !== undefined)
        return Object.fromEntries(labels.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
    }
    return undefined;
  }

  private see(kind: string, name: string): Seen {
    if (this.unseenKinds.has(kind)) return { state: "unseen", reason: "Forbidden", message: `may not list ${kind}` };
    return { state: "seen", object: this.objects.get(`${kind}/${name}`) };
  }

  private idOf(key: string): OutputId {
    const [groupResource = "", name = ""] = key.split("/");
    const kind = this.config.kinds.find((candidate) => groupResourceOf(candidate) === groupResource);
    return { kind: kind?.shorthand ?? "", groupResource, name };
  }

  private sight(restart = false): void {
    for (const id of this.known.values()) {
      const object = this.outputs.get(outputKey(id));
      const reading = object === undefined ? ({ readable: true, rules: [] } as const) : readRoute(object);
      const confirmation = object === undefined ? ({ kind: "none" } as const) : confirmationOf(object);
      this.tracks.set(
        outputKey(id),
        trackOutput(this.tracks.get(outputKey(id)), object, reading, confirmation, this.time, restart),
      );
    }
  }

  /** Looks once, without doing anything. */
  look(): Plan {
    const result = plan(this.observe(), { monotonic: this.time, server: this.epoch });
    if (result.survey !== undefined) this.memory = rememberSurvey(this.memory, result.survey, false);
    for (const decision of result.decisions) this.known.set(outputKey(decision.rendered.id), decision.rendered.id);
    return result;
  }

  /** Carries out stages until nothing is left to do now. */
  settle(): Plan {
    for (let round = 0; round < 50; round += 1) {
      const result = this.look();
      if (result.stage.length === 0) return result;
      for (const action of result.stage) this.carryOut(action);
    }
    throw new Error(`does not come to rest: ${this.log.slice(-6).join("; ")}`);
  }

  /** Lets time pass in steps, settling and confirming after each. */
  pass(ms: number, step = 1000): void {
    for (let left = ms; left > 0; left -= step) {
      this.time += Math.min(step, left);
      this.settle();
      this.confirm();
    }
    this.settle();
  }

  carryOut(action: Action): void {
    switch (action.type) {
      case "claim": {
        this.log.push(`claim ${action.ref.kind}/${action.ref.name}`);
        const object = this.objects.get(`${action.ref.kind}/${action.ref.name}`);
        this.put(action.ref.kind, action.ref.name, {
          metadata: { finalizers: [...(object?.metadata.finalizers ?? []), names.finalizer] },
        });
        this.claims = [
          ...this.claims.filter((claim) => claim.uid !== action.uid),
          { version: action.version, ref: action.ref, uid: action.uid },
        ];
        return;
      }
      case "release": {
        this.log.push(`release ${action.ref.kind}/${action.ref.name} (${action.ground})`);
        const object = this.put(action.ref.kind, action.ref.name, { metadata: { finalizers: [] } });
        if (object.metadata.deletionTimestamp !== undefined)
          this.objects.delete(`${action.ref.kind}/${action.ref.name}`);
        this.claims = this.claims.filter((claim) => claim.uid !== action.uid);
        return;
      }
      case "strip": {
        this.log.push(`strip ${action.ref.kind}/${action.ref.name}`);
        const finalizers = this.objects.get(`${action.ref.kind}/${action.ref.name}`)?.metadata.finalizers ?? [];
        this.put(action.ref.kind, action.ref.name, {
          metadata: { finalizers: finalizers.filter((name) => name !== "foregroundDeletion") },
        });
        return;
      }
      case "write":
        this.write(action);
        return;
      case "prune":
        this.log.push(`prune ${outputKey(action.output)}`);
        this.outputs.delete(outputKey(action.output));
        return;
      case "handOver": {
        this.log.push(`hand over ${outputKey(action.output)}`);
        const object = this.outputs.get(outputKey(action.output));
        if (object !== undefined)
          this.outputs.set(outputKey(action.output), {
            ...object,
            metadata: { ...object.metadata, labels: {}, ownerReferences: [] },
          });
      }
    }
  }

  private write(action: WriteAction): void {
    const key = outputKey(action.output);
    const before = this.outputs.get(key);
    this.log.push(`${action.mode} ${action.output.name} ${action.weights.join("/")}`);
    const metadata = objectAt(action.body, "metadata");
    const managed = {
      manager: "pointsman",
      operation: "Apply",
      apiVersion: stringAt(action.body, "apiVersion") ?? "",
      fieldsType: "FieldsV1",
      fieldsV1: fieldsOf(action.body),
      time: new Date(this.epoch).toISOString(),
    };
    const object: KubeObject = {
      apiVersion: stringAt(action.body, "apiVersion") ?? "",
      kind: stringAt(action.body, "kind") ?? "",
      ...action.body,
      ...(before?.["status"] === undefined ? {} : { status: before["status"] }),
      metadata: {
        ...metadata,
        name: action.output.name,
        uid: before?.metadata.uid ?? `route-${++this.version}`,
        resourceVersion: String(++this.version),
        generation: (before?.metadata.generation ?? 0) + 1,
        managedFields: [managed],
      },
    };
    this.outputs.set(key, object);
    this.sight();
  }

  /** A foreign update of a route's spec. */
  tamper(name: string, change: (spec: JsonObject) => JsonObject): void {
    for (const [key, route] of this.outputs)
      if (route.metadata.name === name)
        this.outputs.set(key, {
          ...route,
          spec: change(objectAt(route, "spec")),
          metadata: {
            ...route.metadata,
            generation: (route.metadata.generation ?? 0) + 1,
            resourceVersion: String(++this.version),
            managedFields: [{ manager: "kubectl-edit", operation: "Update" }],
          },
        });
    this.sight();
  }
}

function fieldsOf(value: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !["apiVersion", "kind"].includes(key))
      .map(([key, member]) => [`f:${key}`, isObject(member) && Object.keys(member).length > 0 ? fieldsOf(member) : {}]),
  );
}
