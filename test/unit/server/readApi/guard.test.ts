import type { IncomingHttpHeaders } from "node:http";

import { describe, expect, test } from "@jest/globals";

import { guard, securityHeaders } from "../../../../src/server/readApi/guard.js";

function refusal(loopback: boolean, headers: IncomingHttpHeaders, target = "/api/v1/info"): number | undefined {
  const { signal } = new AbortController();
  return guard(loopback)({ method: "GET", target, headers, signal })?.status;
}

describe("the guard", () => {
  test.each(["localhost", "localhost:8081", "127.0.0.1:8081", "127.8.8.8:1", "[::1]:8081", "LOCALHOST:80"])(
    "on loopback takes the name %s",
    (host) => expect(refusal(true, { host })).toBeUndefined(),
  );

  test.each(["evil.example:8081", "127.0.0.1.evil.example", "localhost.evil.example", "10.0.0.1", "", "[::2]"])(
    "on loopback refuses the name %j, to which a foreign site could be bound",
    (host) => expect(refusal(true, { host })).toBe(421),
  );

  test("elsewhere takes any name, as tokens decide there", () => {
    expect(refusal(false, { host: "pointsman.example" })).toBeUndefined();
  });

  test.each(["https://evil.example", "http://localhost:9999", "null", "file://"])("refuses the origin %s", (origin) => {
    expect(refusal(true, { host: "localhost:8081", origin })).toBe(403);
    expect(refusal(false, { host: "localhost:8081", origin })).toBe(403);
  });

  test("takes its own origin", () => {
    expect(refusal(true, { host: "localhost:8081", origin: "http://localhost:8081" })).toBeUndefined();
  });

  test("refuses what a browser says comes from another site, but not a link to the page", () => {
    const headers = { host: "localhost", "sec-fetch-site": "cross-site" };
    expect(refusal(true, headers)).toBe(403);
    expect(refusal(true, headers, "/")).toBeUndefined();
    expect(refusal(true, { ...headers, "sec-fetch-site": "same-origin" })).toBeUndefined();
  });

  test("refuses a body", () => {
    expect(refusal(true, { host: "localhost", "content-length": "5" })).toBe(413);
    expect(refusal(true, { host: "localhost", "transfer-encoding": "chunked" })).toBe(413);
    expect(refusal(true, { host: "localhost", "content-length": "0" })).toBeUndefined();
  });

  test("goes with a policy that allows no foreign and no inline script", () => {
    const policy = securityHeaders["Content-Security-Policy"];
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
  });
});
