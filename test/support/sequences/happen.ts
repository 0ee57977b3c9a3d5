import type { JsonObject } from "../../../src/base/json.js";
import { objectAt } from "../../../src/base/json.js";
import { names } from "../../../src/routing/names.js";
import { outputKey } from "../../../src/routing/observed.js";
import type { AppSpec, AppVersion, ServiceName } from "./appSpec.js";
import type { SequenceWorld } from "./sequenceWorld.js";
import type { ClusterEvent, Edit, Foreign, Step } from "./steps.js";

const kinds = ["svc", "deploy"] as const;
const groupResources = {
  HTTPRoute: "httproutes.gateway.networking.k8s.io",
  VirtualService: "virtualservices.networking.istio.io",
} as const;

/** Lets one step happen, and wakes the controller. */
export function happen(world: SequenceWorld, step: Step): void {
  if ("edit" in step) world.edit(edited(world.app, step));
  else occur(world, step);
  world.wake();
}

function occur(world: SequenceWorld, step: Exclude<Step, Edit>): void {
  switch (step.do) {
    case "cluster": {
      clusterEvent(world, step.event, step.service);
      return;
    }
    case "annotate":
      world.annotations = withText(world.annotations, `iter8.tools/${step.name}`, step.value);
      return;
    case "annotateWeight": {
      annotateWeight(world, step.service, step.value);
      return;
    }
    case "blind":
      if (!world.unseenKinds.delete(step.kind)) world.unseenKinds.add(step.kind);
      return;
    case "crd": {
      crd(world, groupResources[step.kind]);
      return;
    }
    case "foreign": {
      foreign(world, step.change, step.service);
      return;
    }
    case "gateway":
      world.gateway = step.lag;
      return;
    case "fault":
      world.nextWrite = step.fault;
      return;
    case "restart": {
      world.restart();
      return;
    }
    case "pass": {
      world.pass(step.ms);
      return;
    }
  }
}

/** The spec after an edit; one that would make no sense changes nothing. */
export function edited(app: AppSpec, edit: Edit): AppSpec {
  switch (edit.edit) {
    case "reorder":
      return { ...app, versions: [...app.versions.slice(1), ...app.versions.slice(0, 1)] };
    case "kind":
      return { ...app, kind: edit.kind };
    case "by":
      return { ...app, by: edit.by };
    case "strategy":
      return { ...app, by: "routes", strategy: edit.strategy };
    case "mistake":
      return { ...app, mistake: edit.mistake };
    case "weight":
      return withVersion(app, edit.service, ({ name, service }) => ({
        ...{ name, service },
        ...(edit.weight === undefined ? {} : { weight: edit.weight }),
      }));
    case "rename":
      return withVersion(app, edit.service, (version) => ({
        ...version,
        name: version.name === version.service ? `${version.name}-b` : version.service,
      }));
    case "add":
    case "remove":
    case "renameService":
      return relisted(app, edit.edit, edit.service);
  }
}

function relisted(app: AppSpec, edit: "add" | "remove" | "renameService", service: ServiceName): AppSpec {
  const listed = app.versions.some((version) => version.service === service);
  if (edit === "remove")
    return app.versions.length === 1
      ? app
      : { ...app, versions: app.versions.filter((version) => version.service !== service) };
  if (listed || app.versions.some(({ name }) => name === service)) return app;
  if (edit === "add") return { ...app, versions: [...app.versions, { name: service, service }] };
  return {
    ...app,
    versions: app.versions.map((version, index) =>
      index === app.versions.length - 1 ? { ...version, service } : version,
    ),
  };
}

function withVersion(app: AppSpec, service: string, change: (version: AppVersion) => AppVersion): AppSpec {
  return { ...app, versions: app.versions.map((version) => (version.service === service ? change(version) : version)) };
}

function withText(
  texts: Readonly<Record<string, string>>,
  name: string,
  value: string | undefined,
): Record<string, string> {
  const { [name]: _before, ...others } = texts;
  return value === undefined ? others : { ...others, [name]: value };
}

function annotateWeight(world: SequenceWorld, service: ServiceName, value: string | undefined): void {
  const object = world.objects.get(`deploy/${service}`);
  if (object === undefined) return;
  world.put("deploy", service, {
    metadata: { annotations: withText(object.metadata.annotations ?? {}, names.weight, value) },
  });
}

