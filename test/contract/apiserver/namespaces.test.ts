import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import type { Json } from "../../../src/base/json.js";
import { arrayAt, at, stringAt } from "../../../src/base/json.js";
import { waitFor } from "../../support/plane/waitFor.js";
import { Subject } from "../../support/apiserver/subject.js";

let subject: Subject;

beforeAll(async () => {
  subject = await Subject.open("namespaces");
});
afterAll(() => subject.close());

const path = (name: string): string => `/api/v1/namespaces/${name}`;
const make = (suffix: string): Promise<Json> =>
  subject.ok("POST", "/api/v1/namespaces", { metadata: { name: `${subject.namespace}-${suffix}` } });

describe("a namespace", () => {
  it("is active, labelled with its name, and held by the finalizer of its spec", async () => {
    expect(await subject.ok("GET", path(subject.namespace))).toMatchObject({
      kind: "Namespace",
      metadata: { labels: { "kubernetes.io/metadata.name": subject.namespace } },
      spec: { finalizers: ["kubernetes"] },
      status: { phase: "Active" },
    });
  });

  it.each(["default", "kube-system"])("%s is there and may not be deleted", async (name) => {
    expect((await subject.get(path(name))).status).toBe(200);
    expect(await subject.delete(path(name))).toMatchObject({ status: 403, body: { reason: "Forbidden" } });
  });

  it("that is being deleted takes nothing new: 403 with the cause", async () => {
    const name = stringAt(await make("closing"), "metadata", "name") ?? "";
    await subject.ok("POST", `${path(name)}/configmaps`, {
      metadata: { name: "held", finalizers: ["example.com/hold"] },
    });
    expect(await subject.delete(path(name))).toMatchObject({
      status: 200,
      body: { kind: "Namespace", metadata: { deletionTimestamp: expect.anything() }, status: { phase: "Terminating" } },
    });
    expect(await subject.post(`${path(name)}/configmaps`, { metadata: { name: "late" } })).toMatchObject({
      status: 403,
      body: {
        reason: "Forbidden",
        details: { name: "late", kind: "configmaps", causes: [{ reason: "NamespaceTerminating" }] },
      },
    });
    const terminating = await waitFor(
      async () => {
        const found = await subject.ok("GET", path(name));
        return arrayAt(found, "status", "conditions").some(
          (condition) => at(condition, "type") === "NamespaceFinalizersRemaining" && at(condition, "status") === "True",
        );
      },
      { describe: "the namespace to say that finalizers remain", timeoutMs: 20_000 },
    );
    expect(terminating).toBe(true);
    const held = await subject.ok("GET", `${path(name)}/configmaps/held`);
    expect(at(held, "metadata", "deletionTimestamp")).toBeDefined();
    await subject.patch(`${path(name)}/configmaps/held`, { metadata: { finalizers: null } });
    await waitFor(async () => (await subject.get(path(name))).status === 404, {
      describe: "the namespace to go once nothing holds its content",
      timeoutMs: 60_000,
    });
  }, 90_000);

  it("takes its content with it", async () => {
    const name = stringAt(await make("full"), "metadata", "name") ?? "";
    await subject.ok("POST", `${path(name)}/configmaps`, { metadata: { name: "inside" } });
    await subject.ok("POST", `${path(name)}/services`, {
      metadata: { name: "inside" },
      spec: { ports: [{ port: 80 }] },
    });
    await subject.delete(path(name));
    await waitFor(async () => (await subject.get(path(name))).status === 404, {
      describe: "the namespace to go",
      timeoutMs: 30_000,
    });
    expect((await subject.get(`${path(name)}/configmaps/inside`)).status).toBe(404);
    expect((await subject.get(`${path(name)}/services/inside`)).status).toBe(404);
  }, 60_000);
});
