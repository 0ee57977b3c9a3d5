import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { Registry } from "prom-client";

import type { RoutemapSeries } from "../../../src/routing/series.js";
import { Instruments } from "../../../src/server/instruments.js";
import { createMetrics } from "../../../src/server/metrics.js";
import { routemapMetrics } from "../../../src/server/routemapMetrics.js";

const app = { uid: "1", namespace: "shop", name: "app" };
const series: RoutemapSeries = {
  ready: "True",
  conditions: [],
  versions: [{ name: "v1", phase: "Active", wanted: 80, stored: 80, confirmed: 80 }],
};

function bench() {
  const registry = new Registry();
  const show = routemapMetrics(new Instruments(registry));
  const lines = async (prefix = "pointsman_"): Promise<string[]> =>
    (await registry.metrics())
      .split("\n")
      .filter((line) => line.startsWith(prefix))
      .sort();
  return { show, lines };
}

/** The series of one routemap, written down without the code under test. */
function expected(namespace: string, routemap: string, shown: RoutemapSeries): string[] {
  const of = `namespace="${namespace}",routemap="${routemap}"`;
  return [
    `pointsman_routemap_ready{${of},status="${shown.ready}"} 1`,
    ...shown.conditions.map((type) => `pointsman_routemap_condition{${of},type="${type}"} 1`),
    ...shown.versions.flatMap(({ name, phase, wanted, stored, confirmed }) => [
      `pointsman_routemap_phase{${of},version="${name}",phase="${phase}"} 1`,
      `pointsman_routemap_weight{${of},version="${name}",state="wanted"} ${wanted}`,
      `pointsman_routemap_weight{${of},version="${name}",state="stored"} ${stored}`,
      ...(confirmed === undefined
        ? []
        : [`pointsman_routemap_weight{${of},version="${name}",state="confirmed"} ${confirmed}`]),
    ]),
  ];
}

const weight = fc.nat(100);
const version = fc.record({
  name: fc.constantFrom("v1", "v2", "v3"),
  phase: fc.constantFrom("Idle" as const, "Guarded" as const, "Active" as const, "Draining" as const),
  wanted: weight,
  stored: weight,
  confirmed: fc.option(weight, { nil: undefined }),
});
const anySeries: fc.Arbitrary<RoutemapSeries> = fc.record({
  ready: fc.constantFrom("True" as const, "False" as const, "Unknown" as const),
  conditions: fc.uniqueArray(fc.constantFrom("Paused", "NotOurs", "Unconfirmed")),
  versions: fc.uniqueArray(version, { selector: ({ name }) => name }),
});

describe("routemapMetrics", () => {
  test("show readiness, phases and weights of a routemap", async () => {
    const { show, lines } = bench();
    show(app, { ...series, conditions: ["Paused"] });
    expect(await lines()).toEqual([
      'pointsman_routemap_condition{namespace="shop",routemap="app",type="Paused"} 1',
      'pointsman_routemap_phase{namespace="shop",routemap="app",version="v1",phase="Active"} 1',
      'pointsman_routemap_ready{namespace="shop",routemap="app",status="True"} 1',
      'pointsman_routemap_weight{namespace="shop",routemap="app",version="v1",state="confirmed"} 80',
      'pointsman_routemap_weight{namespace="shop",routemap="app",version="v1",state="stored"} 80',
      'pointsman_routemap_weight{namespace="shop",routemap="app",version="v1",state="wanted"} 80',
    ]);
  });

  test("end with the routemap", async () => {
    const { show, lines } = bench();
    show(app, series);
    show({ ...app, uid: "2", name: "other" }, series);
    show(app, undefined);
    expect(await lines()).toEqual(expected("shop", "other", series).sort());
  });

  test("outlive the end of an older routemap of the same name that is told late", async () => {
    const { show, lines } = bench();
    show(app, series);
    show({ ...app, uid: "2" }, { ...series, ready: "False" });
    show(app, undefined);
    expect(await lines("pointsman_routemap_ready")).toEqual([
      'pointsman_routemap_ready{namespace="shop",routemap="app",status="False"} 1',
    ]);
    show({ ...app, uid: "2" }, undefined);
    expect(await lines()).toEqual([]);
  });

  test("are at any time the series of what was shown last of each routemap, and no other", async () => {
    const step = fc.record({
      name: fc.constantFrom("app", "other"),
      shown: fc.option(anySeries, { nil: undefined, freq: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const { show, lines } = bench();
        const last = new Map<string, RoutemapSeries>();
        for (const { name, shown } of steps) {
          show({ uid: name, namespace: "shop", name }, shown);
          if (shown === undefined) last.delete(name);
          else last.set(name, shown);
        }
        const wanted = [...last].flatMap(([name, shown]) => expected("shop", name, shown));
        expect(await lines()).toEqual(wanted.sort());
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  test("are there only if they were asked for", async () => {
    const without = new Registry();
    expect(createMetrics(without, "1").routemap).toBeUndefined();
    expect(await without.metrics()).not.toContain("pointsman_routemap_");
    const registry = new Registry();
    createMetrics(registry, "1", { perRoutemap: true }).routemap?.(app, series);
    expect(await registry.metrics()).toContain('pointsman_routemap_ready{namespace="shop",routemap="app"');
  });
});
