import fc from "fast-check";

import { flood, mutated } from "./mutate.js";
import { yamlPieces } from "./pieces.js";
import { sampleFiles } from "./real.js";

const real = sampleFiles();
const piece = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...yamlPieces) }, fc.string({ maxLength: 4 }));

/** Anything that might be YAML: pieces in any order, real files with changes, and floods of up to `most` characters. */
export function yamlText(most: number): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 4, arbitrary: fc.array(piece, { maxLength: 40 }).map((all) => all.join("")) },
    { weight: 4, arbitrary: mutated(real, piece) },
    { weight: 2, arbitrary: flood(yamlPieces, most) },
  );
}