function crd(world: SequenceWorld, groupResource: string): void {
  if (world.absentOutputs.delete(groupResource)) return;
  world.absentOutputs.add(groupResource);
  for (const key of [...world.outputs.keys()]) if (key.startsWith(groupResource)) world.outputs.delete(key);
}

function clusterEvent(world: SequenceWorld, event: ClusterEvent, service: ServiceName): void {
  const there = world.objects.has(`deploy/${service}`) && world.objects.has(`svc/${service}`);
  if (event === "ready" || event === "recreate") {
    const gone = kinds.every((kind) => !world.objects.has(`${kind}/${service}`));
    if (there || gone) comeUp(world, service);
    return;
  }
  if (event === "notReady" && there) world.up(service, false);
  if (event === "scaleToZero" && there)
    world.put("deploy", service, { spec: { replicas: 0, template: podsOf(service) } });
  if (event === "statusBehind" && there) {
    const generation = (world.objects.get(`deploy/${service}`)?.metadata.generation ?? 0) + 1;
    world.put("deploy", service, { metadata: { generation } });
  }
  for (const kind of kinds) if (event !== "deleteService" || kind === "svc") objectEvent(world, event, kind, service);
}

/** Ready, with a status that belongs to its spec. */
function comeUp(world: SequenceWorld, service: string): void {
  world.up(service);
  const deploy = world.objects.get(`deploy/${service}`);
  const observedGeneration = deploy?.metadata.generation ?? 1;
  world.put("deploy", service, { status: { ...objectAt(deploy, "status"), observedGeneration } });
}

function podsOf(service: string): JsonObject {
  return { metadata: { labels: { app: service } } };
}

function objectEvent(world: SequenceWorld, event: ClusterEvent, kind: string, name: string): void {
  const object = world.objects.get(`${kind}/${name}`);
  if (object === undefined) return;
  const { finalizers = [], labels = {}, deletionTimestamp } = object.metadata;
  switch (event) {
    case "delete":
    case "deleteService":
      if (deletionTimestamp === undefined) world.delete(kind, name);
      return;
    case "deleteForeground":
      if (deletionTimestamp !== undefined) return;
      world.put(kind, name, { metadata: { finalizers: [...finalizers, names.foreground] } });
      world.delete(kind, name);
      {
        world.collect(kind, name);
        return;
      }
    case "loseLabel": {
      const next = labels[names.watchLabel] === "true" ? {} : { [names.watchLabel]: "true" };
      world.put(kind, name, { metadata: { labels: next } });
      return;
    }
    case "clobber":
      world.put(kind, name, { metadata: { finalizers: [] } });
      {
        world.collect(kind, name);
        return;
      }
    case "foreignFinalizer": {
      const kept = finalizers.filter((finalizer) => finalizer !== "example.com/keep");
      if (kept.length === finalizers.length && deletionTimestamp === undefined) kept.push("example.com/keep");
      world.put(kind, name, { metadata: { finalizers: kept } });
      world.collect(kind, name);
      return;
    }
    default:
  }
}

function foreign(world: SequenceWorld, change: Foreign, service: ServiceName): void {
  for (const [key, route] of [...world.outputs]) {
    if (change === "delete") {
      world.outputs.delete(key);
      world.claimed.delete(key);
      world.drifted.delete(key);
      continue;
    }
    const rules = change === "dropRules" ? [] : [ruleTo(route.kind, service)];
    const list = route.kind === "HTTPRoute" ? "rules" : "http";
    world.tamper(route.metadata.name, (spec) => (spec[list] === undefined ? spec : { ...spec, [list]: rules }));
    world.drifted.add(key);
    if (change === "apply") world.claimed.add(key);
  }
}

function ruleTo(kind: string, service: string): JsonObject {
  return kind === "HTTPRoute"
    ? { backendRefs: [{ name: service, port: 80, weight: 1 }] }
    : { route: [{ destination: { host: service } }] };
}

/** Key of the route of a kind. */
export function keyOf(kind: AppSpec["kind"]): string {
  return outputKey({ groupResource: groupResources[kind], name: "app" });
}
