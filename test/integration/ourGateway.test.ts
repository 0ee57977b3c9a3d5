import { afterAll, describe, expect, it } from "@jest/globals";

import { systemClock } from "../../src/base/clock.js";
import { seededRandom } from "../../src/base/random.js";
import { Gateway } from "../../src/sandbox/gateway/gateway.js";
import type { Protocol } from "../../src/sandbox/load/shape.js";
import { podNetwork } from "../../src/sandbox/workloads/server/podNetwork.js";
import { PodServers } from "../../src/sandbox/workloads/server/podServers.js";
import { CanaryApp } from "../support/dataplane/canaryApp.js";
import { deleteUnderLoad } from "../support/dataplane/deletes.js";
import type { CaseResult } from "../support/dataplane/report.js";
import { report } from "../support/dataplane/report.js";
import { Traffic, untilReachable } from "../support/dataplane/traffic.js";
import { plane } from "../support/plane/plane.js";
import { Scene } from "../support/scene.js";

const many = Number(process.env["POINTSMAN_DELETES"] ?? "2");
const results: CaseResult[] = [];
afterAll(() => {
  process.stderr.write(`\n${report(results)}\n`);
});

/** A gateway that takes `lagMs` to follow a route, and follows endpoints at once, as Contour does when it is busy. */
interface Case {
  readonly lagMs: number;
  readonly protocol: Protocol;
  readonly graceSeconds: number;
  readonly deletes: number;
}

const cases: readonly Case[] = [
  { lagMs: 0, protocol: "http1", graceSeconds: 0, deletes: many },
  { lagMs: 100, protocol: "http1", graceSeconds: 1, deletes: many },
  { lagMs: 100, protocol: "grpc", graceSeconds: 0, deletes: many },
  { lagMs: 2000, protocol: "h2c", graceSeconds: 0, deletes: many },
  { lagMs: 10_000, protocol: "http1", graceSeconds: 0, deletes: Math.ceil(many / 2) },
];

describe("row 19: a candidate that is deleted in the background under load loses no request", () => {
  it.each(cases)(
    "lag $lagMs ms, $protocol, grace $graceSeconds s",
    async (one) => {
      const network = podNetwork("loopback");
      const servers = new PodServers({ clock: systemClock, random: seededRandom(1), network });
      const scene = await Scene.open("load", plane(), servers);
      const { namespace } = scene;
      const gateway = new Gateway({
        api: scene.plane.adminApi,
        clock: systemClock,
        random: seededRandom(2),
        namespace,
        controllerName: "example.com/data-plane",
        network,
        lag: { routes: one.lagMs, endpoints: 0 },
      });
      try {
        const address = await gateway.start();
        // The scene's status writer accepts at once, long before a lagging data plane follows.
        gateway.setStatusStalled(true);
        await scene.controller({
          config: `
release: {minStable: 200ms, settle: 0s, drain: 1s, confirmTimeout: 2s}
settle: {unknownClass: ${one.lagMs + 500}ms}
`,
        });
        const parent = { namespace, name: "gateway" };
        const { protocol, graceSeconds } = one;
        const app = new CanaryApp({ admin: scene.admin, namespace, name: "app", protocol, graceSeconds, parent });
        await app.create();
        await untilReachable(app.shape, address);
        const traffic = new Traffic("row19", 60, [app.shape], address);
        const deletes = await deleteUnderLoad(app, traffic, one.deletes);
        const load = await traffic.stop();
        results.push({ name: `lag ${one.lagMs} ms, ${protocol}, grace ${graceSeconds} s`, deletes, load });
        expect(load.lostByReason).toEqual({});
        expect(load.versions[app.candidate]?.answered).toBeGreaterThan(0);
        for (const { margin } of deletes) expect(margin).toBeGreaterThan(0);
      } finally {
        await gateway.stop();
        await scene.close();
        servers.close();
      }
    },
    600_000,
  );
});
