import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";

import { seededRandom, systemRandom } from "../../src/base/random.js";
import { FaultProxy } from "../faults/proxy/faultProxy.js";
import { kubeconfigThrough } from "../faults/proxy/kubeconfig.js";
import { stir } from "../faults/randomFaults.js";
import { Restarts } from "../faults/restarts.js";
import { BusyRoute } from "../support/dataplane/busyRoute.js";
import { CanaryApp } from "../support/dataplane/canaryApp.js";
import { DataPlane } from "../support/dataplane/dataPlane.js";
import { deleteUnderLoad, recordDeletes, steady } from "../support/dataplane/deletes.js";
import type { CaseResult } from "../support/dataplane/report.js";
import { report } from "../support/dataplane/report.js";
import { Traffic, untilReachable } from "../support/dataplane/traffic.js";
import type { Recorder } from "../support/plane/recorder.js";

const deletes = Number(process.env["POINTSMAN_DELETES"] ?? 40);
const seed = Number(process.env["POINTSMAN_SEED"] ?? Math.floor(systemRandom.next() * 1e9));
const apps = Math.min(20, deletes);
const config = `
clusterScoped: true
release: {minStable: 200ms, drain: 1s}
settle: {gatewayClasses: {contour: 600ms}}
`;

let dataPlane: DataPlane;
let record: Recorder;
let proxy: FaultProxy;
const results: CaseResult[] = [];
const underWay: (() => unknown)[] = [];
beforeAll(async () => {
  dataPlane = await DataPlane.start();
  record = await recordDeletes(dataPlane.admin, dataPlane.namespace);
  proxy = await FaultProxy.start(dataPlane.info, seed);
}, 120_000);
afterEach(async () => {
  for (const stop of underWay.splice(0)) await stop();
}, 30_000);
afterAll(async () => {
  await record.stop();
  await dataPlane.stop();
  await proxy.close();
  process.stdout.write(`\n${report(results)}\n`);
}, 30_000);

describe(`a controller behind random faults, killed now and then (POINTSMAN_SEED=${seed})`, () => {
  it.each(["quiet", "busy"] as const)(
    "on a %s gateway deletes in the background cost no request",
    async (mood) => {
      const { admin, namespace } = dataPlane;
      const kubeconfig = await kubeconfigThrough(proxy, await dataPlane.account(), dataPlane.info.folder);
      const restarts = await Restarts.begin(seededRandom(seed), 15_000, () => dataPlane.controller(config, kubeconfig));
      underWay.push(() => restarts.end());
      if (mood === "busy") {
        const other = await BusyRoute.start(admin, namespace);
        underWay.push(() => other.stop());
      }
      const all = Array.from({ length: apps }, (_, index) => {
        const name = `${mood}-${index}`;
        return new CanaryApp({ admin, namespace, name, protocol: "http1", graceSeconds: index % 2, intervalMs: 100 });
      });
      await Promise.all(all.map((app) => app.create()));
      await Promise.all(all.map((app) => untilReachable(app.shape)));
      const shapes = all.map(({ shape }) => shape);
      const traffic = new Traffic(mood, 200, shapes);
      underWay.push(() => traffic.stop());
      stir(proxy);
      underWay.push(() => proxy.heal());
      const each = all.map((app) => deleteUnderLoad(app, traffic, record, Math.ceil(deletes / apps), steady / apps));
      const measured = (await Promise.all(each)).flat();
      const load = await traffic.stop();
      dataPlane.assertRunning();
      results.push({ name: `${mood}, killed ${restarts.count} times`, deletes: measured, load });
      expect(load.losses).toEqual([]);
    },
    3_600_000,
  );
});
