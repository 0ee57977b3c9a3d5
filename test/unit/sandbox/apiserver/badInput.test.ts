import type { TLSSocket } from "node:tls";
import { connect } from "node:tls";

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { systemClock } from "../../../../src/base/clock.js";
import { arrayAt, at, stringAt } from "../../../../src/base/json.js";
import type { ApiServer } from "../../../../src/sandbox/apiserver/apiServer.js";
import { startApiServer } from "../../../../src/sandbox/apiserver/apiServer.js";
import { WatchLog } from "../../../support/apiserver/watchLog.js";
import { AdminClient } from "../../../support/plane/adminClient.js";
import { until } from "../../../support/until.js";

const configMaps = "/api/v1/namespaces/default/configmaps";
const protobuf = "application/vnd.kubernetes.protobuf";

let server: ApiServer;
let admin: AdminClient;
let mistakes: string[];
let sockets: TLSSocket[];

beforeEach(async () => {
  mistakes = [];
  sockets = [];
  const log = (line: string): void => void mistakes.push(line);
  server = await startApiServer({ clock: systemClock, signal: new AbortController().signal, log });
  admin = new AdminClient({ url: server.url, ca: server.caCertificate, token: server.token });
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  admin.close();
  await server.close();
  expect(mistakes).toEqual([]);
});

/** A connection on which a test writes HTTP itself, and what came back on it. */
async function open(): Promise<{ readonly socket: TLSSocket; readonly got: () => string }> {
  const port = Number(new URL(server.url).port);
  const socket = connect({ host: "127.0.0.1", port, ca: server.caCertificate, servername: "localhost" });
  sockets.push(socket);
  let text = "";
  socket.on("data", (chunk: Buffer) => (text += chunk.toString()));
  socket.on("error", () => undefined);
  await new Promise<void>((resolve) => socket.once("secureConnect", resolve));
  return { socket, got: () => text };
}

const head = (method: string, path: string, ...more: readonly string[]): string =>
  [`${method} ${path} HTTP/1.1`, "Host: a", `Authorization: Bearer ${server.token}`, ...more, "", ""].join("\r\n");

const send = (method: string, path: string, text: string, contentType = "application/json") =>
  admin.request(method, path, { text, contentType });

const isAlive = async (): Promise<boolean> => (await admin.request("GET", configMaps)).status === 200;

describe("a body that cannot be read", () => {
  it.each([
    ["a: [1\n", /^error decoding YAML: .*line 2:1/],
    ["metadata: {name: a}\n---\nmetadata: {name: b}\n", /^error decoding YAML: there are several documents; send one$/],
    ["- a\n", /is no object/],
    ["", /is no object/],
    ["a: &a [*a]\n", /./],
  ])("of YAML %j is refused with the reason: 400", async (text, message) => {
    const reply = await send("POST", configMaps, text, "application/yaml");
    expect(reply).toMatchObject({ status: 400, body: { kind: "Status", reason: "BadRequest" } });
    expect(stringAt(reply.body, "message")).toMatch(message);
  });

  it("of JSON says where it went wrong: 400", async () => {
    const reply = await send("POST", configMaps, '{"metadata": nope}');
    expect(reply.status).toBe(400);
    expect(stringAt(reply.body, "message")).toMatch(/^the body of the request is no valid JSON: .*token/);
  });

  it.each([
    ["POST", configMaps],
    ["PUT", `${configMaps}/kube-root-ca.crt`],
    ["PATCH", `${configMaps}/kube-root-ca.crt`],
    ["DELETE", `${configMaps}/kube-root-ca.crt`],
  ])("of %s in protobuf is refused with what to send instead: 415", async (method, path) => {
    const reply = await send(method, path, "k8s\u0000", protobuf);
    expect(reply).toMatchObject({ status: 415, body: { reason: "UnsupportedMediaType" } });
    expect(stringAt(reply.body, "message")).toMatch(/protobuf.*kubectl apply -f FILE$/);
  });

  it("of a patch in an unknown type is refused with the types there are: 415", async () => {
    const reply = await send("PATCH", `${configMaps}/kube-root-ca.crt`, "{}", "application/json");
    expect(reply.status).toBe(415);
    expect(stringAt(reply.body, "message")).toMatch(/json-patch\+json, .*merge-patch\+json, .*apply-patch\+yaml$/);
  });

  it("with members that mean something to JavaScript alone is taken as it is", async () => {
    const text = '{"metadata":{"name":"odd"},"data":{"constructor":"a","toString":"b","hasOwnProperty":"c"}}';
    expect(await send("POST", configMaps, text)).toMatchObject({
      status: 201,
      body: { data: { constructor: "a", toString: "b", hasOwnProperty: "c" } },
    });
  });

  it.each([
    ["POST", "application/json"],
    ["POST", "application/yaml"],
    ["PATCH", "application/merge-patch+json"],
    ["PATCH", "application/strategic-merge-patch+json"],
    ["PATCH", "application/json-patch+json"],
    ["PATCH", "application/apply-patch+yaml"],
  ])("of %s as %s that is nested without end is refused: 400", async (method, type) => {
    const deep = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
    const path = method === "POST" ? configMaps : `${configMaps}/kube-root-ca.crt`;
    const reply = await send(method, path, `{"data":{"a":${deep}}}`, type);
    expect([reply.status, stringAt(reply.body, "message")]).toEqual([
      400,
      "the body of the request is nested more than 1000 levels deep",
    ]);
  });

  it("of YAML that is nested without end is refused: 400", async () => {
    const reply = await send(
      "POST",
      configMaps,
      `data: ${"[".repeat(50_000)}${"]".repeat(50_000)}`,
      "application/yaml",
    );
    expect(reply.status).toBe(400);
    expect(await isAlive()).toBe(true);
  });

  it("may be nested as deep as anybody nests", async () => {
    const deep = `${"[".repeat(900)}${"]".repeat(900)}`;
    const reply = await send(
      "PATCH",
      `${configMaps}/kube-root-ca.crt?dryRun=All`,
      `{"x":${deep}}`,
      "application/merge-patch+json",
    );
    expect(reply.status).toBe(200);
  });
});

