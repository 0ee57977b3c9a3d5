import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import { seededRandom } from "../../../src/base/random.js";
import type { ApiError } from "../../../src/kube/apiError.js";
import type { Effect } from "../../../src/kube/retry.js";
import { firstTry, retryOf } from "../../../src/kube/retry.js";

const random = seededRandom(1);

const errors: fc.Arbitrary<ApiError> = fc.record({
  kind: fc.constantFrom("status", "unsent", "unknown", "aborted", "malformed"),
  code: fc.constantFrom(0, 400, 401, 403, 404, 409, 410, 422, 429, 500, 502, 503, 504),
  reason: fc.constantFrom("", "Deadline", "ConnectionLost", "WriteGate"),
  message: fc.constant(""),
  causes: fc.constant([]),
  retryAfter: fc.nat({ max: 100_000 }),
  verb: fc.constant("patch"),
  path: fc.constant("/"),
});

/** Sends against a server that always fails with this error: the waits between the tries. */
function waits(effect: Effect, error: ApiError): number[] {
  const delays: number[] = [];
  for (let tries = firstTry; ;) {
    const retry = retryOf(effect, error, tries, random);
    if (retry === undefined) return delays;
    delays.push(retry.delay);
    tries = retry.tries;
  }
}

describe("retrying", () => {
  it("ends for every failure, and no wait is longer than 10 s", () => {
    fc.assert(
      fc.property(fc.constantFrom<Effect>("read", "write", "call"), errors, (effect, error) => {
        const delays = waits(effect, error);
        expect(delays.length).toBeLessThan(5);
        expect(delays.every((delay) => delay >= 0 && delay <= 10_000)).toBe(true);
      }),
    );
  });

  it("repeats what changes something only where the server said that it refused it", () => {
    fc.assert(
      fc.property(fc.constantFrom<Effect>("write", "call"), errors, (effect, error) => {
        const refused = error.kind === "status" && (error.code === 401 || error.code === 429);
        expect(waits(effect, error).length > 0).toBe(refused);
      }),
    );
  });

  it("repeats a read twice, later the second time, and not after its time ran out", () => {
    const error: ApiError = {
      kind: "unknown",
      code: 0,
      reason: "ConnectionLost",
      message: "",
      causes: [],
      verb: "get",
      path: "/",
    };
    const [first = 0, second = 0, ...more] = waits("read", error);
    expect(first).toBeGreaterThanOrEqual(100);
    expect(first).toBeLessThan(200);
    expect(second).toBeGreaterThanOrEqual(200);
    expect(more).toEqual([]);
    expect(waits("read", { ...error, reason: "Deadline" })).toEqual([]);
  });
});
