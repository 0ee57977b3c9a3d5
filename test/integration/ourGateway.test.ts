import { afterAll, describe, expect, it } from "@jest/globals";

import { Fleet } from "../support/dataplane/fleet.js";
import type { CaseResult } from "../support/dataplane/report.js";
import { report } from "../support/dataplane/report.js";

const results: CaseResult[] = [];
afterAll(() => {
  process.stderr.write(`\n${report(results)}\n`);
});

describe("candidates that are deleted in the background under load", () => {
  it.each([0, 2000])(
    "behind a gateway that follows after %i ms lose no request",
    async (lagMs) => {
      const fleet = await Fleet.open({ apps: 3, lagMs, perSecond: 60, seed: 1 });
      try {
        await fleet.scene.controller({
          config: `
release: {minStable: 200ms, settle: 0s, drain: 1s, confirmTimeout: 2s}
settle: {unknownClass: ${lagMs + 500}ms}
`,
        });
        const { deletes, load } = await fleet.deleteUnderLoad(1);
        results.push({ name: `lag ${lagMs} ms`, deletes, load });
        expect(load.losses).toEqual([]);
        expect(deletes.filter(({ margin, namedAtEnd }) => margin <= 0 || namedAtEnd)).toEqual([]);
      } finally {
        await fleet.close();
      }
    },
    120_000,
  );
});
