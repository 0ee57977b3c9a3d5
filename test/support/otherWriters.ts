import { expect } from "@jest/globals";

import type { JsonObject } from "../../src/base/json.js";
import { arrayAt, stringAt } from "../../src/base/json.js";
import type { KubeObject } from "../../src/kube/object.js";
import type { GroupVersionResource } from "../../src/kube/resource.js";
import { waitFor } from "./plane/waitFor.js";
import { configMaps, events, httpRoutes } from "./scene.js";
import type { Scene } from "./scene.js";

/** Polls of a quiet object, one every 25 ms: a second. */
const polls = 40;

/** What people and programs other than Pointsman do to the objects of a scene, and what an object looks like after. */
export class OtherWriters {
  constructor(private readonly scene: Scene) {}

  /** Changes a route by a merge patch, as an editor that does not know server-side apply. */
  async update(route: string, manager: string, body: JsonObject): Promise<void> {
    const { namespace, admin } = this.scene;
    const path = `/apis/gateway.networking.k8s.io/v1/namespaces/${namespace}/httproutes/${route}?fieldManager=${manager}`;
    const reply = await admin.request("PATCH", path, { body, contentType: "application/merge-patch+json" });
    expect(reply.status).toBe(200);
  }

  /** Applies a route by server-side apply, forced; `spec` and `metadata` are all that the manager claims. */
  apply(route: string, manager: string, spec: JsonObject, metadata: JsonObject = {}): Promise<KubeObject> {
    const { namespace, admin } = this.scene;
    const identity = { apiVersion: "gateway.networking.k8s.io/v1", kind: "HTTPRoute" };
    const body = { ...identity, metadata: { ...metadata, name: route, namespace }, spec };
    return admin.apply(httpRoutes, { namespace, name: route }, body, { manager });
  }

  /** Sets annotations of a routemap; null removes one. */
  async annotate(routemap: string, annotations: Readonly<Record<string, string | null>>): Promise<void> {
    await this.scene.patch(configMaps, routemap, { metadata: { annotations } });
  }

  async resourceVersion(gvr: GroupVersionResource, name: string): Promise<string | undefined> {
    return (await this.scene.find(gvr, name))?.metadata.resourceVersion;
  }

  /** Expects that nobody writes an object for a second (nor creates one that is not there); returns its revision. */
  async expectQuiet(gvr: GroupVersionResource, name: string): Promise<string | undefined> {
    const before = await this.resourceVersion(gvr, name);
    await this.expectSteady(
      async () => `${gvr.resource}/${name} at ${(await this.resourceVersion(gvr, name)) ?? "none"}`,
    );
    return before;
  }

  /** Expects that a value stays what it is for a second. */
  async expectSteady(read: () => Promise<string | number>): Promise<void> {
    const seen = [await read()];
    await waitFor(
      async () => {
        seen.push(await read());
        return seen.length > polls;
      },
      { describe: "a second to pass" },
    );
    expect([...new Set(seen)]).toEqual([seen[0]]);
  }

  /** Waits until the gateway has reported on the route's present generation, after which it leaves it alone. */
  async untilReported(route: string): Promise<KubeObject> {
    return waitFor(
      async () => {
        const object = await this.scene.find(httpRoutes, route);
        const { generation } = object?.metadata ?? {};
        const text = JSON.stringify(arrayAt(object, "status", "parents"));
        return text.includes(`"observedGeneration":${generation ?? -1}`) ? object : undefined;
      },
      { describe: `a report on ${route}` },
    );
  }

  /** Waits until a routemap's `iter8.tools/ready` has this value, and expects its status to say the same. */
  async untilReady(routemap: string, ready: "True" | "False" | "Unknown"): Promise<void> {
    await waitFor(async () => (await this.annotation(routemap, "iter8.tools/ready")) === ready, {
      describe: `${routemap} to be ready=${ready}`,
      timeoutMs: 15_000,
    });
    const condition = (await this.scene.conditions(routemap)).find(({ type }) => type === "Ready");
    expect(condition?.status).toBe(ready);
  }

  async annotation(routemap: string, key: string): Promise<string | undefined> {
    return (await this.scene.find(configMaps, routemap))?.metadata.annotations?.[key];
  }

  /** Waits for an Event about an object whose note contains `text`. */
  async untilEvent(name: string, reason: string, text: string): Promise<void> {
    let seen: readonly string[] = [];
    await waitFor(
      async () => {
        const list = await this.scene.admin.list(events, this.scene.namespace);
        seen = list
          .filter((event) => stringAt(event, "regarding", "name") === name)
          .map((event) => `${stringAt(event, "reason") ?? ""}: ${stringAt(event, "note") ?? ""}`);
        return seen.some((event) => event.startsWith(`${reason}: `) && event.includes(text));
      },
      { describe: `an Event ${reason} about ${name} with "${text}"` },
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}; seen: ${seen.join("\n")}`);
    });
  }
}

/** Managers that own anything but the status of an object. */
export function writersOf(object: KubeObject | undefined): readonly string[] {
  const entries = (object?.metadata.managedFields ?? []).filter((entry) => entry.subresource !== "status");
  return [...new Set(entries.map((entry) => entry.manager ?? ""))].sort();
}
