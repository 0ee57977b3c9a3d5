import { describe, expect, it } from "@jest/globals";

import { outcome, render } from "./support.js";

describe("limits", () => {
  it("of output count bytes, not characters", () => {
    expect(render("éé", {}, { outputBytes: 4 })).toBe("éé");
    expect(outcome("éé", {}, { outputBytes: 3 })).toMatch(/^LIMIT /);
    expect(render("{{ .s }}", { s: "éé" }, { outputBytes: 4 })).toBe("éé");
    expect(outcome("{{ .s }}", { s: "éé" }, { outputBytes: 3 })).toMatch(/^LIMIT /);
  });

  it("of steps stop a loop where it is", () => {
    const source = "a\n{{ range until 20 }}x{{ end }}";
    expect(render(source, {}, { steps: 100 })).toBe(`a\n${"x".repeat(20)}`);
    expect(outcome(source, {}, { steps: 40 })).toMatch(/^LIMIT 2:/);
  });

  it("of depth count the templates that are open", () => {
    const source =
      '{{ define "f" }}{{ if gt . 0 }}{{ . }}{{ template "f" (sub . 1) }}{{ end }}{{ end }}{{ template "f" .n }}';
    expect(render(source, { n: 3 }, { depth: 4 })).toBe("321");
    expect(outcome(source, { n: 4 }, { depth: 4 })).toMatch(/^LIMIT /);
    expect(render(source, { n: 63 })).toContain("63");
    expect(outcome(source, { n: 64 })).toMatch(/^LIMIT /);
  });

  it("of depth hold however much else is open between the templates", () => {
    const nested = `${"{{ if true }}".repeat(60)}{{ template "f" . }}${"{{ end }}".repeat(60)}`;
    expect(outcome(`{{ define "f" }}${nested}{{ end }}{{ template "f" . }}`, {}, { depth: 1_000_000 })).toMatch(
      /^LIMIT /,
    );
  });

  it("of depth hold for printed data", () => {
    const deep = JSON.stringify(Array.from({ length: 5 }).reduce<unknown>((inner) => [inner], "x"));
    expect(render("{{ fromJson .deep }}", { deep }, { depth: 5 })).toBe("[[[[[x]]]]]");
    expect(outcome("{{ fromJson .deep }}", { deep }, { depth: 3 })).toMatch(/^LIMIT /);
  });

  it("of depth are never so wide that the stack ends", () => {
    const deep = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;
    const wide = { depth: 1_000_000, steps: 10_000_000 };
    for (const use of ["print", "toJson", "toYaml", "deepCopy", "printf `%v`", "deepEqual (fromJson .deep)"]) {
      expect(outcome(`{{ fromJson .deep | ${use} }}`, { deep }, wide)).toMatch(/^LIMIT /);
    }
  });

  it("of time are asked of the given clock", () => {
    let time = 0;
    const slow = { now: () => (time += 10), millis: 50, steps: 1_000_000 };
    expect(outcome("{{ range until 100000 }}{{ end }}", {}, slow)).toMatch(/^LIMIT /);
    time = 0;
    expect(render("{{ range until 1000 }}{{ end }}ok", {}, slow)).toBe("ok");
    expect(time).toBeLessThanOrEqual(40);
  });

  it("of time are nothing without a clock", () => {
    expect(render("ok", {}, { millis: 0 })).toBe("ok");
  });

  it("are wide enough for a large route", () => {
    const versions = Array.from({ length: 20 }, (_, i) => ({ name: `v${i}`, weight: i }));
    const source = "{{ range $i, $v := .versions }}- {name: {{ $v.name }}, weight: {{ $v.weight }}}\n{{ end }}";
    expect(outcome(source, { versions })).toContain("- {name: v19, weight: 19}");
  });
});
