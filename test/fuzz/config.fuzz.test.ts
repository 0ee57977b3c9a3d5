import { readFileSync } from "node:fs";

import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import { decodeConfig } from "../../src/config/decode.js";
import { checkConfig } from "../../src/routing/checkConfig.js";
import { cost } from "./cost.js";
import { flood, mutated } from "./generate/mutate.js";
import { yamlPieces } from "./generate/pieces.js";
import { prototypes } from "./prototypes.js";
import { patience, runs } from "./runs.js";

const before = prototypes();
const real = [
  ...["config/controller.yaml", "test/support/iter8/config.yaml"],
  ...["contour", "traefik", "smi", "openshift"].map((name) => `kustomize/templates/${name}/config.yaml`),
].map((file) => readFileSync(file, "utf8"));
const words = [
  ...["limits: {hosts: ['*']}\n", "outputs: [secret]\n", "resourceTypes:\n", "  x: {Resource: secrets, ready: '['}\n"],
  ...[
    "release: {deadline: -1s}\n",
    "99999999h",
    "1e400",
    "constructor",
    "templateNamespaces: ['../x']\n",
    "a".repeat(5000),
  ],
  ...yamlPieces,
];
const text = fc.oneof(
  { weight: 8, arbitrary: mutated(real, fc.constantFrom(...words)) },
  { weight: 2, arbitrary: fc.jsonValue().map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: flood(words, 250_000) },
);

describe("any text of the controller's configuration", () => {
  it(
    "is decoded with every default, or told with places; the same each time, in a fraction of a second",
    () => {
      fc.assert(
        fc.property(text, (source) => {
          const decoded = decodeConfig(source);
          if (decoded.ok) {
            const { limits, outputs, kinds } = decoded.value;
            expect(limits.maxVersions).toBeGreaterThan(0);
            for (const output of outputs) expect(kinds.map(({ shorthand }) => shorthand)).toContain(output);
            for (const problem of checkConfig(decoded.value)) expect(problem.path).not.toBe("");
          } else {
            expect(decoded.error.length).toBeGreaterThan(0);
            for (const { message } of decoded.error) expect(message).not.toBe("");
          }
          expect(decodeConfig(source)).toEqual(decoded);
          expect(prototypes()).toBe(before);
          expect(cost(() => decodeConfig(source), 300)).toBeLessThan(800);
        }),
        runs(200),
      );
    },
    patience,
  );
});
