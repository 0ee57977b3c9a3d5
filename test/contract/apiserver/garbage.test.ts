import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import type { Json, JsonObject } from "../../../src/base/json.js";
import { arrayAt, at, stringAt } from "../../../src/base/json.js";
import { waitFor } from "../../support/plane/waitFor.js";
import { Subject } from "../../support/apiserver/subject.js";

let subject: Subject;
let configMaps: string;

const hold = "example.com/hold";

beforeAll(async () => {
  subject = await Subject.open("garbage");
  configMaps = subject.core("configmaps");
});
afterAll(() => subject.close());

const path = (name: string): string => `${configMaps}/${name}`;
const referenceTo = (owner: Json, over: JsonObject = {}): JsonObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  name: at(owner, "metadata", "name"),
  uid: at(owner, "metadata", "uid"),
  ...over,
});
const owned = (name: string, owners: readonly Json[], finalizers: readonly string[] = []): Promise<Json> =>
  subject.configMap(name, { ownerReferences: owners, finalizers });
const find = async (name: string): Promise<Json | undefined> => {
  const reply = await subject.get(path(name));
  return reply.status === 404 ? undefined : reply.body;
};
const untilGone = (name: string): Promise<true> =>
  waitFor(async () => (await find(name)) === undefined, { describe: `${name} to go`, timeoutMs: 20_000 });
const untilDoomed = (name: string): Promise<Json> =>
  waitFor(
    async () => {
      const found = await find(name);
      return at(found, "metadata", "deletionTimestamp") !== undefined && found;
    },
    { describe: `${name} to be doomed`, timeoutMs: 20_000 },
  );
const remove = (name: string, propagationPolicy: string) => subject.delete(path(name), { propagationPolicy });
const release = (name: string) => subject.patch(path(name), { metadata: { finalizers: null } });

describe("deletion in the background", () => {
  it("ends the owner at once and its dependents after it, dependents of dependents included", async () => {
    const owner = await subject.configMap("b-owner");
    const child = await owned("b-child", [referenceTo(owner)]);
    await owned("b-grandchild", [referenceTo(child)]);
    await remove("b-owner", "Background");
    expect(await find("b-owner")).toBeUndefined();
    await untilGone("b-child");
    await untilGone("b-grandchild");
  });

  it("leaves dependents alone while a finalizer holds the owner", async () => {
    const owner = await owned("h-owner", [], [hold]);
    await owned("h-child", [referenceTo(owner, { blockOwnerDeletion: true })]);
    const witness = await subject.configMap("h-witness");
    await owned("h-witness-child", [referenceTo(witness)]);
    await remove("h-owner", "Background");
    await remove("h-witness", "Background");
    await untilGone("h-witness-child");
    expect(at(await find("h-child"), "metadata", "deletionTimestamp")).toBeUndefined();
    expect(await find("h-child")).toBeDefined();
    await release("h-owner");
    await untilGone("h-child");
  });

  it("spares what has another owner, and takes the reference to the one that went away", async () => {
    const one = await subject.configMap("t-one");
    const two = await subject.configMap("t-two");
    await owned("t-child", [referenceTo(one), referenceTo(two)]);
    await remove("t-one", "Background");
    await waitFor(async () => arrayAt(await find("t-child"), "metadata", "ownerReferences").length === 1, {
      describe: "the reference to the owner that went to be taken away",
      timeoutMs: 20_000,
    });
    expect(await find("t-child")).toMatchObject({ metadata: { ownerReferences: [{ name: "t-two" }] } });
    await remove("t-two", "Background");
    await untilGone("t-child");
  });

  it("comes to what names an owner that was never there", async () => {
    const reference = {
      apiVersion: "v1",
      kind: "ConfigMap",
      name: "nobody",
      uid: "4b1d5a6e-0000-4000-8000-000000000000",
    };
    await owned("n-child", [reference]);
    await untilGone("n-child");
  });
});

describe("deletion in the foreground", () => {
  it("marks the owner, ends the dependents that block it first, then the owner", async () => {
    const owner = await subject.configMap("f-owner");
    await owned("f-child", [referenceTo(owner, { blockOwnerDeletion: true })], [hold]);
    const { body } = await remove("f-owner", "Foreground");
    expect(body).toMatchObject({
      metadata: { finalizers: ["foregroundDeletion"], deletionTimestamp: expect.anything() },
    });
    await untilDoomed("f-child");
    expect(await find("f-owner")).toBeDefined();
    await release("f-child");
    await untilGone("f-owner");
    expect(await find("f-child")).toBeUndefined();
  });

  it("dooms dependents at once whatever other finalizers hold the owner", async () => {
    const owner = await owned("o-owner", [], [hold]);
    await owned("o-child", [referenceTo(owner, { blockOwnerDeletion: true })]);
    const { body } = await remove("o-owner", "Foreground");
    expect([...arrayAt(body, "metadata", "finalizers")].sort()).toEqual([hold, "foregroundDeletion"].sort());
    await untilGone("o-child");
    await waitFor(
      async () => !arrayAt(await find("o-owner"), "metadata", "finalizers").includes("foregroundDeletion"),
      {
        describe: "the owner to be rid of foregroundDeletion",
        timeoutMs: 20_000,
      },
    );
    expect(await find("o-owner")).toMatchObject({ metadata: { finalizers: [hold] } });
    await release("o-owner");
    await untilGone("o-owner");
  });

  it("does not wait for dependents that do not block", async () => {
    const owner = await subject.configMap("u-owner");
    await owned("u-child", [referenceTo(owner, { blockOwnerDeletion: false })], [hold]);
    await remove("u-owner", "Foreground");
    await untilGone("u-owner");
    await untilDoomed("u-child");
    await release("u-child");
    await untilGone("u-child");
  });

  it("goes on through the dependents of dependents", async () => {
    const owner = await subject.configMap("d-owner");
    const child = await owned("d-child", [referenceTo(owner, { blockOwnerDeletion: true })]);
    await owned("d-grandchild", [referenceTo(child, { blockOwnerDeletion: true })], [hold]);
    await remove("d-owner", "Foreground");
    await untilDoomed("d-grandchild");
    expect(await find("d-owner")).toBeDefined();
    expect(await find("d-child")).toMatchObject({ metadata: { finalizers: ["foregroundDeletion"] } });
    await release("d-grandchild");
    await untilGone("d-owner");
  });
});

describe("deletion that orphans", () => {
  it("ends the owner after the references to it were taken away, and the dependents stay", async () => {
    const owner = await subject.configMap("r-owner");
    const child = await owned("r-child", [referenceTo(owner, { controller: true })]);
    const { body } = await remove("r-owner", "Orphan");
    expect(body).toMatchObject({ metadata: { finalizers: ["orphan"] } });
    await untilGone("r-owner");
    const left = await find("r-child");
    expect(stringAt(left, "metadata", "uid")).toBe(stringAt(child, "metadata", "uid"));
    expect(arrayAt(left, "metadata", "ownerReferences")).toEqual([]);
    expect(at(left, "metadata", "deletionTimestamp")).toBeUndefined();
  });
});
