import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { isKindAbsent } from "../../../src/kube/apiError.js";
import type { ResourceQuery } from "../../../src/kube/discovery.js";
import { Discovery } from "../../../src/kube/discovery.js";
import type { ServedApi } from "../../support/api.js";
import { serveApi } from "../../support/api.js";
import { FakeClock } from "../../support/fakeClock.js";
import { reply, status } from "../../support/httpServer.js";

const signal = new AbortController().signal;
type Groups = Record<string, Record<string, readonly { name: string; kind: string; namespaced: boolean }[] | "broken">>;

const routes = { name: "httproutes", kind: "HTTPRoute", namespaced: true };
const gateways = { name: "gateways", kind: "Gateway", namespaced: true };
const pods = { name: "pods", kind: "Pod", namespaced: true };
const namespaces = { name: "namespaces", kind: "Namespace", namespaced: false };
const gateway = "gateway.networking.k8s.io";

let groups: Groups;
let served: ServedApi;
let clock: FakeClock;
let discovery: Discovery;

describe.each(["aggregated", "plain"] as const)("%s discovery", (form) => {
  beforeEach(async () => {
    groups = { "": { v1: [pods, namespaces] }, [gateway]: { v1: [routes], v1beta1: [routes, gateways] } };
    served = await serveApi((seen, response) => {
      const aggregated = form === "aggregated" && (seen.headers.accept ?? "").includes("as=APIGroupDiscoveryList");
      const answer = aggregated ? aggregatedDocument(seen.url) : plainDocument(seen.url);
      if (answer === undefined) reply(response, 503, status(503, "ServiceUnavailable"));
      else reply(response, 200, answer);
    });
    clock = new FakeClock();
    discovery = new Discovery(served.api, clock);
  });
  afterEach(() => served.close());

  async function resolve(query: ResourceQuery) {
    const result = await discovery.resolve(query, signal);
    return result.ok ? result.value : isKindAbsent(result.error) ? "absent" : result.error.code;
  }

  it("finds resources of the core and of groups, by plural name or kind", async () => {
    const pod = { group: "", version: "v1", resource: "pods", kind: "Pod", namespaced: true };
    expect(await resolve({ group: "", resource: "pods" })).toEqual(pod);
    expect(await resolve({ group: "", kind: "Pod" })).toEqual(pod);
    expect(await resolve({ group: "", kind: "Namespace" })).toMatchObject({ namespaced: false });
    expect(await resolve({ group: gateway, kind: "HTTPRoute" })).toMatchObject({ resource: "httproutes" });
  });

  it("prefers the version asked for, else takes the one the server prefers", async () => {
    expect(await resolve({ group: gateway, version: "v1beta1", resource: "httproutes" })).toMatchObject({
      version: "v1beta1",
    });
    expect(await resolve({ group: gateway, version: "v9", resource: "httproutes" })).toMatchObject({ version: "v1" });
    expect(await resolve({ group: gateway, resource: "httproutes" })).toMatchObject({ version: "v1" });
    expect(await resolve({ group: gateway, version: "v1", resource: "gateways" })).toMatchObject({
      version: "v1beta1",
    });
  });

  it("asks once and answers from then on from its cache", async () => {
    await resolve({ group: "", resource: "pods" });
    const asked = served.server.seen.length;
    await resolve({ group: gateway, kind: "HTTPRoute" });
    expect(served.server.seen).toHaveLength(asked);
  });

  it("finds a kind that appears later, and asks for a missing one ever more rarely", async () => {
    const query = { group: "networking.istio.io", resource: "virtualservices" };
    expect(await resolve(query)).toBe("absent");
    const perRefresh = served.server.seen.length;
    expect(await resolve(query)).toBe("absent");
    expect(served.server.seen).toHaveLength(perRefresh);
    for (let second = 0; second < 300; second++) {
      await clock.advance(1_000);
      await resolve(query);
    }
    const refreshes = served.server.seen.length / perRefresh;
    expect(refreshes).toBeGreaterThan(10);
    expect(refreshes).toBeLessThan(15);
    groups["networking.istio.io"] = { v1: [{ name: "virtualservices", kind: "VirtualService", namespaced: true }] };
    await clock.advance(30_000);
    expect(await resolve(query)).toMatchObject({ kind: "VirtualService" });
  });

  it("forgets a kind that went once it is refreshed", async () => {
    expect(await resolve({ group: gateway, resource: "gateways" })).toMatchObject({ kind: "Gateway" });
    groups[gateway] = { v1: [routes] };
    expect(await discovery.refresh(signal)).toBeUndefined();
    expect(await resolve({ group: gateway, resource: "gateways" })).toBe("absent");
  });

  it("does not call a kind absent when the server of its group does not answer", async () => {
    groups["metrics.example"] = { v1: "broken" };
    expect(await resolve({ group: "metrics.example", resource: "things" })).toBe(503);
    expect(await resolve({ group: gateway, resource: "httproutes" })).toMatchObject({ version: "v1" });
    expect(await resolve({ group: gateway, resource: "nothing" })).toBe("absent");
  });

  it("reports that the API server could not be asked, and asks again at once the next time", async () => {
    const { answer } = served.server;
    served.server.answer = (_, response) => reply(response, 403, status(403, "Forbidden"));
    expect(await resolve({ group: "", resource: "pods" })).toBe(403);
    served.server.answer = answer;
    expect(await resolve({ group: "", resource: "pods" })).toMatchObject({ kind: "Pod" });
  });

  it("shares one refresh among callers that come together", async () => {
    await Promise.all([resolve({ group: "", resource: "pods" }), resolve({ group: gateway, kind: "HTTPRoute" })]);
    const together = served.server.seen.length;
    await discovery.refresh(signal);
    expect(served.server.seen).toHaveLength(2 * together);
  });
});

