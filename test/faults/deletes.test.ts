import { afterAll, describe, expect, it } from "@jest/globals";

import { seededRandom, systemRandom } from "../../src/base/random.js";
import type { CaseResult } from "../support/dataplane/report.js";
import { report } from "../support/dataplane/report.js";
import { Fleet } from "../support/dataplane/fleet.js";
import { FaultProxy } from "./proxy/faultProxy.js";
import { kubeconfigThrough } from "./proxy/kubeconfig.js";
import { stir } from "./randomFaults.js";
import { Restarts } from "./restarts.js";
import { alone } from "./rig.js";

const apps = 20;
const isWhole = process.env["POINTSMAN_FAULTS"] === "all";
const deletesPerLag = Number(process.env["POINTSMAN_DELETES"] ?? (isWhole ? "260" : "40"));
const seed = Number(process.env["POINTSMAN_SEED"] ?? Math.floor(systemRandom.next() * 1e9));
const drain = 1000;
const results: CaseResult[] = [];
afterAll(() => {
  process.stderr.write(`\n${report(results)}\n`);
});

/** Where a gateway's class is not known, `settle` stands for how slow it may be. */
function configWith(settle: number): string {
  return `
release: {minStable: 200ms, settle: 0s, drain: ${settle === 0 ? 0 : drain}ms, confirmTimeout: 2s}
settle: {unknownClass: ${settle}ms}
`;
}

describe(`row 19: candidates of ${apps} apps that are deleted in the background under load and random faults (POINTSMAN_SEED=${seed})`, () => {
  it.each([0, 100, 2000, 10_000])(
    "behind a gateway that follows after %i ms lose no request",
    async (lagMs) => {
      const fleet = await Fleet.open({ apps, lagMs, perSecond: 300, seed });
      const proxy = await FaultProxy.start(fleet.scene.plane.info, seed);
      try {
        const { kubeconfig } = await fleet.scene.account();
        const through = await kubeconfigThrough(proxy, kubeconfig, fleet.scene.plane.info.folder);
        const config = configWith(lagMs + 500);
        const restarts = await Restarts.begin(seededRandom(seed), 15_000 + 3 * lagMs, () =>
          fleet.scene.controller({ kubeconfig: through, config, flags: alone }),
        );
        stir(proxy);
        const { deletes, load } = await fleet.deleteUnderLoad(Math.ceil(deletesPerLag / apps)).finally(() => {
          proxy.heal();
          return restarts.end();
        });
        results.push({ name: `lag ${lagMs} ms, killed ${restarts.count} times`, deletes, load });
        expect(load.losses).toEqual([]);
        expect(deletes.filter(({ margin }) => margin <= 0)).toEqual([]);
      } finally {
        await fleet.close();
        await proxy.close();
      }
    },
    3_600_000,
  );

  it("would lose some if they went before the gateway had followed", async () => {
    const fleet = await Fleet.open({ apps: 4, lagMs: 2000, perSecond: 60, seed });
    try {
      await fleet.scene.controller({ config: configWith(0), flags: alone });
      const { load } = await fleet.deleteUnderLoad(1);
      expect(load.lost).toBeGreaterThan(4);
    } finally {
      await fleet.close();
    }
  }, 120_000);
});
