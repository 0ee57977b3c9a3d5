import { afterEach, describe, expect, test } from "@jest/globals";

import { systemClock } from "../../../../src/base/clock.js";
import type { RunningServer } from "../../../../src/server/http.js";
import { listen } from "../../../../src/server/http.js";
import type { Access, Authorizer, Sight } from "../../../../src/server/readApi/authorizer.js";
import { open as everybody } from "../../../../src/server/readApi/authorizer.js";
import { guard, securityHeaders } from "../../../../src/server/readApi/guard.js";
import { readApiRoutes } from "../../../../src/server/readApi/routes.js";
import { MadeDetail } from "../../../support/dashboard/madeDetail.js";
import { MadeModel } from "../../../support/dashboard/madeModel.js";
import { madeSummary } from "../../../support/dashboard/madeSummary.js";

const running: RunningServer[] = [];
const { detail } = new MadeDetail();
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

async function serve(authorizer: Authorizer = everybody) {
  const model = new MadeModel();
  model.put(madeSummary("cart"), madeSummary("checkout", { ready: "False", reason: "SpecInvalid" }));
  model.details.set("shop/checkout", detail);
  const errors: unknown[] = [];
  const onError = (error: unknown): void => void errors.push(error);
  const options = { model, changes$: model.changes$, authorizer, auth: "none", version: "1.2.3" } as const;
  const started = await listen("127.0.0.1:0", {
    routes: readApiRoutes({ ...options, clock: systemClock, onError }),
    clock: systemClock,
    onError,
    guard: guard(true),
    headers: securityHeaders,
  });
  if (!started.ok) throw started.error;
  running.push(started.value);
  return { model, errors, url: `http://127.0.0.1:${started.value.address.port}/api/v1` };
}

/** An authorizer that gives one answer and notes what it was asked. */
function answering(access: Access) {
  const asked: (Sight & { readonly authorization: string | undefined })[] = [];
  const check: Authorizer["check"] = (authorization, sight) => {
    asked.push({ ...sight, authorization });
    return Promise.resolve(access);
  };
  return { asked, check };
}

describe("the read API", () => {
  test("lists what has trouble first, with counts, and nothing may be kept or framed", async () => {
    const { url } = await serve();
    const answer = await fetch(`${url}/routemaps?limit=1`);
    expect(await answer.json()).toMatchObject({
      items: [{ name: "checkout", ready: "False" }],
      counts: { trouble: 1, unknown: 0, moving: 0, ready: 1 },
      matched: 2,
      pending: 0,
      continue: expect.any(String),
    });
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(answer.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
  });

  test("gives one routemap with its explanation, history and events", async () => {
    const { url } = await serve();
    const answer = await fetch(`${url}/routemaps/shop/checkout`);
    expect(await answer.json()).toMatchObject({
      explanation: { namespace: "shop", versions: [{ name: "v0" }, { name: "v1" }] },
      history: expect.any(Array),
      happenings: [{ reason: "RouteCreated" }, {}, {}],
    });
  });

  test("waits until the list is up to date, or not at all for those who say so", async () => {
    const { url, model } = await serve();
    await fetch(`${url}/routemaps`);
    await fetch(`${url}/routemaps?wait=0`);
    expect(model.waits).toEqual([8_000, 0]);
  });

  test("says which version it is and how to be let in, to anybody", async () => {
    const { url } = await serve(answering({ type: "unauthenticated", message: "" }));
    expect(await (await fetch(`${url}/info`)).json()).toEqual({ version: "1.2.3", auth: "none" });
  });

  test.each([
    ["/routemaps?limit=x", 400],
    ["/stream?name=a", 400],
    ["/stream?namespace=A_", 400],
    ["/stream?namespace=shop&name=..", 400],
    ["/routemaps/shop/nothing", 404],
    ["/routemaps/shop/..%2Fcheckout", 404],
    ["/routemap", 404],
  ])("%s is a problem with status %d", async (path, status) => {
    const { url } = await serve();
    const answer = await fetch(url + path);
    expect(answer.status).toBe(status);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(await answer.json()).toMatchObject({ status, title: expect.any(String), detail: expect.any(String) });
  });

  test.each(["POST", "PUT", "PATCH", "DELETE"])("%s changes nothing: 405", async (method) => {
    const { url } = await serve();
    for (const path of ["/routemaps", "/routemaps/shop/checkout", "/stream", "/info"])
      expect((await fetch(url + path, { method })).status).toBe(405);
  });

  test.each([
    ["unauthenticated", 401],
    ["forbidden", 403],
    ["unavailable", 503],
  ] as const)("an answer of %s is a %d on every path that shows anything", async (type, status) => {
    const authorizer = answering({ type, message: "no", fix: "do this" });
    const { url } = await serve(authorizer);
    for (const path of ["/routemaps", "/routemaps/shop/checkout", "/routemaps/shop/nothing", "/stream"]) {
      const answer = await fetch(url + path, { headers: { Authorization: "Bearer t" } });
      expect(answer.status).toBe(status);
      expect(await answer.json()).toEqual({ title: expect.any(String), status, detail: "no", fix: "do this" });
      if (status === 401) expect(answer.headers.get("www-authenticate")).toBe("Bearer");
    }
    expect(authorizer.asked.every(({ authorization }) => authorization === "Bearer t")).toBe(true);
  });

  test("asks for exactly the right that the path shows", async () => {
    const authorizer = answering({ type: "forbidden", message: "no" });
    const { url } = await serve(authorizer);
    for (const path of [
      "/routemaps",
      "/routemaps?namespace=shop",
      "/routemaps/shop/a",
      "/stream",
      "/stream?namespace=shop",
      "/stream?namespace=shop&name=a",
    ])
      await fetch(url + path);
    expect(authorizer.asked.map(({ verb, namespace, name }) => [verb, namespace, name])).toEqual([
      ["list", undefined, undefined],
      ["list", "shop", undefined],
      ["get", "shop", "a"],
      ["list", undefined, undefined],
      ["list", "shop", undefined],
      ["get", "shop", "a"],
    ]);
  });

  test("a bug is a 500 without a stack", async () => {
    const { url, model, errors } = await serve();
    model.failure = new Error("secret detail");
    const answer = await fetch(`${url}/routemaps`);
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain("secret");
    expect(errors.map(String)).toEqual(["Error: secret detail"]);
  });

  test("a stream arrives as it is written, and ends when the client goes", async () => {
    const { url, model } = await serve();
    const ending = new AbortController();
    const answer = await fetch(`${url}/stream`, { signal: ending.signal });
    expect(answer.headers.get("content-type")).toBe("text/event-stream");
    const reader = answer.body?.getReader();
    const read = async (): Promise<string> => Buffer.from((await reader?.read())?.value ?? []).toString();
    expect(await read()).toContain("event: hello");
    model.change(madeSummary("cart", { ready: "Unknown" }));
    expect(await read()).toContain('"ready":"Unknown"');
    ending.abort();
    while (model.changes.observed) await new Promise((resolve) => setImmediate(resolve));
  });

  test("the thirty-third stream is told to come back later", async () => {
    const { url } = await serve();
    const ending = new AbortController();
    for (let count = 0; count < 32; count += 1) await fetch(`${url}/stream`, { signal: ending.signal });
    const answer = await fetch(`${url}/stream`);
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "5"]);
    ending.abort();
  });
});
