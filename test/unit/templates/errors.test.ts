import { describe, expect, it } from "@jest/globals";

import { maxSourceLength, parseTemplate } from "../../../src/templates/index.js";
import { outcome, render } from "./support.js";

describe("the place of an error", () => {
  it.each([
    ["a function that is not there", "line one\n  {{ nosuch }}", "PARSE 2:6"],
    ["an unclosed action", "a\n{{ 1", "PARSE 2:5"],
    ["an unclosed structure", "{{ if true }}\nx", "PARSE 2:2"],
    ["a second else", "{{ if 1 }}{{ else }}{{ else }}{{ end }}", "PARSE 1:14"],
    ["an undefined variable", "{{ $x }}", "PARSE 1:4"],
    ["a wrong escape", 'ab{{ print\n "\\q" }}', "PARSE 2:2"],
    ["a missing parent", "x\ny {{ .a.b }}", "EXECUTE 2:6"],
    ["a wrong argument", "{{ print 1 }}{{ upper 7 }}", "EXECUTE 1:17"],
    ["a failure inside a loop", "{{ range .l }}\n{{ fail . }}{{ end }}", "EXECUTE 2:4"],
    ["a failure inside a definition", '{{ define "d" }}\n {{ fail "x" }}{{ end }}{{ template "d" }}', "EXECUTE 2:5"],
    ["an undefined template", 'a {{ template "none" }}', "EXECUTE 1:6"],
  ])("%s is told by line and column", (_, source, expected) => {
    expect(outcome(source, { l: ["boom"] })).toBe(expected);
  });

  it("names the template and what to do", () => {
    expect(render("{{ eq .w 1.5 }}", { w: 2 })).toEqual({
      code: "EXECUTE",
      template: "test",
      line: 1,
      column: 4,
      message: "eq: incompatible types for comparison: int and float; convert one with int or float64",
    });
  });

  it("shows a long token shortened", () => {
    expect(render(`{{ print "a"${"b".repeat(100)} }}`)).toMatchObject({
      message: `unexpected "${"b".repeat(20)}…" in operand`,
    });
  });

  it("is the message given to fail and required", () => {
    expect(render('{{ fail "no host" }}')).toMatchObject({ message: "fail: no host" });
    expect(render('{{ required "host is needed" .host }}')).toMatchObject({ message: "required: host is needed" });
  });
});

describe("the size of a source", () => {
  it("is bounded", () => {
    expect(parseTemplate("big", "x".repeat(maxSourceLength)).ok).toBe(true);
    expect(parseTemplate("big", "x".repeat(maxSourceLength + 1))).toMatchObject({
      ok: false,
      error: { code: "LIMIT", template: "big", line: 1, column: 1 },
    });
  });
});
