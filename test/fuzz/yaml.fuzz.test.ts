import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import { parseYaml, parseYamlStream, yamlLimits } from "../../src/base/yaml.js";
import { cost } from "./cost.js";
import { yamlText } from "./generate/yamlText.js";
import { judgeYaml, judgeYamlStream } from "./oracles/yaml.js";
import { prototypes } from "./prototypes.js";
import { patience, runs } from "./runs.js";

const text = yamlText(yamlLimits.bytes);
const before = prototypes();

describe("any text that is read as YAML", () => {
  it(
    "is JSON within the limits, or told with a place and a fix; the same each time, and nobody else sees anything of it",
    () => {
      fc.assert(
        fc.property(text, (source) => {
          judgeYaml(source);
          judgeYamlStream(source);
          expect(prototypes()).toBe(before);
        }),
        runs(250),
      );
    },
    patience,
  );

  it(
    "takes a fraction of a second, as one document or as many",
    () => {
      fc.assert(
        fc.property(text, (source) => {
          expect(cost(() => parseYaml(source), 300)).toBeLessThan(600);
          expect(cost(() => parseYamlStream(source, { lastKeyWins: true }), 300)).toBeLessThan(600);
        }),
        runs(60),
      );
    },
    patience,
  );
});
