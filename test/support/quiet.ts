import { sleep, systemClock } from "../../src/base/clock.js";
import { stringAt } from "../../src/base/json.js";
import type { KubeObject } from "../../src/kube/object.js";
import type { GroupVersionResource } from "../../src/kube/resource.js";
import { waitFor } from "./plane/waitFor.js";
import type { Scene } from "./scene.js";
import { configMaps, deployments, events, httpRoutes, pods, services, virtualServices } from "./scene.js";

/** Every kind that we or what we cause could write; Leases, which are renewed for ever, are left out. */
const kinds: readonly GroupVersionResource[] = [
  deployments,
  services,
  configMaps,
  pods,
  events,
  httpRoutes,
  virtualServices,
  { group: "apps", version: "v1", resource: "replicasets" },
  { group: "discovery.k8s.io", version: "v1", resource: "endpointslices" },
  { group: "example.com", version: "v1", resource: "widgets" },
];

/**
 * Waits until a scene is at rest, watches it for `ms` milliseconds, and returns what was written meanwhile. How often
 * an Event has come again is written late on purpose: that counts only if it came again meanwhile.
 */
export async function unquiet(scene: Scene, ms: number): Promise<readonly string[]> {
  let before = await snapshot(scene);
  let since = systemClock.now();
  await waitFor(
    async () => {
      await pause(1500);
      const now = await snapshot(scene);
      const isAtRest = changes(before, now, since).length === 0;
      before = now;
      since = systemClock.now();
      return isAtRest;
    },
    { describe: `${scene.namespace} to come to rest`, timeoutMs: 30_000 },
  );
  await pause(ms);
  return changes(before, await snapshot(scene), since);
}

type Snapshot = ReadonlyMap<string, KubeObject>;

function pause(ms: number): Promise<void> {
  return sleep(systemClock, ms, new AbortController().signal);
}

async function snapshot(scene: Scene): Promise<Snapshot> {
  const lists = await Promise.all(kinds.map((kind) => scene.admin.list(kind, scene.namespace)));
  return new Map(lists.flat().map((object) => [`${object.kind}/${object.metadata.name}`, object]));
}

function changes(before: Snapshot, after: Snapshot, since: number): readonly string[] {
  const version = (object: KubeObject | undefined): string => object?.metadata.resourceVersion ?? "none";
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((key) => {
    const [was, is] = [version(before.get(key)), version(after.get(key))];
    const again = Date.parse(stringAt(after.get(key), "series", "lastObservedTime") ?? "");
    return was === is || again < since
      ? []
      : [`${key}: ${was} → ${is} ${JSON.stringify(after.get(key)?.["note"] ?? "")}`];
  });
}
