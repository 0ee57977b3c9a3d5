import { describe, expect, it } from "@jest/globals";

import { outcome, render } from "./support.js";

const limited = /^LIMIT /;

/** Calls a function on a long text as often as steps allow. */
function going(call: string): string {
  return `{{ $s := repeat 200000 "A" }}{{ range until 30000 }}{{ $x := ${call} $s }}{{ end }}`;
}

describe("members of JavaScript objects", () => {
  const names = [
    "constructor",
    "__proto__",
    "prototype",
    "toString",
    "valueOf",
    "hasOwnProperty",
    "length",
    "size",
    "get",
  ];

  it.each(names)("%s is an ordinary missing key", (name) => {
    expect(render(`{{ .${name} }}{{ index . "${name}" }}{{ hasKey . "${name}" }}`)).toBe("<no value><no value>false");
    expect(render(`{{ (dict).${name} }}{{ get (dict) "${name}" }}|{{ (fromJson "{}").${name} }}`)).toBe(
      "<no value>|<no value>",
    );
  });

  it.each(names)("%s is not a member of texts, numbers and lists", (name) => {
    for (const receiver of ['"text"', "1", "1.5", "true", "(list 1)"]) {
      expect(outcome(`{{ $x := ${receiver} }}{{ $x.${name} }}`)).toMatch(/^EXECUTE /);
    }
  });

  it("can be keys of data like any other", () => {
    const data: unknown = JSON.parse('{"__proto__": {"x": 1}, "constructor": 2}');
    expect(render("{{ .data }}", { data: JSON.stringify(data) })).toBe('{"__proto__":{"x":1},"constructor":2}');
    expect(
      render("{{ $d := fromJson .data }}{{ $d.__proto__.x }}{{ $d.constructor }}{{ $d.x }}", {
        data: JSON.stringify(data),
      }),
    ).toBe("12<no value>");
    expect(render('{{ (fromYaml "__proto__: {polluted: 1}").polluted }}')).toBe("<no value>");
    expect(render('{{ $d := dict }}{{ $_ := set $d "__proto__" (dict "p" 1) }}{{ $d.p }}{{ (dict).p }}')).toBe(
      "<no value><no value>",
    );
  });

  it("are no functions either", () => {
    const functions = ["get", "toString"];
    for (const name of names.filter((each) => !functions.includes(each))) {
      expect(outcome(`{{ ${name} 1 }}`)).toBe("PARSE 1:4");
    }
  });
});

