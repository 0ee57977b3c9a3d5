import { describe, expect, test } from "@jest/globals";

import type { JsonObject } from "../../../../src/base/json.js";
import { fail } from "../../../../src/base/result.js";
import { TokenAuthorizer } from "../../../../src/server/readApi/authorizer.js";
import { FakeApi, failures } from "../../../support/fakeApi.js";
import { FakeClock } from "../../../support/fakeClock.js";

const tokenReviews = "/apis/authentication.k8s.io/v1/tokenreviews";
const accessReviews = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
const { signal } = new AbortController();
const user = { username: "ada", uid: "7", groups: ["dev"], extra: { scopes: ["x"] } };

function world(token: JsonObject = { authenticated: true, user }, access: JsonObject = { allowed: true }) {
  const clock = new FakeClock();
  const api = new FakeApi(clock);
  api.paths.set(tokenReviews, { status: token });
  api.paths.set(accessReviews, { status: access });
  return { clock, api, authorizer: new TokenAuthorizer(api, clock) };
}

describe("the authorizer of tokens", () => {
  test.each([undefined, "", "Bearer", "Basic YTpi", "Bearer a b", `Bearer ${"x".repeat(9_000)}`])(
    "asks nobody about %j",
    async (header) => {
      const { api, authorizer } = world();
      expect((await authorizer.check(header, { verb: "list" }, signal)).type).toBe("unauthenticated");
      expect(api.made("raw")).toEqual([]);
    },
  );

  test("asks whose the token is and what that user may read, with all that is known of him", async () => {
    const { api, authorizer } = world();
    const sight = { verb: "get", namespace: "shop", name: "app" } as const;
    expect(await authorizer.check("bearer secret", sight, signal)).toEqual({ type: "allowed" });
    const [first, second] = api.made("raw");
    expect(first?.body).toMatchObject({ kind: "TokenReview", spec: { token: "secret" } });
    expect(second?.body).toMatchObject({
      kind: "SubjectAccessReview",
      spec: {
        user: "ada",
        uid: "7",
        groups: ["dev"],
        extra: { scopes: ["x"] },
        resourceAttributes: { verb: "get", group: "", resource: "configmaps", namespace: "shop", name: "app" },
      },
    });
  });

  test("an unknown token is nobody's, even if the answer names a user", async () => {
    const { authorizer, api } = world({ authenticated: false, user });
    expect((await authorizer.check("Bearer x", { verb: "list" }, signal)).type).toBe("unauthenticated");
    expect(api.made("raw").length).toBe(1);
    const nameless = world({ authenticated: true, user: { username: "" } });
    expect((await nameless.authorizer.check("Bearer x", { verb: "list" }, signal)).type).toBe("unauthenticated");
  });

  test("a user without the right is told which one is missing", async () => {
    const { authorizer } = world(undefined, { allowed: false });
    expect(await authorizer.check("Bearer x", { verb: "list", namespace: "shop" }, signal)).toMatchObject({
      type: "forbidden",
      message: "ada may not list configmaps in namespace shop",
    });
    expect(await authorizer.check("Bearer x", { verb: "list" }, signal)).toMatchObject({
      message: "ada may not list configmaps in all namespaces",
    });
  });

  test("an answer holds for ten seconds and for the same token, verb and place only", async () => {
    const { api, clock, authorizer } = world();
    await authorizer.check("Bearer x", { verb: "list" }, signal);
    await clock.advance(9_999);
    await authorizer.check("Bearer x", { verb: "list" }, signal);
    expect(api.made("raw").length).toBe(2);
    await authorizer.check("Bearer y", { verb: "list" }, signal);
    await authorizer.check("Bearer x", { verb: "get" }, signal);
    await authorizer.check("Bearer x", { verb: "list", namespace: "a" }, signal);
    expect(api.made("raw").length).toBe(8);
    api.paths.set(tokenReviews, { status: { authenticated: false } });
    await clock.advance(2);
    expect((await authorizer.check("Bearer x", { verb: "list" }, signal)).type).toBe("unauthenticated");
  });

  test("those who ask the same at once share one question", async () => {
    const { api, authorizer } = world();
    const all = [1, 2, 3].map(() => authorizer.check("Bearer x", { verb: "list" }, signal));
    expect((await Promise.all(all)).map(({ type }) => type)).toEqual(["allowed", "allowed", "allowed"]);
    expect(api.made("raw").length).toBe(2);
  });

  test("a flood of tokens is turned away once eight are being checked", async () => {
    const { api, authorizer } = world();
    const all = Array.from({ length: 20 }, (_, index) =>
      authorizer.check(`Bearer t${index}`, { verb: "list" }, signal),
    );
    const types = (await Promise.all(all)).map(({ type }) => type);
    expect(types.filter((type) => type === "allowed").length).toBe(8);
    expect(types.filter((type) => type === "unavailable").length).toBe(12);
    expect(api.made("raw").length).toBe(16);
  });

  test("an API server that does not answer, or an authorizer that fails, lets nobody in and is asked again", async () => {
    const { api, authorizer } = world();
    api.paths.delete(accessReviews);
    expect((await authorizer.check("Bearer x", { verb: "list" }, signal)).type).toBe("unavailable");
    api.paths.set(accessReviews, { status: { evaluationError: "webhook is down" } });
    expect(await authorizer.check("Bearer x", { verb: "list" }, signal)).toMatchObject({
      type: "unavailable",
      message: "the authorizer cannot tell: webhook is down",
    });
    api.paths.set(accessReviews, { status: { allowed: true } });
    expect((await authorizer.check("Bearer x", { verb: "list" }, signal)).type).toBe("allowed");
  });

  test("a controller that may not ask says which component lets it", async () => {
    class Refusing extends FakeApi {
      override raw(): ReturnType<FakeApi["raw"]> {
        return Promise.resolve(fail(failures.forbidden));
      }
    }
    const clock = new FakeClock();
    const authorizer = new TokenAuthorizer(new Refusing(clock), clock);
    expect(await authorizer.check("Bearer x", { verb: "list" }, signal)).toEqual({
      type: "unavailable",
      message: "the controller itself may not create tokenreviews",
      fix: "add the component kustomize/components/dashboard to the installation",
    });
  });

  test("no more than a thousand answers are kept", async () => {
    const { api, authorizer } = world();
    for (let index = 0; index <= 1_000; index += 1)
      await authorizer.check(`Bearer t${index}`, { verb: "list" }, signal);
    const before = api.made("raw").length;
    await authorizer.check("Bearer t1000", { verb: "list" }, signal);
    expect(api.made("raw").length).toBe(before);
    await authorizer.check("Bearer t0", { verb: "list" }, signal);
    expect(api.made("raw").length).toBe(before + 2);
  });
});
