import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import { defaultLimits, executeTemplate, fromJson, parseTemplate } from "../../src/templates/index.js";
import { cost } from "./cost.js";
import { bigValues, repeatedCall, templateText } from "./generate/templateText.js";
import { judgeTemplate, rendered } from "./oracles/template.js";
import { prototypes } from "./prototypes.js";
import { patience, runs } from "./runs.js";

const before = prototypes();

describe("any template", () => {
  it(
    "gives no more than it may, or a place and a reason; the same each time, and nobody else sees anything of it",
    () => {
      fc.assert(
        fc.property(templateText, (source) => {
          judgeTemplate(source);
          expect(prototypes()).toBe(before);
        }),
        runs(500),
      );
    },
    patience,
  );

  it(
    "ends within a fraction of a second",
    () => {
      fc.assert(
        fc.property(templateText, (source) => {
          expect(cost(() => rendered(source), 300)).toBeLessThan(600);
        }),
        runs(150),
      );
    },
    patience,
  );

  it(
    "takes no more from a meter than there is, and nothing at all where nothing is left",
    () => {
      fc.assert(
        fc.property(templateText, fc.integer({ min: 1, max: 2000 }), (source, left) => {
          const meter = { left };
          rendered(source, { meter });
          expect(meter.left).toBeLessThanOrEqual(left);
          expect(rendered(`${source}{{ 1 }}`, { meter: { left: 0 } })).not.toBe(`${source}1`);
        }),
        runs(150),
      );
    },
    patience,
  );
});

describe("any function, called on what is large as often as steps allow,", () => {
  it(
    "takes as many steps as it takes time",
    () => {
      const big = fromJson(bigValues);
      fc.assert(
        fc.property(repeatedCall, (source) => {
          const parsed = parseTemplate("fuzz", source);
          if (!parsed.ok) return;
          const spent = cost(() => executeTemplate(parsed.value, big, { steps: defaultLimits.steps / 4 }), 150);
          expect(spent).toBeLessThan(400);
        }),
        runs(150),
      );
    },
    patience,
  );
});
