import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { systemClock } from "../../src/base/clock.js";
import { stringAt } from "../../src/base/json.js";
import { CanaryApp } from "../support/dataplane/canaryApp.js";
import { DataPlane } from "../support/dataplane/dataPlane.js";
import { recordDeletes, steady } from "../support/dataplane/deletes.js";
import { Traffic, untilReachable } from "../support/dataplane/traffic.js";
import type { ControllerProcess } from "../support/controllerProcess.js";
import type { Reply } from "../support/plane/adminClient.js";
import type { Recorder } from "../support/plane/recorder.js";
import { waitFor } from "../support/plane/waitFor.js";
import { deployments } from "../support/scene.js";

const deletes = Number(process.env["POINTSMAN_DELETES"] ?? 3);
const metric = "pointsman_candidate_deleted_foreground_total";

/** What one deletion in the foreground cost. */
interface Cost {
  readonly lost: number;
  /** From the first to the last lost request, milliseconds. */
  readonly windowMs: number;
  /** Whether no Pod was told to end before the Deployment was let go. */
  readonly rescued: boolean;
}

let dataPlane: DataPlane;
let controller: ControllerProcess;
let record: Recorder;
let app: CanaryApp;
let traffic: Traffic;
beforeAll(async () => {
  dataPlane = await DataPlane.start();
  const { admin, namespace } = dataPlane;
  record = await recordDeletes(admin, namespace);
  controller = await dataPlane.controller(`
clusterScoped: true
release: {minStable: 200ms, drain: 1s}
settle: {gatewayClasses: {contour: 600ms}}
`);
  app = new CanaryApp({ admin, namespace, name: "pruned", protocol: "http1", graceSeconds: 0, weights: [50, 50] });
  await app.create();
  await untilReachable(app.shape);
  traffic = new Traffic("foreground", 200, [app.shape]);
}, 120_000);
afterAll(async () => {
  await traffic.stop();
  await record.stop();
  await dataPlane.stop();
}, 30_000);

async function deleteInForeground(): Promise<Cost> {
  await app.addCandidate();
  await traffic.untilMore(steady, app.candidate);
  const before = traffic.summary().losses.length;
  const startedAt = systemClock.monotonic();
  await app.deleteCandidate("Foreground");
  await app.untilPodsGone();
  await traffic.untilMore(steady);
  await record.caughtUp();
  const losses = traffic.summary().losses.slice(before);
  const times = losses.map(({ sentAt }) => sentAt);
  const revisions = record.revisions.filter(({ at }) => at > startedAt);
  const doomed = revisions.find(
    ({ type, object: { kind, metadata } }) =>
      kind === "Pod" &&
      metadata.labels?.["app"] === app.candidate &&
      (type === "DELETED" || metadata.deletionTimestamp !== undefined),
  );
  const gone = revisions.find(({ type, object }) => type === "DELETED" && object.kind === "Deployment");
  return {
    lost: losses.length,
    windowMs: losses.length === 0 ? 0 : Math.max(...times) - Math.min(...times),
    rescued: (doomed?.stored ?? Infinity) > (gone?.stored ?? 0),
  };
}

describe("row 20: a candidate that is deleted in the foreground under load", () => {
  it(
    "is let go, and told about each time; what it costs is printed",
    async () => {
      const costs: Cost[] = [];
      while (costs.length < deletes) costs.push(await deleteInForeground());
      const rescued = costs.filter((cost) => cost.rescued).length;
      const lost = costs.map((cost) => cost.lost).sort((a, b) => a - b);
      const windows = costs.map((cost) => Math.round(cost.windowMs)).sort((a, b) => a - b);
      process.stdout.write(
        `foreground: ${rescued} of ${costs.length} rescued; lost of 100/s: ${lost.join(" ")}; over ms: ${windows.join(" ")}\n`,
      );
      expect(await controller.metric(metric)).toBe(2 * deletes);
    },
    60_000 + deletes * 20_000,
  );
});

describe("row 21: the same with the policy that refuses it", () => {
  it("is refused while it serves, passes once weight 0 has drained it, and costs no request", async () => {
    await app.addCandidate();
    const { admin, namespace } = dataPlane;
    const options = { kind: "DeleteOptions", apiVersion: "v1", propagationPolicy: "Foreground" };
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${app.candidate}`;
    const attempt = (...dryRun: readonly string[]): Promise<Reply> =>
      admin.request("DELETE", path, { body: { ...options, dryRun } });
    await dataPlane.install("deletion-guard", "deletion-guard/deny");
    await waitFor(async () => (await attempt("All")).status === 422, {
      describe: "the policy to be in force",
      timeoutMs: 30_000,
    });
    await traffic.untilMore(steady, app.candidate);
    const before = traffic.summary().lost;
    const refused = await attempt();
    expect([refused.status, stringAt(refused.body, "message")]).toEqual([
      422,
      expect.stringContaining('iter8.tools/weight: "0"'),
    ]);
    const ref = { namespace, name: app.candidate };
    expect((await admin.get(deployments, ref)).metadata.deletionTimestamp).toBeUndefined();
    await app.drainCandidate();
    await app.deleteCandidate("Foreground");
    await app.untilPodsGone();
    await traffic.untilMore(steady);
    expect(traffic.summary().lost).toBe(before);
  }, 90_000);
});
