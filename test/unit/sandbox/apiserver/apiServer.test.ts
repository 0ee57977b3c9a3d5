import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { connect } from "node:tls";

import { systemClock } from "../../../../src/base/clock.js";
import type { Json } from "../../../../src/base/json.js";
import { arrayAt, at, stringAt } from "../../../../src/base/json.js";
import { parseYaml } from "../../../../src/base/yaml.js";
import type { ApiServer } from "../../../../src/sandbox/apiserver/apiServer.js";
import { startApiServer } from "../../../../src/sandbox/apiserver/apiServer.js";
import { WatchLog } from "../../../support/apiserver/watchLog.js";
import { FakeClock } from "../../../support/fakeClock.js";
import { AdminClient } from "../../../support/plane/adminClient.js";
import { waitFor } from "../../../support/plane/waitFor.js";

const configMaps = "/api/v1/namespaces/default/configmaps";
const core = (resource: string) => ({ group: "", version: "v1", resource });

let clock: FakeClock;
let stop: AbortController;
let server: ApiServer;
let admin: AdminClient;
let mistakes: string[];

beforeEach(async () => {
  clock = new FakeClock(systemClock.now());
  stop = new AbortController();
  mistakes = [];
  server = await startApiServer({ clock, signal: stop.signal, log: (line) => mistakes.push(line) });
  admin = clientWith(server.token);
});
afterEach(async () => {
  admin.close();
  await server.close();
  expect(mistakes).toEqual([]);
});

function clientWith(token: string): AdminClient {
  return new AdminClient({ url: server.url, ca: server.caCertificate, token });
}

const configMap = (name: string, metadata: Readonly<Record<string, Json>> = {}) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, ...metadata },
  data: { a: "1" },
});

describe("the embedded API server", () => {
  it("has what every cluster has from its first second on", async () => {
    const namespaces = await admin.list(core("namespaces"));
    expect(namespaces.map(({ metadata }) => metadata.name)).toEqual([
      "default",
      "kube-node-lease",
      "kube-public",
      "kube-system",
    ]);
    expect((await admin.get(core("configmaps"), { namespace: "default", name: "kube-root-ca.crt" }))["data"]).toEqual({
      "ca.crt": server.caCertificate,
    });
    expect(await admin.find(core("serviceaccounts"), { namespace: "default", name: "default" })).toBeDefined();
  });

  it("writes a kubeconfig that names it, trusts its authority and carries the token", () => {
    const read = parseYaml(server.kubeconfig());
    const config = read.ok ? read.value.value : null;
    expect(stringAt(config, "clusters", 0, "cluster", "server")).toBe(server.url);
    expect(stringAt(config, "users", 0, "user", "token")).toBe(server.token);
    const authority = stringAt(config, "clusters", 0, "cluster", "certificate-authority-data") ?? "";
    expect(Buffer.from(authority, "base64").toString()).toBe(server.caCertificate);
  });

  it("lets nobody in whom it does not know, but tells everybody its health", async () => {
    const stranger = clientWith("nobody");
    expect(await stranger.request("GET", configMaps)).toMatchObject({ status: 401, body: { reason: "Unauthorized" } });
    expect(await stranger.request("GET", "/readyz")).toMatchObject({ status: 200, body: "ok" });
    stranger.close();
  });

  it("knows service accounts by the tokens it gave them, until these end", async () => {
    const path = "/api/v1/namespaces/default/serviceaccounts/default/token";
    const issued = await admin.request("POST", path, { body: { spec: { expirationSeconds: 600 } } });
    const account = clientWith(stringAt(issued.body, "status", "token") ?? "");
    const review = await account.request("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", { body: {} });
    expect(stringAt(review.body, "status", "userInfo", "username")).toBe("system:serviceaccount:default:default");
    await clock.advance(601_000);
    expect((await account.request("GET", configMaps)).status).toBe(401);
    account.close();
  });

  it("knows the user of a client certificate for as long as the connection lasts, and of each connection its own", async () => {
    const { certificate, privateKey } = server.admin;
    const certified = new AdminClient({ url: server.url, ca: server.caCertificate, certificate, privateKey });
    const stranger = clientWith("nobody");
    const reviews = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
    for (let turn = 0; turn < 3; turn += 1) {
      const review = await certified.request("POST", reviews, { body: {} });
      expect(at(review.body, "status", "userInfo")).toEqual({
        username: "kubernetes-admin",
        groups: ["system:masters", "system:authenticated"],
      });
      expect((await stranger.request("POST", reviews, { body: {} })).status).toBe(401);
    }
    certified.close();
    stranger.close();
  });

  it("says in one line that its port is taken", async () => {
    const port = Number(new URL(server.url).port);
    await expect(startApiServer({ clock, signal: stop.signal, port })).rejects.toMatchObject({
      code: "PM_PORT_BUSY",
      message: `cannot listen on 127.0.0.1:${port}: the port is taken; end what uses it or choose another`,
    });
  });

  it("refuses protobuf with a way out, but lets anybody ask in it what he may do", async () => {
    const contentType = "application/vnd.kubernetes.protobuf";
    const refused = await admin.request("POST", configMaps, { body: {}, contentType });
    expect(refused).toMatchObject({ status: 415, body: { reason: "UnsupportedMediaType" } });
    expect(stringAt(refused.body, "message")).toContain("kubectl apply -f FILE");
    const reviews = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    const allowed = await admin.request("POST", reviews, { body: {}, contentType });
    expect(at(allowed.body, "status", "allowed")).toBe(true);
  });

  it("shows one Event under both of its names", async () => {
    const body = {
      metadata: { name: "one" },
      involvedObject: { kind: "Pod", namespace: "default", name: "p" },
      message: "it started",
      reason: "Started",
      type: "Normal",
      source: { component: "kubelet" },
    };
    await admin.success("POST", "/api/v1/namespaces/default/events", { body });
    const path = "/apis/events.k8s.io/v1/namespaces/default/events";
    const found = await admin.success("GET", `${path}/one`);
    expect(found).toMatchObject({
      note: "it started",
      regarding: { name: "p" },
      deprecatedSource: { component: "kubelet" },
    });
    const selected = await admin.success("GET", `${path}?fieldSelector=regarding.name%3Dp,reason%3DStarted`);
    expect(arrayAt(selected, "items")).toHaveLength(1);
  });
});

