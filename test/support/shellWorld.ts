import { NEVER, of } from "rxjs";

import { arrayAt, isObject, numberAt, stringAt } from "../../src/base/json.js";
import { seededRandom } from "../../src/base/random.js";
import { ok } from "../../src/base/result.js";
import { defaultConfig } from "../../src/config/defaults.js";
import { Discovery } from "../../src/kube/discovery.js";
import type { GroupVersionResource } from "../../src/kube/resource.js";
import { groupResourceOf } from "../../src/kube/resource.js";
import { RouteController } from "../../src/routing/controller/controller.js";
import { names } from "../../src/routing/names.js";
import type { Permission } from "../../src/routing/permissions.js";
import type { RoutemapSeries } from "../../src/routing/series.js";
import { FakeApi } from "./fakeApi.js";
import { FakeClock } from "./fakeClock.js";

export const gvrs = {
  deploy: { group: "apps", version: "v1", resource: "deployments" },
  svc: { group: "", version: "v1", resource: "services" },
  cm: { group: "", version: "v1", resource: "configmaps" },
  slice: { group: "discovery.k8s.io", version: "v1", resource: "endpointslices" },
  route: { group: "gateway.networking.k8s.io", version: "v1", resource: "httproutes" },
} as const satisfies Record<string, GroupVersionResource>;

/** Discovery of a cluster that serves whatever is asked for. */
class EverythingServed extends Discovery {
  override resolve(query: Parameters<Discovery["resolve"]>[0]): ReturnType<Discovery["resolve"]> {
    const resource = "resource" in query ? query.resource : "";
    return Promise.resolve(
      ok({ group: query.group, version: query.version ?? "v1", resource, kind: resource, namespaced: true }),
    );
  }
}

/** The whole controller over an in-memory API server under a clock that stands still. */
export class ShellWorld {
  readonly clock = new FakeClock(Date.UTC(2030, 0, 1));
  readonly api = new FakeApi(this.clock);
  readonly events: string[] = [];
  /** What the last Event of a reason says. */
  readonly notes = new Map<string, string>();
  /** How often a deletion in the foreground was counted. */
  inForeground = 0;
  /** What was told about our rights: "- patch deployments.apps" where it went missing, "+ …" where it came back. */
  readonly rights: string[] = [];
  /** Routemaps in numbers, by name, as metrics would show them. */
  readonly series = new Map<string, RoutemapSeries>();
  /** How often a routemap was looked at. */
  looks = 0;
  /** Milliseconds by which controllers that are started from now on take the server's clock to be ahead of ours. */
  serverAhead = 0;
  private stop = new AbortController();

  /** Starts the controller as leader, and returns it; `predecessor`: another one may have led before. */
  start(predecessor = false): RouteController {
    const { serverAhead } = this;
    const controller = new RouteController({
      api: this.api,
      discovery: new EverythingServed(this.api, this.clock),
      clock: this.clock,
      random: seededRandom(1),
      config: defaultConfig(),
      events: {
        record: (event) => {
          this.events.push(`${event.reason} ${event.regarding.name}`);
          this.notes.set(event.reason, event.note);
        },
      },
      sink: {
        log: () => undefined,
        wrote: () => undefined,
        released: () => undefined,
        deletedInForeground: () => (this.inForeground += 1),
        ready: () => undefined,
        routemap: ({ name }, series) => {
          if (series === undefined) this.series.delete(name);
          else this.series.set(name, series);
        },
      },
      observer: {
        depth: () => undefined,
        added: () => undefined,
        started: () => (this.looks += 1),
        finished: () => undefined,
        retried: () => undefined,
      },
      serverTimeOffset: () => serverAhead,
    });
    controller.permissions.news$.subscribe((news) => {
      const text = ({ verb, ...resource }: Permission): string => `${verb} ${groupResourceOf(resource)}`;
      if (news.type === "unanswered") this.rights.push(`? ${news.error.reason}`);
      else {
        for (const { permission } of news.appeared) this.rights.push(`- ${text(permission)}`);
        for (const permission of news.over) this.rights.push(`+ ${text(permission)}`);
      }
    });
    const leader = { state: "leader", since: 0, term: 1, predecessor } as const;
    void controller.run(of(leader), NEVER, this.stop.signal);
    return controller;
  }

