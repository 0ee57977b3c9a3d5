import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { fail, ok } from "../../../../src/base/result.js";
import type { ApiError } from "../../../../src/kube/apiError.js";
import { Discovery } from "../../../../src/kube/discovery.js";
import type { WatchState } from "../../../../src/kube/delta.js";
import type { PermissionNews } from "../../../../src/routing/controller/permissions.js";
import { Permissions } from "../../../../src/routing/controller/permissions.js";
import type { Permission } from "../../../../src/routing/permissions.js";
import { FakeApi, failures } from "../../../support/fakeApi.js";
import { FakeClock } from "../../../support/fakeClock.js";
import { routeTemplate, versionsOf } from "../../../support/routemaps.js";
import { gvrs, ShellWorld } from "../../../support/shellWorld.js";

/** A cluster that serves all but some resources. */
class Served extends Discovery {
  readonly absent = new Set<string>();
  /** Resources of groups whose server does not answer. */
  readonly silent = new Set<string>();

  override resolve(query: Parameters<Discovery["resolve"]>[0]): ReturnType<Discovery["resolve"]> {
    const resource = "resource" in query ? query.resource : "";
    if (this.absent.has(resource)) return Promise.resolve(fail(failures.absent));
    if (this.silent.has(resource)) return Promise.resolve(fail(failures.unavailable));
    return Promise.resolve(ok({ group: query.group, version: "v1", resource, kind: resource, namespaced: true }));
  }
}

/** An API whose reviews may fail. */
class FailingApi extends FakeApi {
  failure: ApiError | undefined;

  override async raw(...args: Parameters<FakeApi["raw"]>): ReturnType<FakeApi["raw"]> {
    const answer = await super.raw(...args);
    return this.failure === undefined ? answer : fail(this.failure);
  }
}

const right = (verb: Permission["verb"], resource: string): Permission => ({
  verb,
  group: "",
  resource,
  uses: ["seeVersions"],
  why: "to see",
  role: "viewer",
});

describe("what the controller may do", () => {
  let clock: FakeClock;
  let api: FailingApi;
  let discovery: Served;
  let permissions: Permissions;
  let news: string[];
  let using: string[];
  let isStarted: boolean;
  const stop = { signal: new AbortController() };

  beforeEach(() => {
    clock = new FakeClock();
    api = new FailingApi(clock);
    api.denied = new Set();
    discovery = new Served(api, clock);
    news = [];
    using = [];
    isStarted = true;
    stop.signal = new AbortController();
    permissions = new Permissions({
      api,
      discovery,
      clock,
      needed: () => [right("list", "pods"), right("patch", "services")],
      namespaces: () => using,
      started: () => isStarted,
    });
    permissions.news$.subscribe((told) => news.push(textOf(told)));
  });
  afterEach(async () => {
    stop.signal.abort();
    await clock.advance(0);
  });

  const run = async (): Promise<void> => {
    void permissions.run(stop.signal.signal);
    await clock.advance(0);
  };
  const asked = (): number => api.made("raw").length;
  const deny = (...rights: readonly string[]): void => {
    api.denied = new Set(rights);
  };

  it("is asked once the first lists are done, or after 10 s all the same", async () => {
    isStarted = false;
    await run();
    await clock.advance(9999);
    expect(asked()).toBe(0);
    await clock.advance(100);
    expect(asked()).toBe(2);
  });

  it("is told as it goes missing and as it comes back", async () => {
    deny("list pods");
    await run();
    expect(news).toEqual(["missing list pods"]);
    expect(permissions.missing.map(({ permission }) => permission.resource)).toEqual(["pods"]);
    deny();
    await clock.advance(15_000);
    expect(news).toEqual(["missing list pods", "over list pods"]);
    expect(permissions.missing).toEqual([]);
  });

  it("is asked for again every five minutes, and what is missing alone every 15 s", async () => {
    await run();
    await clock.advance(299_999);
    expect(asked()).toBe(2);
    deny("list pods");
    await clock.advance(1);
    expect(asked()).toBe(4);
    await clock.advance(45_000);
    expect(asked()).toBe(7);
  });

  it("is asked for again at once when a watch is refused, is no longer, or a kind appears", async () => {
    await run();
    const change = (state: WatchState): void =>
      permissions.watchChanged({ role: "watched", groupResource: "pods", state });
    for (const state of [
      { state: "forbidden", message: "no" },
      { state: "synced" },
      { state: "absent" },
      { state: "synced" },
    ] as const) {
      const before = asked();
      change(state);
      await clock.advance(500);
      expect(asked() - before).toBe(state.state === "absent" ? 0 : 2);
    }
  });

  it("is asked for once a minute at most, however many requests are refused", async () => {
    await run();
    for (let second = 0; second < 110; second += 1) {
      permissions.suspect();
      await clock.advance(1000);
    }
    expect(asked()).toBe(4);
  });

  it("is not asked about kinds that the cluster does not have", async () => {
    deny("list pods");
    discovery.absent.add("pods");
    await run();
    expect(news).toEqual([]);
    discovery.absent.clear();
    permissions.recheck();
    await clock.advance(500);
    expect(news).toEqual(["missing list pods"]);
  });

  it("is asked about kinds of which it cannot be told whether they are there", async () => {
    deny("list pods");
    discovery.silent.add("pods");
    await run();
    expect(news).toEqual(["missing list pods"]);
  });

  it("is missing in those namespaces where it is used and not given", async () => {
    deny("patch services");
    using = ["here", "there"];
    api.grantedIn.add("patch services here");
    await run();
    expect(permissions.missing[0]?.deniedIn).toEqual(new Set(["there"]));
    api.grantedIn.add("patch services there");
    await clock.advance(15_000);
    expect(permissions.missing).toEqual([]);
    using.push("beyond");
    await clock.advance(15_000);
    expect(permissions.missing[0]?.deniedIn).toEqual(new Set(["beyond"]));
    expect(news).toEqual(["missing patch services", "over patch services", "missing patch services"]);
  });

  it("to watch is missing although it is given in the namespaces that use it", async () => {
    deny("list pods");
    using = ["here"];
    api.grantedIn.add("list pods here");
    await run();
    expect(permissions.missing[0]).not.toHaveProperty("deniedIn");
  });

  it("is not known where reviews are refused: told once, and nothing is missing", async () => {
    deny("list pods");
    await run();
    api.failure = failures.forbidden;
    await clock.advance(120_000);
    expect(news).toEqual(["missing list pods", "unanswered Forbidden", "over list pods"]);
    api.failure = undefined;
    await clock.advance(30_000);
    expect(news.at(-1)).toBe("missing list pods");
  });

  it("stays as it was known while the server does not answer", async () => {
    deny("list pods");
    await run();
    api.failure = failures.unavailable;
    deny();
    await clock.advance(120_000);
    expect(news).toEqual(["missing list pods", "unanswered ServiceUnavailable"]);
    expect(permissions.missing).toHaveLength(1);
    api.failure = undefined;
    await clock.advance(30_000);
    expect(permissions.missing).toEqual([]);
  });
});