describe("work without end", () => {
  it.each([
    ["a template that calls itself", '{{ define "a" }}{{ template "a" . }}{{ end }}{{ template "a" . }}'],
    [
      "templates that call each other",
      '{{ define "a" }}{{ template "b" }}{{ end }}{{ define "b" }}{{ template "a" }}{{ end }}{{ template "a" }}',
    ],
    ["a template that is itself", '{{ template "test" }}'],
    ["a huge until", "{{ range until 30000000 }}{{ end }}"],
    ["a huge untilStep", "{{ untilStep 0 9223372036854775807 1 }}"],
    ["a huge seq", "{{ seq 1000000000 }}"],
    ["a huge number", "{{ range 9223372036854775807 }}{{ end }}"],
    ["nested loops", "{{ range until 1000 }}{{ range until 1000 }}{{ range until 1000 }}{{ end }}{{ end }}{{ end }}"],
    ["a loop that prints", "{{ range until 50000 }}0123456789{{ end }}"],
    ["a repeated repeat", '{{ repeat 1000000 (repeat 1000000 "a") }}'],
    ["a repeat beyond numbers", '{{ repeat 9223372036854775807 "ab" }}'],
    ["an indent", '{{ indent 1000000000 "a" }}'],
    ["an indent of many lines", '{{ indent 1000 (repeat 1000 "\\n") }}'],
    ["a wide format", '{{ printf "%999999d" 1 }}'],
    ["a precise format", '{{ printf "%.999999f" 1.5 }}'],
    ["a wide format by argument", '{{ printf "%*d" 999999 1 }}'],
    ["a text that doubles", '{{ $s := "a" }}{{ range until 64 }}{{ $s = printf "%s%s" $s $s }}{{ end }}'],
    ["a list that doubles", "{{ $l := list 1 }}{{ range until 64 }}{{ $l = concat $l $l }}{{ end }}"],
    ["a list that holds itself twice", "{{ $l := list 1 }}{{ range until 40 }}{{ $l = list $l $l }}{{ end }}{{ $l }}"],
    [
      "comparing what is shared",
      "{{ $l := list 1 }}{{ range until 40 }}{{ $l = list $l $l }}{{ end }}{{ deepEqual $l (deepCopy $l) }}",
    ],
    ["a map in itself, printed", '{{ $d := dict }}{{ $_ := set $d "d" $d }}{{ $d }}'],
    ["a map in itself, as JSON", '{{ $d := dict }}{{ $_ := set $d "d" $d }}{{ toJson $d }}'],
    ["a map in itself, as YAML", '{{ $d := dict }}{{ $_ := set $d "d" $d }}{{ toYaml $d }}'],
    [
      "a map in itself, compared",
      '{{ $d := dict }}{{ $_ := set $d "d" $d }}{{ $e := dict }}{{ $_ := set $e "d" $e }}{{ deepEqual $d $e }}',
    ],
    [
      "a map in itself, merged",
      '{{ $d := dict }}{{ $_ := set $d "d" $d }}{{ $e := dict "d" (dict) }}{{ $_ := set $e.d "d" $e }}{{ merge $d $e }}',
    ],
    ["replacing what is empty", '{{ replace "" (repeat 1000 "x") (repeat 1000 "y") }}'],
    [
      "texts in a long list",
      '{{ $s := repeat 200000 "a" }}{{ $l := list }}{{ range until 1000 }}{{ $l = append $l (upper $s) }}{{ end }}',
    ],
    ["a search that goes wrong", '{{ $n := printf "b%s" (repeat 130000 "a") }}{{ contains $n (repeat 262000 "a") }}'],
    ["a split that goes wrong", '{{ $n := printf "b%s" (repeat 130000 "a") }}{{ splitList $n (repeat 262000 "a") }}'],
    ["unique items", "{{ uniq (until 2000) }}"],
    ["wrapping by a long line end", '{{ wrapWith 1 (repeat 1000 "-") (repeat 1000 "a") }}'],
    [
      "aliases of aliases",
      '{{ $y := "a: &a [x,x,x,x,x,x,x,x,x]\\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\\ne: [*d,*d,*d,*d,*d,*d,*d,*d,*d]\\n" }}{{ toJson (fromYaml $y) }}',
    ],
    ...["swapcase", "initials", "trimAll `a`", "snakecase", "sha512sum", "hasSuffix `b`", "int", "len"].map(
      (name) => [`going through a long text with ${name}`, going(name)] as const,
    ),
    [
      "comparing long texts",
      '{{ $a := printf "%s1" (repeat 99999 "a") }}{{ range until 30000 }}{{ if lt $a $a }}{{ end }}{{ end }}',
    ],
    [
      "sorting one long text",
      '{{ $l := list (repeat 99999 "a") }}{{ range until 12 }}{{ $l = concat $l $l }}{{ end }}{{ sortAlpha $l }}',
    ],
    [
      "sorting long keys",
      '{{ $d := dict }}{{ range until 20 }}{{ $_ := set $d (printf "%s%d" (repeat 3000 "a") .) 1 }}{{ end }}{{ range until 5000 }}{{ range $d }}{{ break }}{{ end }}{{ end }}',
    ],
    [
      "YAML of many keys",
      '{{ $d := dict }}{{ range 900 }}{{ $_ := set $d (printf "k%d" .) 1 }}{{ end }}{{ $y := toYaml $d }}{{ range 900 }}{{ $_ := fromYaml $y }}{{ end }}',
    ],
    [
      "finding the first of many variables",
      `${Array.from({ length: 9000 }, (_, i) => `{{ $v${i} := 1 }}`).join("")}{{ range until 20000 }}{{ $v0 }}{{ end }}`,
    ],
    ["deep YAML", '{{ fromYaml (repeat 10000 "[") }}'],
    ["JSON that is deep", '{{ fromJson (printf "%s%s" (repeat 10000 "[") (repeat 10000 "]")) | toJson }}'],
  ])("of %s ends with an error", (_, source) => {
    const result = outcome(source);
    expect(result).toMatch(/^(LIMIT|EXECUTE) /);
    if (!source.includes("fromYaml")) expect(result).toMatch(limited);
  });

  it.each([
    ["parentheses", `{{ ${"(".repeat(5000)}1${")".repeat(5000)} }}`],
    ["structures", `${"{{if 1}}".repeat(5000)}${"{{end}}".repeat(5000)}`],
    ["blocks", `${'{{block "b" .}}'.repeat(5000)}${"{{end}}".repeat(5000)}`],
    ["ranges", "{{range .}}".repeat(20000)],
  ])("of parsing %s inside each other ends with an error", (_, source) => {
    expect(outcome(source)).toMatch(/^PARSE /);
  });

  it("is not made of many alternatives, however long the chain", () => {
    const chain = Array.from({ length: 5000 }, (_, i) => `{{else if eq .n ${i}}}${i}`).join("");
    expect(render(`{{if false}}${chain}{{end}}`, { n: 4999 })).toBe("4999");
  });

  it("is not made of many fields, commands or arguments", () => {
    expect(outcome(`{{ $${".a".repeat(20_000)} }}`, {})).toBe("EXECUTE 1:4");
    expect(render(`{{ 1${" | print".repeat(5000)} }}`)).toBe("1");
    expect(render(`{{ len (list${" 1".repeat(5000)}) }}`)).toBe("5000");
  });

  it.each([
    ["blanks", `{{ trim .s }}`, `${" ".repeat(100_000)}x${" ".repeat(100_000)}x`],
    ["digits", "{{ int .s }}{{ float64 .s }}", `${"1".repeat(200_000)}x`],
    ["capitals", "{{ snakecase .s }}", "A".repeat(200_000)],
    ["a timestamp", "{{ toYaml .s }}", `2020-01-01 ${"1".repeat(200_000)}x`],
    ["base 60", "{{ toYaml .s }}", `1${":1".repeat(100_000)}x`],
    ["colons", "{{ toYaml .s }}", ":".repeat(200_000)],
  ])("is not made of a long text of %s", (_, source, s) => {
    const before = performance.now();
    render(source, { s });
    expect(performance.now() - before).toBeLessThan(1000);
  });
});