  /** Ends the controller as a crash would; what it remembered is gone. */
  restart(): void {
    this.stop.abort();
    this.stop = new AbortController();
  }

  async close(): Promise<void> {
    this.stop.abort();
    await this.clock.advance(1);
  }

  /** A version: Deployment, Service and EndpointSlice, ready or not since long ago. */
  version(name: string, ready = true): void {
    const labels = { [names.watchLabel]: "true" };
    const at = { namespace: "default", name };
    const condition = {
      type: "Available",
      status: ready ? "True" : "False",
      lastTransitionTime: "2029-01-01T00:00:00Z",
    };
    const status = { observedGeneration: 1, replicas: 1, availableReplicas: ready ? 1 : 0, conditions: [condition] };
    const spec = { replicas: 1, template: { metadata: { labels: { app: name } } } };
    this.api.server.put(gvrs.deploy, { ...at, kind: "Deployment", metadata: { labels }, spec, status });
    this.api.server.put(gvrs.svc, { ...at, kind: "Service", metadata: { labels }, spec: { selector: { app: name } } });
    this.api.server.put(gvrs.slice, {
      ...at,
      kind: "EndpointSlice",
      metadata: { labels: { ...labels, "kubernetes.io/service-name": name } },
      endpoints: [{ conditions: { ready } }],
    });
  }

  routemap(strSpec: string): void {
    const labels = { [names.kindLabel]: names.routemapKind };
    this.api.server.put(gvrs.cm, {
      namespace: "default",
      name: "app",
      kind: "ConfigMap",
      metadata: { labels },
      data: { strSpec },
    });
  }

  /** The gateway accepts the live generation of the route. */
  confirm(): void {
    const route = this.api.server.get(gvrs.route, { namespace: "default", name: "app" });
    if (route === undefined) return;
    const accepted = { type: "Accepted", status: "True", observedGeneration: route.metadata.generation ?? 0 };
    const parents = [{ parentRef: { name: "gateway" }, conditions: [accepted] }];
    this.api.server.store(gvrs.route, { ...route, status: { parents } });
  }

  /** A condition of the routemap's published status, as "Reason: message"; undefined where it is not true. */
  condition(type: string): string | undefined {
    const map = this.api.server.get(gvrs.cm, { namespace: "default", name: "app" });
    const status: unknown = JSON.parse(map?.metadata.annotations?.[names.status] ?? "{}");
    const found = arrayAt(isObject(status) ? status : {}, "conditions").find(
      (condition) => stringAt(condition, "type") === type && stringAt(condition, "status") === "True",
    );
    return found === undefined ? undefined : `${stringAt(found, "reason") ?? ""}: ${stringAt(found, "message") ?? ""}`;
  }

  /** Backend name → weight of the stored route. */
  shares(): string {
    const route = this.api.server.get(gvrs.route, { namespace: "default", name: "app" });
    const refs = arrayAt(route, "spec", "rules", 0, "backendRefs");
    return refs.map((ref) => `${stringAt(ref, "name") ?? ""}=${numberAt(ref, "weight") ?? 1}`).join(" ");
  }

  delete(gvr: GroupVersionResource, name: string): void {
    this.api.server.remove(gvr, { namespace: "default", name });
  }

  exists(gvr: GroupVersionResource, name: string): boolean {
    return this.api.server.get(gvr, { namespace: "default", name }) !== undefined;
  }

  held(gvr: GroupVersionResource, name: string): boolean {
    const object = this.api.server.get(gvr, { namespace: "default", name });
    return object?.metadata.finalizers?.includes(names.finalizer) ?? false;
  }

  /** Writes so far, as verb and target, without status and Events. */
  writes(): readonly string[] {
    const verbs = ["create", "update", "apply", "jsonPatch", "mergePatch", "delete"];
    const made = this.api.requests.filter(
      (request) => verbs.includes(request.verb) && request.target !== "configmaps/default/app",
    );
    return made.map((request) => `${request.verb} ${request.target}`);
  }
}
