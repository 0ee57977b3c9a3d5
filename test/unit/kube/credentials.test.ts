import { describe, expect, it } from "@jest/globals";

import { PointsmanError } from "../../../src/base/errors.js";
import type { Result } from "../../../src/base/result.js";
import { fail, ok } from "../../../src/base/result.js";
import type { Authorization } from "../../../src/kube/credentials.js";
import { cachedAuthorization } from "../../../src/kube/credentials.js";
import { FakeClock } from "../../support/fakeClock.js";

function counting() {
  const clock = new FakeClock();
  const state = { reads: 0, broken: false };
  const cached = cachedAuthorization(clock, (): Promise<Result<Authorization, PointsmanError>> => {
    state.reads += 1;
    if (state.broken) return Promise.resolve(fail(new PointsmanError("PM_CREDENTIALS_INVALID", { file: "f" })));
    return Promise.resolve(ok({ headers: { authorization: `read ${state.reads}` }, tls: {} }));
  });
  const current = async () => {
    const result = await cached.authorize();
    return result.ok ? result.value.headers["authorization"] : result.error.code;
  };
  return { clock, state, cached, current };
}

describe("a cached authorization", () => {
  it("is read again after 60 s, not before", async () => {
    const { clock, state, current } = counting();
    expect(await current()).toBe("read 1");
    await clock.advance(59_999);
    expect(await current()).toBe("read 1");
    await clock.advance(1);
    expect(await current()).toBe("read 2");
    expect(state.reads).toBe(2);
  });

  it("is read again after a refresh", async () => {
    const { cached, current } = counting();
    await current();
    cached.refresh();
    expect(await current()).toBe("read 2");
  });

  it("is read once for callers that come together", async () => {
    const { state, current } = counting();
    expect(await Promise.all([current(), current(), current()])).toEqual(["read 1", "read 1", "read 1"]);
    expect(state.reads).toBe(1);
  });

  it("stays as it was while it cannot be read, and is an error if it never could", async () => {
    const { cached, state, current } = counting();
    state.broken = true;
    expect(await current()).toBe("PM_CREDENTIALS_INVALID");
    state.broken = false;
    expect(await current()).toBe("read 2");
    state.broken = true;
    cached.refresh();
    expect(await current()).toBe("read 2");
    state.broken = false;
    expect(await current()).toBe("read 4");
  });
});
