import { beforeEach, describe, expect, it } from "@jest/globals";

import type { Result } from "../../../../src/base/result.js";
import { seededRandom } from "../../../../src/base/random.js";
import { defaultConfig } from "../../../../src/config/defaults.js";
import type { ApiError } from "../../../../src/kube/apiError.js";
import { Discovery } from "../../../../src/kube/discovery.js";
import type { KubeObject } from "../../../../src/kube/object.js";
import type { GroupVersionResource, ObjectRef } from "../../../../src/kube/resource.js";
import { LiveReader } from "../../../../src/routing/controller/liveRead.js";
import { Watches } from "../../../../src/routing/controller/watches.js";
import { World } from "../../../../src/routing/controller/world.js";
import { FakeApi } from "../../../support/fakeApi.js";
import { FakeClock } from "../../../support/fakeClock.js";

const services = { group: "", version: "v1", resource: "services" };
const ref = { kind: "svc", namespace: "shop", name: "app" };
const signal = new AbortController().signal;

/** An API server with slow answers to reads: things happen before it looks, and before its answer is here. */
class SlowApi extends FakeApi {
  underway: () => void = () => undefined;
  meanwhile: () => void = () => undefined;

  override async get(
    gvr: GroupVersionResource,
    at: ObjectRef,
    stop: AbortSignal,
  ): Promise<Result<KubeObject, ApiError>> {
    this.underway();
    const answer = await super.get(gvr, at, stop);
    this.meanwhile();
    return answer;
  }
}

let clock: FakeClock;
let api: SlowApi;
let world: World;
let reader: LiveReader;

beforeEach(async () => {
  clock = new FakeClock();
  api = new SlowApi(clock);
  const resource = { name: "services", singularName: "service", kind: "Service", namespaced: true, verbs: ["list"] };
  api.paths.set("/api", { kind: "APIVersions", versions: ["v1"] });
  api.paths.set("/apis", { kind: "APIGroupList", groups: [] });
  api.paths.set("/api/v1", { kind: "APIResourceList", groupVersion: "v1", resources: [resource] });
  const watches = new Watches({ api, discovery: new Discovery(api, clock), clock, random: seededRandom(1) });
  world = new World(defaultConfig(), watches, clock, () => 0);
  reader = new LiveReader(api, world);
  watches.start(world.config, signal);
  await clock.advance(10);
});

function put(): KubeObject {
  return api.server.put(services, {
    namespace: "shop",
    name: "app",
    metadata: { labels: { "iter8.tools/watch": "true" } },
  });
}

function uid(): string | undefined {
  const seen = world.seeResource(ref);
  return seen.state === "seen" ? seen.object?.metadata.uid : seen.state;
}

describe("a live read that finds nothing", () => {
  it("forgets the object that was known before it", async () => {
    const { metadata } = put();
    await clock.advance(10);
    expect(uid()).toBe(metadata.uid);
    api.deliver = () => undefined;
    api.server.remove(services, { namespace: "shop", name: "app" });
    await reader.resource(ref, signal);
    expect(uid()).toBeUndefined();
  });

  it("does not forget a successor of the same name that the watch told of before the answer came", async () => {
    const first = put();
    await clock.advance(10);
    api.underway = () => api.server.remove(services, { namespace: "shop", name: "app" });
    api.meanwhile = () => put();
    await reader.resource(ref, signal);
    await clock.advance(10);
    expect(uid()).toBe(api.server.get(services, ref)?.metadata.uid);
    expect(uid()).not.toBe(first.metadata.uid);
  });
});

describe("the news that an object is gone", () => {
  it("leaves its successor alone", async () => {
    const first = put();
    await clock.advance(10);
    api.server.remove(services, { namespace: "shop", name: "app" });
    const second = put();
    await clock.advance(10);
    reader.gone(services, first);
    expect(uid()).toBe(second.metadata.uid);
  });
});