function aggregatedDocument(url: string) {
  const wanted = Object.entries(groups).filter(([group]) => (group === "") === (url === "/api"));
  return {
    kind: "APIGroupDiscoveryList",
    apiVersion: "apidiscovery.k8s.io/v2",
    items: wanted.map(([group, versions]) => ({
      metadata: group === "" ? {} : { name: group },
      versions: Object.entries(versions).map(([version, resources]) => ({
        version,
        freshness: resources === "broken" ? "Stale" : "Current",
        resources:
          resources === "broken" ? [] : resources.map((resource) => describeResource(group, version, resource)),
      })),
    })),
  };
}

function describeResource(group: string, version: string, of: { name: string; kind: string; namespaced: boolean }) {
  return {
    resource: of.name,
    responseKind: { group, version, kind: of.kind },
    scope: of.namespaced ? "Namespaced" : "Cluster",
    subresources: [{ subresource: "status", responseKind: { group, version, kind: of.kind } }],
  };
}

function plainDocument(url: string) {
  if (url === "/api") return { kind: "APIVersions", versions: ["v1"] };
  if (url === "/apis") {
    const named = Object.entries(groups).filter(([group]) => group !== "");
    const list = named.map(([name, versions]) => ({
      name,
      // The order of the list says nothing; preferredVersion does.
      versions: Object.keys(versions)
        .reverse()
        .map((version) => ({ groupVersion: `${name}/${version}`, version })),
      preferredVersion: { version: Object.keys(versions)[0] },
    }));
    return { kind: "APIGroupList", groups: list };
  }
  const [group = "", version = ""] = url.startsWith("/api/") ? ["", url.split("/")[2]] : url.split("/").slice(2);
  const resources = groups[group]?.[version];
  if (resources === undefined || resources === "broken") return undefined;
  const subresources = resources.map((resource) => ({ ...resource, name: `${resource.name}/status` }));
  return { kind: "APIResourceList", resources: [...resources, ...subresources] };
}
