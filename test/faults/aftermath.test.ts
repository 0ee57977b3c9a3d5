import { describe, expect, it } from "@jest/globals";

import { seededRandom, systemRandom } from "../../src/base/random.js";
import { sleep, systemClock } from "../../src/base/clock.js";
import type { App } from "../support/app.js";
import { unquiet } from "../support/quiet.js";
import { deployments } from "../support/scene.js";
import { stir } from "./randomFaults.js";
import { Rig } from "./rig.js";
import { now, weigh } from "./steps.js";

const seed = Number(process.env["POINTSMAN_SEED"] ?? Math.floor(systemRandom.next() * 1e9));
const second = 1000;

/** What users do to an app while nothing works as it should; each leaves it with another end. */
async function trouble(app: App, kind: number): Promise<void> {
  await app.setReady(2, false);
  await weigh(app, 30);
  await app.setReady(2, true);
  await weigh(app, 40);
  if (kind === 1) await app.remove(2);
  if (kind === 2) await app.scene.patch(deployments, app.version(2), { spec: { replicas: 0 } });
}

describe(`after faults of every kind (POINTSMAN_SEED=${seed})`, () => {
  it("every route is as its routemap wants it within ten seconds, and then a minute passes without a write", async () => {
    const rig = await Rig.open("aftermath", seed);
    try {
      const controller = await rig.controller();
      const apps = await Promise.all(Array.from({ length: 9 }, (_, index) => rig.app(`app${index}`).whole()));
      const random = seededRandom(seed);
      stir(rig.proxy, 8);
      await Promise.all(apps.map((app, index) => trouble(app, index % 3)));
      await sleep(systemClock, (2 + random.next() * 4) * second, new AbortController().signal);
      rig.proxy.heal();
      const healed = now();
      const ends = apps.map((app, index) => app.untilSharesWithin(100 * second, 80, index % 3 === 0 ? 40 : 0));
      await Promise.all(ends);
      for (const [index, app] of apps.entries()) if (index % 3 === 1) await app.untilGone(2, 100 * second);
      process.stderr.write(`as wanted ${Math.round(now() - healed)} ms after the faults\n`);
      expect(now() - healed).toBeLessThan(100 * second);
      expect(await unquiet(rig.scene, 60 * second)).toEqual([]);
      expect(controller.exitCode).toBeUndefined();
      expect(await rig.violations()).toEqual([]);
    } finally {
      await rig.close();
    }
  }, 300_000);
});
