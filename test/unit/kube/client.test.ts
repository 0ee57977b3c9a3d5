import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import type { Api } from "../../../src/kube/api.js";
import type { ApiError } from "../../../src/kube/apiError.js";
import { isConflict, isKindAbsent, isNotFound, isOutcomeUnknown } from "../../../src/kube/apiError.js";
import type { ServedApi } from "../../support/api.js";
import { serveApi } from "../../support/api.js";
import type { HttpServer } from "../../support/httpServer.js";
import { reply, status } from "../../support/httpServer.js";

const deployments = { group: "apps", version: "v1", resource: "deployments" };
const ref = { namespace: "shop", name: "app" };
const object = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "app", namespace: "shop", uid: "u", resourceVersion: "7" },
  spec: { unknown: { to: ["every", "model"] } },
};
const signal = new AbortController().signal;

let served: ServedApi;
let server: HttpServer;
let api: Api;

beforeEach(async () => {
  served = await serveApi((_, response) => reply(response, 200, object));
  ({ server, api } = served);
});
afterEach(() => served.close());

function last() {
  const seen = server.seen.at(-1);
  if (seen === undefined) throw new Error("no request came");
  const [path, query] = seen.url.split("?");
  return {
    method: seen.method,
    path,
    query: Object.fromEntries(new URLSearchParams(query)),
    type: seen.headers["content-type"],
    accept: seen.headers.accept,
    body: seen.body === "" ? undefined : (JSON.parse(seen.body) as unknown),
  };
}

async function failureOf(promise: Promise<{ ok: true } | { ok: false; error: ApiError }>): Promise<ApiError> {
  const result = await promise;
  if (result.ok) throw new Error("expected a failure");
  return result.error;
}

describe("reading", () => {
  it("gets an object as it is, fields that no model knows included", async () => {
    expect(await api.get(deployments, ref, signal)).toEqual({ ok: true, value: object });
    expect(last()).toMatchObject({ method: "GET", path: "/apis/apps/v1/namespaces/shop/deployments/app", query: {} });
  });

  it("lists a page with its selectors, and gives items the kind of the list", async () => {
    const { apiVersion: _a, kind: _k, ...item } = object;
    server.answer = (_, response) =>
      reply(response, 200, {
        apiVersion: "apps/v1",
        kind: "DeploymentList",
        metadata: { resourceVersion: "12", continue: "more" },
        items: [item],
      });
    const selection = { resource: deployments, namespace: "shop", labelSelector: "a=b,c in (d)", fieldSelector: "x=y" };
    const options = { limit: 500, continue: "t", resourceVersion: "3", resourceVersionMatch: "NotOlderThan" as const };
    expect(await api.list(selection, options, signal)).toEqual({
      ok: true,
      value: { items: [object], resourceVersion: "12", continue: "more" },
    });
    expect(last()).toMatchObject({
      path: "/apis/apps/v1/namespaces/shop/deployments",
      query: {
        labelSelector: "a=b,c in (d)",
        fieldSelector: "x=y",
        limit: "500",
        continue: "t",
        resourceVersion: "3",
        resourceVersionMatch: "NotOlderThan",
      },
      accept: "application/json",
    });
  });

  it("takes an empty list whose items are null", async () => {
    server.answer = (_, response) =>
      reply(response, 200, { kind: "PodList", apiVersion: "v1", metadata: { resourceVersion: "1" }, items: null });
    expect(await api.list({ resource: deployments }, {}, signal)).toEqual({
      ok: true,
      value: { items: [], resourceVersion: "1" },
    });
  });

  it("asks for metadata only where that is wanted", async () => {
    server.answer = (_, response) => reply(response, 200, { metadata: { resourceVersion: "1" }, items: [] });
    await api.list({ resource: deployments, metadataOnly: true }, {}, signal);
    expect(last().accept).toBe("application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1");
  });

  it("lists a single object by name with a GET; one that is missing is an empty list", async () => {
    const namespaces = { group: "", version: "v1", resource: "namespaces" };
    const found = await api.list({ resource: namespaces, name: "shop" }, { limit: 5 }, signal);
    expect(found).toEqual({ ok: true, value: { items: [object], resourceVersion: "7" } });
    expect(last()).toMatchObject({ path: "/api/v1/namespaces/shop", query: {} });
    server.answer = (_, response) => reply(response, 404, status(404, "NotFound", { details: { name: "shop" } }));
    const missing = await api.list({ resource: namespaces, name: "shop" }, {}, signal);
    expect(missing).toEqual({ ok: true, value: { items: [], resourceVersion: "0" } });
  });

  it.each([
    ["no JSON", "{"],
    ["no object of Kubernetes", '{"kind":"Pod"}'],
  ])("calls an answer malformed that is %s", async (_, text) => {
    server.answer = (_seen, response) => response.end(text);
    const error = await failureOf(api.get(deployments, ref, signal));
    expect(error).toMatchObject({ kind: "malformed", verb: "get" });
  });
});

