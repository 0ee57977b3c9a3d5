import { describe, expect, it } from "@jest/globals";

import type { Json, JsonObject } from "../../../src/base/json.js";
import { stringAt } from "../../../src/base/json.js";
import type { AccessQuestion } from "../../../src/kube/accessReview.js";
import { reviewAccess, reviewAll } from "../../../src/kube/accessReview.js";
import { FakeApi, failures } from "../../support/fakeApi.js";
import { FakeClock } from "../../support/fakeClock.js";

const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
const question: AccessQuestion = { verb: "patch", group: "apps", resource: "deployments", namespace: "shop" };
const { signal } = new AbortController();

function answering(status: JsonObject): FakeApi {
  const api = new FakeApi(new FakeClock());
  api.paths.set(path, { kind: "SelfSubjectAccessReview", status });
  return api;
}

/** An API whose reviews take a turn, those of the namespace `slow` ten more; counts how many are under way. */
class CountingApi extends FakeApi {
  most = 0;
  slow = "";
  private under = 0;

  override async raw(...args: Parameters<FakeApi["raw"]>): ReturnType<FakeApi["raw"]> {
    this.under += 1;
    this.most = Math.max(this.most, this.under);
    const answer = await super.raw(...args);
    const isSlow = stringAt(args[2], "spec", "resourceAttributes", "namespace") === this.slow;
    for (let turn = 0; isSlow && turn < 10; turn += 1) await Promise.resolve();
    this.under -= 1;
    return answer;
  }
}

describe("an access review", () => {
  it("asks for the verb on the resource in the namespace, and names nothing that was not asked", async () => {
    const api = answering({ allowed: true });
    expect(await reviewAccess(api, question, signal)).toEqual({ ok: true, value: { state: "allowed" } });
    const attributes = { verb: "patch", group: "apps", resource: "deployments", namespace: "shop" };
    expect(api.made("raw")[0]).toMatchObject({
      target: `POST ${path}`,
      body: { kind: "SelfSubjectAccessReview", spec: { resourceAttributes: attributes } },
    });
    expect(JSON.stringify(api.made("raw")[0]?.body)).not.toContain('name"');
  });

  it.each<[why: string, status: JsonObject, state: string]>([
    ["no rule allows it", { allowed: false }, "denied"],
    ["a rule forbids it", { allowed: false, denied: true, reason: "no" }, "denied"],
    ["the authorizer failed", { allowed: false, evaluationError: "webhook timed out" }, "unknown"],
    ["another authorizer allows it all the same", { allowed: true, evaluationError: "webhook timed out" }, "allowed"],
    ["the answer has no status", {}, "unknown"],
  ])("knows what it means that %s", async (_, status, state) => {
    expect(await reviewAccess(answering(status), question, signal)).toMatchObject({ ok: true, value: { state } });
  });

  it("that the server refuses is an error, not a refusal of the right", async () => {
    const answer = await reviewAccess(new FakeApi(new FakeClock()), question, signal);
    expect(answer).toEqual({ ok: false, error: failures.absent });
  });
});

describe("a round of access reviews", () => {
  const questions = Array.from({ length: 20 }, (_, index): AccessQuestion => ({ ...question, namespace: `n${index}` }));

  it("answers in the order of the questions, and asks no more than four at a time", async () => {
    const api = new CountingApi(new FakeClock());
    api.denied = new Set(["patch deployments.apps"]);
    api.grantedIn.add("patch deployments.apps n3").add("patch deployments.apps n17");
    api.slow = "n3";
    const answers = await reviewAll(api, questions, signal);
    const allowed = answers.ok ? answers.value.flatMap(({ state }, at) => (state === "allowed" ? [at] : [])) : [];
    expect(allowed).toEqual([3, 17]);
    expect(api.most).toBe(4);
  });

  it("ends at the first failure", async () => {
    const api = new CountingApi(new FakeClock());
    const answers = await reviewAll(api, questions, signal);
    expect(answers).toEqual({ ok: false, error: failures.absent });
    expect(api.made("raw").length).toBeLessThanOrEqual(4);
  });

  it("of no question asks nothing", async () => {
    const api = new FakeApi(new FakeClock());
    expect(await reviewAll(api, [], signal)).toEqual({ ok: true, value: [] as readonly Json[] });
    expect(api.requests).toEqual([]);
  });
});