describe("a watch", () => {
  it("is told every minute how far it has come, and once more before its time is over", async () => {
    const watch = new WatchLog(
      admin,
      `${configMaps}?watch=true&resourceVersion=1&allowWatchBookmarks=true&timeoutSeconds=90`,
    );
    await waitFor(() => watch.events.length === 1, { describe: "the first event" });
    await clock.advance(60_000);
    const created = await admin.create(core("configmaps"), "default", configMap("a"));
    await clock.advance(30_000);
    await watch.ended();
    expect(watch.lines.map(({ type }) => type)).toEqual(["ADDED", "BOOKMARK", "ADDED", "BOOKMARK"]);
    expect(stringAt(watch.lines.at(-1)?.object, "metadata", "resourceVersion")).toBe(created.metadata.resourceVersion);
  });

  it("ends at once when the server closes", async () => {
    const watches = Array.from({ length: 20 }, () => new WatchLog(admin, `${configMaps}?watch=true`));
    await waitFor(() => watches.every(({ events }) => events.length === 1), { describe: "all watches" });
    await server.close();
    await Promise.allSettled(watches.map((watch) => watch.ended()));
    expect(watches.every(({ events }) => events.length === 1)).toBe(true);
  });

  it("of a client that vanished does not disturb others", async () => {
    const lost = new WatchLog(admin, `${configMaps}?watch=true`);
    const kept = new WatchLog(admin, `${configMaps}?watch=true`);
    await waitFor(() => lost.events.length + kept.events.length === 2, { describe: "both watches" });
    await lost.stop();
    await admin.create(core("configmaps"), "default", configMap("a"));
    await kept.become("ADDED kube-root-ca.crt", "ADDED a");
    await kept.stop();
  });
});

describe("a client", () => {
  it("that goes in the middle of a body, or sends no HTTP at all, does no harm", async () => {
    const { port } = new URL(server.url);
    const target = { host: "127.0.0.1", port: Number(port), ca: server.caCertificate, servername: "localhost" };
    for (const text of [
      `POST ${configMaps} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${server.token}\r\nContent-Length: 99\r\n\r\n{"a`,
      "nonsense\r\n\r\n",
    ])
      await new Promise<void>((resolve) => {
        const socket = connect(target, () => socket.end(text));
        socket.on("close", () => resolve());
        socket.on("error", () => resolve());
        socket.resume();
      });
    expect((await admin.request("GET", configMaps)).status).toBe(200);
  });
});

describe("a namespace", () => {
  const doomed = { apiVersion: "v1", kind: "Namespace", metadata: { name: "doomed" } };
  const gone = (): Promise<boolean> =>
    admin.find(core("namespaces"), { name: "doomed" }).then((found) => found === undefined);

  it("keeps its content for five seconds after its deletion, then goes with it", async () => {
    await admin.create(core("namespaces"), undefined, doomed);
    await admin.create(core("configmaps"), "doomed", configMap("a"));
    await admin.delete(core("namespaces"), { name: "doomed" });
    await clock.advance(4_999);
    expect(await admin.find(core("configmaps"), { namespace: "doomed", name: "a" })).toBeDefined();
    await clock.advance(1);
    expect(await gone()).toBe(true);
    expect(await admin.list(core("configmaps"), "doomed")).toEqual([]);
  });

  it("says what remains while a finalizer holds something in it, and looks again after a while", async () => {
    await admin.create(core("namespaces"), undefined, doomed);
    await admin.create(core("configmaps"), "doomed", configMap("held", { finalizers: ["example.com/hold"] }));
    await admin.delete(core("namespaces"), { name: "doomed" });
    await clock.advance(5_000);
    const waiting = await admin.get(core("namespaces"), { name: "doomed" });
    const remaining = arrayAt(waiting, "status", "conditions").filter((known) => stringAt(known, "status") === "True");
    expect(remaining.map((known) => stringAt(known, "type"))).toEqual([
      "NamespaceContentRemaining",
      "NamespaceFinalizersRemaining",
    ]);
    await admin.request("PATCH", "/api/v1/namespaces/doomed/configmaps/held", {
      body: { metadata: { finalizers: null } },
      contentType: "application/merge-patch+json",
    });
    await clock.advance(7_999);
    expect(await gone()).toBe(false);
    await clock.advance(1);
    expect(await gone()).toBe(true);
  });
});