describe("writing", () => {
  const body = { spec: { replicas: 2 } };

  it("bounds every write at the server with timeout=2s", async () => {
    await api.create(deployments, "shop", body, signal);
    await api.update(deployments, ref, body, signal);
    await api.apply(deployments, ref, body, { fieldManager: "pointsman", force: false }, signal);
    await api.jsonPatch(deployments, ref, [], signal);
    await api.mergePatch(deployments, ref, body, signal);
    await api.delete(deployments, ref, {}, signal);
    expect(server.seen.map((seen) => seen.method)).toEqual(["POST", "PUT", "PATCH", "PATCH", "PATCH", "DELETE"]);
    expect(server.seen.every((seen) => new URLSearchParams(seen.url.split("?")[1]).get("timeout") === "2s")).toBe(true);
  });

  it("creates in the namespace's collection", async () => {
    await api.create(deployments, "shop", body, signal);
    expect(last()).toMatchObject({ method: "POST", path: "/apis/apps/v1/namespaces/shop/deployments", body });
  });

  it("applies with manager and force under the media type of server-side apply", async () => {
    await api.apply(deployments, ref, body, { fieldManager: "pointsman status", force: true }, signal);
    expect(last()).toMatchObject({
      method: "PATCH",
      path: "/apis/apps/v1/namespaces/shop/deployments/app",
      query: { fieldManager: "pointsman status", force: "true" },
      type: "application/apply-patch+yaml",
      body,
    });
  });

  it("patches a subresource", async () => {
    await api.mergePatch(deployments, ref, body, signal, "status");
    expect(last()).toMatchObject({
      path: "/apis/apps/v1/namespaces/shop/deployments/app/status",
      type: "application/merge-patch+json",
    });
    await api.jsonPatch(deployments, ref, [{ op: "test", path: "/metadata/uid", value: "u" }], signal, "status");
    expect(last()).toMatchObject({
      path: "/apis/apps/v1/namespaces/shop/deployments/app/status",
      type: "application/json-patch+json",
      body: [{ op: "test", path: "/metadata/uid", value: "u" }],
    });
  });

  it("deletes with preconditions, propagation and grace", async () => {
    const options = { uid: "u", resourceVersion: "7", propagationPolicy: "Background", gracePeriodSeconds: 0 } as const;
    await api.delete(deployments, ref, options, signal);
    expect(last().body).toEqual({
      apiVersion: "v1",
      kind: "DeleteOptions",
      preconditions: { uid: "u", resourceVersion: "7" },
      propagationPolicy: "Background",
      gracePeriodSeconds: 0,
    });
    await api.delete(deployments, ref, {}, signal);
    expect(last().body).toEqual({ apiVersion: "v1", kind: "DeleteOptions" });
  });

  it("sends and returns anything on other paths", async () => {
    server.answer = (_, response) => reply(response, 201, { status: { token: "t" } });
    const path = "/api/v1/namespaces/shop/serviceaccounts/a/token";
    const result = await api.raw("POST", path, { spec: {} }, signal);
    expect(result).toEqual({ ok: true, value: { status: { token: "t" } } });
    expect(last()).toMatchObject({ method: "POST", path, query: {}, body: { spec: {} } });
    await api.raw("GET", "/apis", undefined, signal, "application/json;as=X");
    expect(last()).toMatchObject({ method: "GET", accept: "application/json;as=X" });
  });
});

describe("a failure", () => {
  it("carries what the Status says", async () => {
    const causes = [{ reason: "FieldManagerConflict", message: 'conflict with "kubectl"', field: ".spec.rules" }];
    const details = { name: "app", kind: "deployments", causes, retryAfterSeconds: 2 };
    server.answer = (_, response) => reply(response, 409, status(409, "Conflict", { details }));
    const error = await failureOf(api.update(deployments, ref, {}, signal));
    expect(error).toMatchObject({
      kind: "status",
      code: 409,
      reason: "Conflict",
      causes,
      retryAfter: 2000,
      verb: "update",
    });
    expect(isConflict(error)).toBe(true);
    expect(isOutcomeUnknown(error)).toBe(false);
  });

  it("tells a missing object from a kind that is not served, and neither from a proxy's error page", async () => {
    const cases = [
      { answer: JSON.stringify(status(404, "NotFound", { details: { name: "app" } })), found: true, kind: false },
      { answer: "404 page not found\n", found: true, kind: true },
      { answer: JSON.stringify(status(404, "NotFound", { details: {} })), found: true, kind: true },
      { answer: "<html>no such site</html>", found: false, kind: false },
      { answer: "", found: false, kind: false },
    ];
    for (const { answer, found, kind } of cases) {
      server.answer = (_, response) => void response.writeHead(404).end(answer);
      const error = await failureOf(api.get(deployments, ref, signal));
      expect([answer, isNotFound(error), isKindAbsent(error)]).toEqual([answer, found, kind]);
    }
  });

  it.each([500, 503, 504])("of a write with %d leaves the outcome unknown", async (code) => {
    server.answer = (_, response) => reply(response, code, status(code, "Timeout"));
    expect(isOutcomeUnknown(await failureOf(api.update(deployments, ref, {}, signal)))).toBe(true);
  });
});
