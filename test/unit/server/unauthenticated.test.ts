import { request } from "node:http";
import { connect } from "node:net";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { Registry } from "prom-client";

import { systemClock } from "../../../src/base/clock.js";
import type { ControllerRun } from "../../../src/cli/controller.js";
import { controllerCommand } from "../../../src/cli/controller.js";
import { main } from "../../../src/cli/main.js";
import { Health } from "../../../src/runtime/health.js";
import type { RunningServer } from "../../../src/server/http.js";
import { listen } from "../../../src/server/http.js";
import { createMetrics } from "../../../src/server/metrics.js";
import { operationsRoutes } from "../../../src/server/operations.js";
import { captured } from "../../support/captured.js";

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

const registry = new Registry();
const endpoints = ["/healthz", "/readyz", "/metrics"] as const;
let server: RunningServer;

/** The address that the controller listens on where nobody says otherwise, with a free port. */
async function defaultAddress(): Promise<string> {
  const runs: ControllerRun[] = [];
  const command = controllerCommand((run) => {
    runs.push(run);
    return Promise.resolve(0);
  });
  await main(["controller"], captured().io, [command]);
  return (runs[0]?.httpAddress ?? "").replace(/:\d+$/, ":0");
}

beforeAll(async () => {
  createMetrics(registry, "1").wrote("httproute", "raise");
  const routes = operationsRoutes(new Health(), registry);
  const started = await listen(await defaultAddress(), { routes, clock: systemClock, onError: () => undefined });
  if (!started.ok) throw started.error;
  server = started.value;
});
afterAll(() => server.close());

function ask(method: string, path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { port } = server.address;
    const sent = request({ host: "127.0.0.1", port, method, path, headers }, (answer) => {
      let body = "";
      answer.on("data", (chunk) => (body += String(chunk)));
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body, headers: answer.headers }));
    });
    sent.on("error", reject);
    sent.end();
  });
}

function reaches(host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(server.address.port, host);
    socket.on("connect", () => {
      resolve(true);
      socket.destroy();
    });
    socket.on("error", () => resolve(false));
  });
}

describe("row 43: a caller without credentials", () => {
  it("reaches the server from the same machine only, unless the administrator says otherwise", async () => {
    expect(server.address.host).toBe("127.0.0.1");
    expect(await reaches("127.0.0.1")).toBe(true);
    expect(await reaches("127.0.0.2")).toBe(false);
  });

  it.each(endpoints)("may read %s, which nobody caches or takes for a page", async (path) => {
    const { status, headers } = await ask("GET", path);
    expect(status).toBe(200);
    expect(headers["cache-control"]).toBe("no-store");
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["content-type"]).toMatch(/^text\/plain/);
    expect(headers["access-control-allow-origin"]).toBeUndefined();
  });

  it.each(endpoints.flatMap((path) => ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"].map((m) => [m, path])))(
    "changes nothing by %s %s",
    async (method, path) => {
      const { status, headers } = await ask(method, path, { Origin: "https://evil.example" });
      expect(status).toBe(405);
      expect(headers["allow"]).toBe("GET, HEAD");
      expect(headers["access-control-allow-origin"]).toBeUndefined();
    },
  );

  it.each([
    "/",
    "/debug/pprof",
    "/api",
    "/apis",
    "/config",
    "/healthz/",
    "/healthz/..",
    "/metrics/x",
    "/.env",
    "/%2e%2e/metrics",
  ])("finds nothing at %s", async (path) => {
    expect((await ask("GET", path)).status).toBe(404);
  });

  it("gets the same with credentials, which are neither looked at nor told to anybody", async () => {
    const headers = { Authorization: "Bearer s3cret", Cookie: "session=s3cret" };
    for (const path of [...endpoints, "/nothing"]) {
      const { status, body } = await ask("GET", path, headers);
      expect(status).toBe(path === "/nothing" ? 404 : 200);
      expect(body).not.toContain("s3cret");
    }
  });

  it("learns no name of a tenant from a metric: no label tells a namespace, an object or a user, unless asked for", async () => {
    const labels = (await registry.getMetricsAsJSON()).flatMap(({ values }) =>
      values.flatMap((value) => Object.keys(value.labels)),
    );
    for (const telling of ["namespace", "routemap", "object", "uid", "user", "pod"])
      expect(labels).not.toContain(telling);
    expect(labels).toContain("kind");
  });
});
