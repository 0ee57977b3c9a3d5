import fc from "fast-check";

import { flood, mutated } from "./mutate.js";
import { sampleFiles } from "./real.js";

/** Signs of YAML, and words that mean something to JavaScript or to YAML. */
export const yamlPieces: readonly string[] = [
  ...[
    "a",
    ":",
    ": ",
    " ",
    "  ",
    "\n",
    "- ",
    "-\n",
    "[",
    "]",
    "{",
    "}",
    ",",
    "? ",
    "|\n",
    ">-\n",
    "#",
    "# a\n",
    "\t",
    "\r\n",
  ],
  ...[
    "&x ",
    "*x",
    "*x, ",
    "&y [*x, *x]",
    "!t ",
    "!!str ",
    "!!binary ",
    "!<x> ",
    "%YAML 1.1\n",
    "---\n",
    "...\n",
    '"',
    "'",
  ],
  ...[
    "<<",
    "<<: *x\n",
    "__proto__: ",
    "__proto__",
    "constructor: ",
    "prototype: {polluted: 1}\n",
    "toString",
    "a: 1\n",
  ],
  ...[
    "~",
    "null",
    "true",
    ".nan",
    "-.inf",
    "0x7f",
    "1e999",
    "-0",
    "12345678901234567890",
    "9".repeat(400),
    "k: &k v\n",
  ],
  ...["\u0000", "\u0007", "\u001b[31m", "\u0085", "\u2028", "\ufeff", "\ud800", "é", "💥", "\\", "\\x", "\\u12"],
];

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
