import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { arrayAt, stringAt } from "../../../src/base/json.js";
import { Subject } from "../../support/apiserver/subject.js";

let subject: Subject;

beforeAll(async () => {
  subject = await Subject.open("reviews");
});
afterAll(() => subject.close());

const authorization = "/apis/authorization.k8s.io/v1";
const resourceAttributes = { verb: "patch", group: "apps", resource: "deployments", namespace: "default" };

describe("an access review", () => {
  it("of oneself answers what an administrator may do: everything", async () => {
    const body = {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SelfSubjectAccessReview",
      spec: { resourceAttributes },
    };
    expect(await subject.post(`${authorization}/selfsubjectaccessreviews`, body)).toMatchObject({
      status: 201,
      body: { kind: "SelfSubjectAccessReview", spec: { resourceAttributes }, status: { allowed: true } },
    });
  });

  it("is answered without kind and apiVersion, and for paths that are no resources", async () => {
    const spec = { nonResourceAttributes: { path: "/metrics", verb: "get" } };
    expect(await subject.post(`${authorization}/selfsubjectaccessreviews`, { spec })).toMatchObject({
      status: 201,
      body: { status: { allowed: true } },
    });
  });

  it("of another answers for the group of administrators", async () => {
    const spec = { user: "somebody", groups: ["system:masters"], resourceAttributes };
    expect(await subject.post(`${authorization}/subjectaccessreviews`, { spec })).toMatchObject({
      status: 201,
      body: { kind: "SubjectAccessReview", status: { allowed: true } },
    });
  });

  it("of all rules lists that everything is allowed", async () => {
    const reply = await subject.post(`${authorization}/selfsubjectrulesreviews`, { spec: { namespace: "default" } });
    expect(reply).toMatchObject({ status: 201, body: { status: { incomplete: false } } });
    expect(arrayAt(reply.body, "status", "resourceRules")).toContainEqual(
      expect.objectContaining({ verbs: ["*"], apiGroups: ["*"], resources: ["*"] }),
    );
  });

  it("of who one is gives a name and groups", async () => {
    const reply = await subject.post("/apis/authentication.k8s.io/v1/selfsubjectreviews", {});
    expect(reply.status).toBe(201);
    expect(stringAt(reply.body, "status", "userInfo", "username")).toMatch(/./);
    expect(arrayAt(reply.body, "status", "userInfo", "groups")).toEqual(
      expect.arrayContaining(["system:masters", "system:authenticated"]),
    );
  });
});