describe("an invalid object", () => {
  it("is refused with every cause at once, each with its field: 422", async () => {
    const metadata = { name: "B", labels: { "a b": "c" } };
    const body = { metadata, spec: { ports: [{ port: 0 }] } };
    const reply = await admin.request("POST", "/api/v1/namespaces/default/services", { body });
    expect(reply).toMatchObject({ status: 422, body: { reason: "Invalid", details: { kind: "Service", name: "B" } } });
    const fields = arrayAt(reply.body, "details", "causes").map((cause) => stringAt(cause, "field"));
    expect(fields).toEqual(expect.arrayContaining(["metadata.name", "metadata.labels", "spec.ports[0].port"]));
    for (const field of fields) expect(stringAt(reply.body, "message")).toContain(field);
  });
});

describe("a body that is too large", () => {
  const megabyte = "x".repeat(1024 * 1024);

  it("is refused before it is sent, where its length is told: 413", async () => {
    const { socket, got } = await open();
    socket.write(head("POST", configMaps, "Content-Type: application/json", `Content-Length: ${4 * 1024 * 1024}`));
    await until(() => got().includes("RequestEntityTooLarge"), "the refusal");
    expect(got()).toMatch(/^HTTP\/1\.1 413 /);
    expect(got()).toMatch(/Connection: close/i);
    expect(await isAlive()).toBe(true);
  });

  it("is refused as soon as it is too long, where its length is not told: 413", async () => {
    const { socket, got } = await open();
    socket.write(head("POST", configMaps, "Content-Type: application/json", "Transfer-Encoding: chunked"));
    for (let sent = 0; sent < 3; sent += 1) socket.write(`100000\r\n${megabyte}\r\n`);
    socket.write("1\r\nx\r\n");
    await until(() => got().includes("RequestEntityTooLarge"), "the refusal");
    expect(got()).toMatch(/^HTTP\/1\.1 413 /);
    expect(await isAlive()).toBe(true);
  });
});

describe("a client", () => {
  it("that sends its body byte by byte is answered, and holds nobody up", async () => {
    const text = JSON.stringify({ metadata: { name: "slow" } });
    const { socket, got } = await open();
    socket.write(head("POST", configMaps, "Content-Type: application/json", `Content-Length: ${text.length}`));
    for (const byte of text) {
      socket.write(byte);
      expect(await isAlive()).toBe(true);
    }
    await until(() => got().includes("\r\n\r\n"), "the answer");
    expect(got()).toMatch(/^HTTP\/1\.1 201 /);
  });

  it("that goes while it sends leaves nothing behind", async () => {
    const text = '{"metadata":{"name":"gone"}';
    const { socket } = await open();
    socket.write(
      head("POST", configMaps, "Content-Type: application/json", `Content-Length: ${text.length + 1}`) + text,
    );
    await new Promise<void>((resolve) => socket.once("close", resolve).destroy());
    expect((await admin.request("GET", `${configMaps}/gone`)).status).toBe(404);
  });

  it("that watches and does not read holds no other watch up", async () => {
    const { socket, got } = await open();
    socket.write(head("GET", `${configMaps}?watch=true`));
    await until(() => got().includes("kube-root-ca.crt"), "the watch to begin");
    socket.pause();
    const other = new WatchLog(admin, `${configMaps}?watch=true`);
    const names = Array.from({ length: 40 }, (_, index) => `big-${index}`);
    const data = { a: "x".repeat(200_000) };
    for (const name of names) await admin.success("POST", configMaps, { body: { metadata: { name }, data } });
    await until(() => other.events.includes("ADDED big-39"), "the other watch");
    await other.stop();
  });

  it("whose path cannot be decoded is told so: 400", async () => {
    const reply = await admin.request("GET", "/api/v1/namespaces/%E0%A4%A/configmaps");
    expect([reply.status, at(reply.body, "reason")]).toEqual([400, "BadRequest"]);
  });
});

describe("closing the server", () => {
  it("ends watches, and requests whose body is still to come, at once", async () => {
    const slow = await open();
    slow.socket.write(head("POST", configMaps, "Content-Length: 100"));
    const watching = await open();
    watching.socket.write(head("GET", `${configMaps}?watch=true`));
    await until(() => watching.got().includes("ADDED"), "the watch to begin");
    const closed = [slow, watching].map(
      ({ socket }) => new Promise<void>((resolve) => socket.once("close", () => resolve())),
    );
    await server.close();
    await Promise.all(closed);
    await expect(admin.request("GET", "/readyz")).rejects.toThrow();
  });

  it("may be asked for twice", async () => {
    await Promise.all([server.close(), server.close()]);
    await expect(admin.request("GET", "/readyz")).rejects.toThrow();
  });
});
