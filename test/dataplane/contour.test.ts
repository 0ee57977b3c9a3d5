import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";

import type { LoadSummary } from "../../src/sandbox/load/record.js";
import type { Protocol, RequestShape } from "../../src/sandbox/load/shape.js";
import { BusyRoute } from "../support/dataplane/busyRoute.js";
import type { CanaryAppOptions } from "../support/dataplane/canaryApp.js";
import { CanaryApp } from "../support/dataplane/canaryApp.js";
import { DataPlane } from "../support/dataplane/dataPlane.js";
import { deleteUnderLoad, recordDeletes } from "../support/dataplane/deletes.js";
import type { CaseResult } from "../support/dataplane/report.js";
import { report } from "../support/dataplane/report.js";
import { Traffic, untilReachable } from "../support/dataplane/traffic.js";
import type { Recorder } from "../support/plane/recorder.js";
import { deployments, finalizer } from "../support/scene.js";

const perSecond = 200;
const deletes = Number(process.env["POINTSMAN_DELETES"] ?? 3);

// Contour confirms a route when Envoy has it: no request was ever seen later. So this is half a second, and a little.
const settle = 600;
const drain = 1_000;
const quickConfig = `
clusterScoped: true
release: {minStable: 200ms, drain: ${drain}ms}
settle: {gatewayClasses: {contour: ${settle}ms}}
`;

let dataPlane: DataPlane;
let record: Recorder;
const results: CaseResult[] = [];
const underWay: { stop(): Promise<unknown> }[] = [];
beforeAll(async () => {
  dataPlane = await DataPlane.start();
  record = await recordDeletes(dataPlane.admin, dataPlane.namespace);
}, 120_000);
afterAll(async () => {
  await record.stop();
  await dataPlane.stop();
  process.stdout.write(`\n${report(results)}\n`);
}, 30_000);

afterEach(async () => {
  for (const each of underWay.splice(0)) await each.stop();
}, 30_000);

/** Requests for an app, until the end of the test at the latest. */
function send(app: CanaryApp, rate = perSecond, shapes: readonly RequestShape[] = [app.shape]): Traffic {
  const traffic = new Traffic(app.options.name, rate, shapes);
  underWay.push(traffic);
  return traffic;
}

/** An app whose primary is there and answers through the gateway. */
async function reachable(of: Pick<CanaryAppOptions, "name" | "protocol" | "graceSeconds">): Promise<CanaryApp> {
  const { admin, namespace } = dataPlane;
  const app = new CanaryApp({ admin, namespace, ...of });
  await app.create();
  await untilReachable(app.shape);
  return app;
}

describe("with the configuration as it is installed", () => {
  it("Envoy shares the requests out as the routemap says, and a deleted candidate costs none", async () => {
    await dataPlane.controller("clusterScoped: true\n");
    const app = await reachable({ name: "installed", protocol: "http1", graceSeconds: 0 });
    await app.addCandidate();
    const traffic = send(app);
    await traffic.untilMore(1_000);
    const share = traffic.answeredBy(app.candidate) / traffic.summary().total;
    // Of 1000 requests at 20 %, four standard deviations are 5 %.
    expect(share).toBeGreaterThan(0.15);
    expect(share).toBeLessThan(0.25);
    const measured = await deleteUnderLoad(app, traffic, record, 1);
    const load = await traffic.stop();
    results.push({ name: "installed", deletes: measured, load });
    expect(load.losses).toEqual([]);
  }, 90_000);
});

describe("with short release times", () => {
  beforeAll(async () => {
    await dataPlane.controller(quickConfig);
  }, 30_000);

  const cases = [
    ["http1", "quiet", 0],
    ["http1", "quiet", 1],
    ["http1", "busy", 0],
    ["http1", "busy", 1],
    ["h2c", "busy", 0],
    ["grpc", "busy", 0],
  ] as const;
  it.each(cases)(
    "%s on a %s gateway, Pods with %i s to die: deletes cost no request",
    async (...of) => {
      const [protocol, mood, graceSeconds] = of;
      const name = `${protocol}-${mood}-${graceSeconds}s`;
      if (mood === "busy") underWay.push(await BusyRoute.start(dataPlane.admin, dataPlane.namespace));
      const app = await reachable({ name, protocol, graceSeconds });
      const traffic = send(app);
      const measured = await deleteUnderLoad(app, traffic, record, deletes);
      const load = await traffic.stop();
      dataPlane.assertRunning();
      results.push({ name, deletes: measured, load });
      expect(load.losses).toEqual([]);
    },
    60_000 + deletes * 20_000,
  );

  /** One delete under short requests and such that take longer than settle and drain; what became of both. */
  async function deleteUnderLong(protocol: Protocol, graceSeconds: number): Promise<readonly LoadSummary[]> {
    const name = `${protocol.toLowerCase()}-lasting-${graceSeconds}s`;
    const app = await reachable({ name, protocol, graceSeconds });
    const lasting = send(app, 25, [{ ...app.shape, holdMs: 5_000 }]);
    const traffic = send(app, perSecond - 25);
    const measured = await deleteUnderLoad(app, traffic, record, 1);
    const loads = [await traffic.stop(), await lasting.stop()] as const;
    results.push(
      { name, deletes: measured, load: loads[0] },
      { name: `${name}: 5 s each`, deletes: [], load: loads[1] },
    );
    return loads;
  }

  it.each(["http1", "grpcStream"] as const)(
    "%s that lasts longer than the drain ends well where the Pods' grace covers it",
    async (protocol) => {
      const [short, lasting] = await deleteUnderLong(protocol, 10);
      expect([short?.losses, lasting?.losses]).toEqual([[], []]);
    },
    60_000,
  );

  it("what lasts longer than settle and drain is lost with a Pod that has no grace, and nothing else is", async () => {
    const [short, lasting] = await deleteUnderLong("http1", 0);
    expect(short?.losses).toEqual([]);
    expect(lasting?.lost).toBeGreaterThan(0);
  }, 60_000);

  it("no Pod was told to end before half a second and the drain had passed since its last request", () => {
    const measured = results.flatMap((result) => result.deletes);
    expect(measured.length).toBeGreaterThan(cases.length * deletes);
    expect(Math.min(...measured.map(({ margin }) => margin))).toBeGreaterThanOrEqual(drain + 500);
    expect(measured.filter(({ namedAtEnd }) => namedAtEnd)).toEqual([]);
  });
});

describe("without Pointsman", () => {
  it("a delete costs requests, so that a loss would be seen", async () => {
    const app = await reachable({ name: "unheld", protocol: "http1", graceSeconds: 0 });
    await app.addCandidate();
    const traffic = send(app);
    await traffic.untilMore(40, app.candidate);
    await dataPlane.killControllers();
    const { admin, namespace } = dataPlane;
    const ref = { namespace, name: app.candidate };
    expect((await admin.get(deployments, ref)).metadata.finalizers).toContain(finalizer);
    await admin.patch(deployments, ref, { metadata: { finalizers: null } });
    await admin.delete(deployments, ref, { propagationPolicy: "Background" });
    await app.untilPodsGone();
    await traffic.untilMore(perSecond);
    const load = await traffic.stop();
    expect(load.lost).toBeGreaterThan(perSecond / 20);
  }, 60_000);
});
