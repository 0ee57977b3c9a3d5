import type { KubeObject } from "../../src/kube/object.js";
import { groupResourceOf } from "../../src/kube/resource.js";
import { names } from "../../src/routing/names.js";
import type { UnseenKind } from "../../src/routing/snapshot/snapshotView.js";
import type { PlanWorld } from "./planWorld.js";

/** Everything of a made-up world as the objects that a list of the cluster would give, `text` being its routemap's. */
export function objectsOf(world: PlanWorld, text: string): readonly KubeObject[] {
  return [
    routemapObject(text, world.annotations),
    ...[...world.objects]
      .filter(([key]) => !world.unseenKinds.has(key.split("/")[0] ?? ""))
      .map(([, object]) => object),
    ...world.outputs.values(),
    ...[...world.objects.values()].filter(({ kind }) => kind === "Service").map((service) => sliceOf(world, service)),
    ...[...world.terminating].map(endingNamespace),
  ];
}

/** The kinds that a made-up world does not show. */
export function unseenOf(world: PlanWorld, absent: Iterable<string> = []): readonly UnseenKind[] {
  const unseen = [...world.unseenKinds].flatMap((shorthand): UnseenKind[] => {
    const kind = world.kinds.get(shorthand);
    if (kind === undefined) return [];
    const seen = { state: "unseen", reason: "Forbidden", message: `may not list ${shorthand}` } as const;
    return [{ groupResource: groupResourceOf(kind), seen }];
  });
  return [
    ...unseen,
    ...[...absent].map((groupResource) => ({ groupResource, seen: { state: "kindAbsent" } as const })),
  ];
}

function routemapObject(strSpec: string, annotations: Readonly<Record<string, string>>): KubeObject {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      namespace: "default",
      name: "app",
      uid: "map-1",
      resourceVersion: "1",
      labels: { [names.kindLabel]: names.routemapKind },
      annotations,
    },
    data: { strSpec },
  };
}

function sliceOf(world: PlanWorld, { metadata: { name } }: KubeObject): KubeObject {
  const labels = { [names.watchLabel]: "true", "kubernetes.io/service-name": name };
  const ready = world.endpoints.get(name) ?? 0;
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { namespace: "default", name: `${name}-abc`, uid: `slice-${name}`, resourceVersion: "1", labels },
    endpoints: Array.from({ length: ready }, () => ({ conditions: { ready: true } })),
  };
}

function endingNamespace(name: string): KubeObject {
  const deletionTimestamp = "2030-01-01T00:00:00Z";
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name, uid: `ns-${name}`, resourceVersion: "1", deletionTimestamp },
  };
}