function textOf(news: PermissionNews): string {
  if (news.type === "unanswered") return `unanswered ${news.error.reason}`;
  const appeared = news.appeared.map(({ permission }) => `missing ${permission.verb} ${permission.resource}`);
  return [...appeared, ...news.over.map(({ verb, resource }) => `over ${verb} ${resource}`)].join(", ");
}

describe("a controller without a right", () => {
  let world: ShellWorld;
  beforeEach(() => {
    world = new ShellWorld();
    world.version("v1");
    world.version("v2");
    world.routemap(versionsOf(["v1", 80], ["v2", 20]) + routeTemplate("app", "v1", "v2"));
  });
  afterEach(() => world.close());

  it("to patch what it must hold says so, gives no traffic, and goes on at once when it is given", async () => {
    world.api.denied = new Set(["patch deployments.apps"]);
    world.start();
    await world.clock.advance(5000);
    expect(world.rights).toEqual(["- patch deployments.apps"]);
    expect(world.condition("MissingPermission")).toBe(
      "NoPatch: may not patch deployments.apps in default: needed to hold a version until its traffic is back",
    );
    expect(world.condition("HoldFailed")).toContain("deploy default/v1 refuses the finalizer");
    expect(world.exists(gvrs.route, "app")).toBe(false);
    world.api.denied.clear();
    await world.clock.advance(16_000);
    expect(world.rights).toEqual(["- patch deployments.apps", "+ patch deployments.apps"]);
    expect(world.shares()).toBe("v1=80 v2=20");
    expect(world.condition("MissingPermission")).toBeUndefined();
    expect(world.condition("HoldFailed")).toBeUndefined();
  });

  it("to create routes says so, and writes them when it is given", async () => {
    world.api.denied = new Set([
      "create httproutes.gateway.networking.k8s.io",
      "patch httproutes.gateway.networking.k8s.io",
    ]);
    world.start();
    await world.clock.advance(5000);
    expect(world.condition("MissingPermission")).toContain(
      "may not create, patch httproutes.gateway.networking.k8s.io",
    );
    expect(world.condition("WriteFailed")).toBeDefined();
    world.api.denied.clear();
    await world.clock.advance(16_000);
    expect(world.shares()).toBe("v1=80 v2=20");
    expect(world.condition("MissingPermission")).toBeUndefined();
  });

  it("to list says so, and sees within 15 s of being given it, whenever its watches would have tried again", async () => {
    const kinds = ["deployments.apps", "services", "endpointslices.discovery.k8s.io", "statefulsets.apps"];
    world.api.denied = new Set(kinds.map((kind) => `list ${kind}`));
    world.start();
    await world.clock.advance(5000);
    expect(world.condition("MissingPermission")).toContain("NoWatch: may not list deployments.apps in all namespaces");
    expect(world.condition("Unseen")).toBeDefined();
    world.api.denied.clear();
    await world.clock.advance(11_500);
    expect(world.condition("Unseen")).toBeUndefined();
    expect(world.rights.filter((text) => text.startsWith("+"))).toHaveLength(kinds.length);
  });

  it("to hold the fallback passes it over, and goes back to it when the right is given", async () => {
    world.routemap(versionsOf(["v1", 0], ["v2", 20]) + routeTemplate("app", "v1", "v2"));
    world.start();
    await world.clock.advance(5000);
    expect(world.shares()).toBe("v1=0 v2=20");
    world.api.denied = new Set(["patch deployments.apps"]);
    world.routemap(versionsOf(["v1", 0], ["v2", 0]) + routeTemplate("app", "v1", "v2"));
    await world.clock.advance(300_000);
    expect(world.shares()).toBe("v1=0 v2=20");
    expect(world.condition("MissingPermission")).toContain("NoPatch");
    world.api.denied.clear();
    await world.clock.advance(16_000);
    expect(world.shares()).toBe("v1=1 v2=0");
  });

  it("asks nothing of the cluster's objects more often for it, once it is at rest", async () => {
    world.api.denied = new Set(["delete httproutes.gateway.networking.k8s.io"]);
    world.start();
    await world.clock.advance(60_000);
    world.confirm();
    await world.clock.advance(60_000);
    const { looks } = world;
    const writes = world.writes().length;
    await world.clock.advance(600_000);
    expect(world.looks).toBe(looks);
    expect(world.writes()).toHaveLength(writes);
  });
});
