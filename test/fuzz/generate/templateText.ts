import fc from "fast-check";

import { functions } from "../../../src/templates/functions/table.js";
import { flood, mutated } from "./mutate.js";
import { templatePieces } from "./pieces.js";
import { templateTexts } from "./real.js";

const names = [...functions.keys()];
const real = templateTexts();

const leaves = fc.constantFrom(
  ...[".", "$", ".Name", ".Weights", ".Versions", ".Values", ".Values.a.b", "$.Labels", ".GetVersions", "nil", "true"],
  ...[
    "0",
    "1",
    "-3",
    "2.5",
    "9223372036854775807",
    '""',
    '"a"',
    '"%s%d%v"',
    '"a: &a [*a]"',
    "`{{`",
    "'x'",
    "(list 1 2)",
  ],
  ...["(until 90)", '(repeat 9000 "ab")', '(dict "a" 1 "__proto__" (dict "p" 1))', ".__proto__", ".constructor.name"],
);

/** An expression of functions in functions. */
const expression: fc.Arbitrary<string> = fc.letrec<{ e: string }>((tie) => ({
  e: fc.oneof(
    { maxDepth: 5, depthSize: "small" },
    leaves,
    fc
      .tuple(fc.constantFrom(...names), fc.array(tie("e"), { minLength: 1, maxLength: 3 }))
      .map(([name, args]) => `(${name} ${args.join(" ")})`),
    fc.tuple(tie("e"), fc.constantFrom(...names)).map(([left, name]) => `(${left} | ${name})`),
  ),
})).e;

/** Loops, choices, variables and templates in each other. */
const structure: fc.Arbitrary<string> = fc.letrec<{ s: string }>((tie) => ({
  s: fc.oneof(
    { maxDepth: 5, depthSize: "small" },
    expression.map((e) => `{{ ${e} }}`),
    fc.string({ maxLength: 6 }),
    fc.tuple(expression, tie("s")).map(([e, body]) => `{{ range ${e} }}${body}{{ end }}`),
    fc.tuple(expression, tie("s")).map(([e, body]) => `{{ range $i, $v := ${e} }}${body}{{ $i }}{{ end }}`),
    fc.tuple(expression, tie("s"), tie("s")).map(([e, a, b]) => `{{ if ${e} }}${a}{{ else }}${b}{{ end }}`),
    fc.tuple(expression, tie("s")).map(([e, body]) => `{{ with $x := ${e} }}${body}{{ $x }}{{ end }}`),
    fc
      .tuple(expression, tie("s"))
      .map(([e, body]) => `{{ $y := ${e} }}{{ range until 40 }}{{ $y = list $y $y }}{{ end }}${body}`),
    tie("s").map((body) => `{{ define "t" }}${body}{{ template "t" . }}{{ end }}{{ template "t" . }}`),
    fc.tuple(tie("s"), tie("s")).map((both) => both.join("")),
  ),
})).s;

/** Anything that might be a template: by grammar, real ones with changes, and floods. */
export const templateText: fc.Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: structure },
  { weight: 3, arbitrary: mutated(real, fc.oneof(fc.constantFrom(...templatePieces), expression)) },
  { weight: 1, arbitrary: flood(templatePieces, 200_000) },
);

/** Every function on arguments that are large, over and over. */
export const repeatedCall: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom(...names),
    fc.array(
      fc.constantFrom(
        ...[
          "$.big.letters",
          "$.big.capitals",
          "$.big.words",
          "$.big.blanks",
          "$.big.digits",
          "$.big.lines",
          "$.big.signs",
        ],
        ...["$.big.accents", "$.big.yaml", "$.big.json", "$.big.list", "$.big.texts", "$.big.map", "$.big.keys"],
        ...["0", "3", "-1", "1000000", '"a"', '", "', '"%d%s"', "(list $.big.letters $.big.letters)"],
      ),
      { minLength: 1, maxLength: 3 },
    ),
  )
  .map(([name, args]) => `{{ range 30000 }}{{ $x := ${name} ${args.join(" ")} }}{{ end }}`);

/** Large values of every kind, for `repeatedCall`. */
export const bigValues = {
  big: {
    letters: "a".repeat(60_000),
    capitals: "Aa".repeat(30_000),
    words: "some words ".repeat(5000),
    blanks: " ".repeat(60_000),
    digits: "7".repeat(60_000),
    lines: "\n".repeat(60_000),
    signs: '"<_-:'.repeat(12_000),
    accents: "é💥".repeat(12_000),
    yaml: Array.from({ length: 2000 }, (_, i) => `k${i}: [1, 2]`).join("\n"),
    json: `[${"[1],".repeat(10_000)}1]`,
    list: Array.from({ length: 5000 }, (_, i) => i),
    texts: Array.from({ length: 500 }, (_, i) => `${"long prefix ".repeat(9)}${i % 50}`),
    map: Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`k${i}`, i])),
    keys: Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`${"k".repeat(3000)}${i}`, { [`x${i}`]: i }])),
  },
};
