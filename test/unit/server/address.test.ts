import { describe, expect, test } from "@jest/globals";

import { formatAddress, parseAddress } from "../../../src/server/address.js";

describe("parseAddress", () => {
  test.each([
    [":8080", { port: 8080 }],
    ["127.0.0.1:0", { host: "127.0.0.1", port: 0 }],
    ["localhost:65535", { host: "localhost", port: 65_535 }],
    ["[::1]:80", { host: "::1", port: 80 }],
  ])("%s is understood and written back alike", (text, expected) => {
    const parsed = parseAddress(text);
    expect(parsed).toEqual({ ok: true, value: expected });
    expect(parsed.ok && formatAddress(parsed.value)).toBe(text);
  });

  test.each(["", "8080", "host", ":", "host:", ":70000", "::1:80", "a b:80", "http://x:80", "[x]:80"])(
    "%j is refused with an example",
    (text) => {
      const parsed = parseAddress(text);
      expect(parsed.ok ? "" : parsed.error).toContain("for example 127.0.0.1:8080");
    },
  );
});
