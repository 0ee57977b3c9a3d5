import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { systemClock } from "../../src/base/clock.js";
import { isOutcomeUnknown } from "../../src/kube/apiError.js";
import { selfSigned } from "../support/certificate.js";
import { HttpServer, reply } from "../support/httpServer.js";
import type { Plane } from "../support/plane/plane.js";
import { plane as sharedPlane } from "../support/plane/plane.js";

const configMaps = { group: "", version: "v1", resource: "configmaps" };
const webhooks = { group: "admissionregistration.k8s.io", version: "v1", resource: "validatingwebhookconfigurations" };
const signal = new AbortController().signal;

let plane: Plane;
let namespace: string;
let webhook: HttpServer;
const held: (() => void)[] = [];

beforeAll(async () => {
  plane = sharedPlane();
  namespace = await plane.createNamespace("timeout");
  const identity = selfSigned("slow webhook");
  webhook = await HttpServer.start((seen, response) => {
    const { request } = JSON.parse(seen.body) as { request: { uid: string } };
    const review = { apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview" };
    held.push(() => reply(response, 200, { ...review, response: { uid: request.uid, allowed: true } }));
  }, identity);
  await plane.admin.create(webhooks, undefined, {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingWebhookConfiguration",
    metadata: { name: namespace },
    webhooks: [
      {
        name: "slow.pointsman.dev",
        clientConfig: { url: `${webhook.url}/`, caBundle: Buffer.from(identity.cert).toString("base64") },
        rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["UPDATE"], resources: ["configmaps"] }],
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
        failurePolicy: "Fail",
        timeoutSeconds: 20,
        sideEffects: "None",
        admissionReviewVersions: ["v1"],
      },
    ],
  });
});
afterAll(async () => {
  await plane.admin.delete(webhooks, { name: namespace });
  await webhook.close();
  plane.close();
});

describe("the timeout parameter of a write", () => {
  it("bounds it at the server: it is answered within 3 s and does not land later", async () => {
    const ref = { namespace, name: "a" };
    const metadata = { name: "a", namespace };
    await plane.admin.create(configMaps, namespace, {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata,
      data: { a: "1" },
    });
    const write = async (a: string) => {
      const started = systemClock.monotonic();
      const result = await plane.adminApi.mergePatch(configMaps, ref, { data: { a } }, signal);
      return { result, elapsed: systemClock.monotonic() - started };
    };
    // The webhook is in force some moments after it was stored.
    let tries = 2;
    let { result, elapsed } = await write("2");
    while (result.ok && tries < 1_000) ({ result, elapsed } = await write(`${++tries}`));
    const before = await plane.admin.get(configMaps, ref);
    if (result.ok) throw new Error("the webhook never came into force");
    expect(result.error.kind).toBe("status");
    expect(isOutcomeUnknown(result.error)).toBe(true);
    expect(elapsed).toBeGreaterThan(1_900);
    expect(elapsed).toBeLessThan(3_000);
    expect(held.length).toBeGreaterThan(0);
    for (const release of held) release();
    const page = await plane.admin.page(configMaps, namespace);
    expect(page.items.find((item) => item.metadata.name === "a")?.metadata.resourceVersion).toBe(
      before.metadata.resourceVersion,
    );
  });
});
