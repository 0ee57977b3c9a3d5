import { describe, expect, it } from "@jest/globals";

import type { Json } from "../../../src/base/json.js";
import type { TemplateValue } from "../../../src/templates/index.js";
import { executeTemplate, fromJson, parseTemplate, TemplateMap } from "../../../src/templates/index.js";
import { render } from "./support.js";

function renderValue(source: string, data: TemplateValue): string {
  const parsed = parseTemplate("test", source);
  if (!parsed.ok) return parsed.error.message;
  const rendered = executeTemplate(parsed.value, data);
  return rendered.ok ? rendered.value : rendered.error.message;
}

describe("fromJson", () => {
  it("makes ints of whole numbers and floats of others", () => {
    expect(fromJson([1, 1.5, -0, 2 ** 53, 9007199254740991])).toEqual([1n, 1.5, 0n, 2 ** 53, 9007199254740991n]);
  });

  it("leaves undefined members out", () => {
    expect(renderValue("{{ . }}", fromJson({ a: undefined, b: 1 }))).toBe("map[b:1]");
  });

  it("replaces lone surrogates, in keys too", () => {
    expect(renderValue("{{ . }}", fromJson({ "a\ud800": "b\udc00" }))).toBe("map[a\ufffd:b\ufffd]");
  });

  it("takes data of any depth", () => {
    let deep: Json = 1;
    for (let i = 0; i < 100_000; i += 1) deep = [deep];
    expect(renderValue("{{ len . }}", fromJson(deep))).toBe("1");
    expect(renderValue("{{ . }}", fromJson(deep))).toContain("nested deeper");
  });
});

describe("a method", () => {
  const versions = fromJson([{ name: "v1" }, { name: "v2" }]);
  const routemap = new TemplateMap([
    ["GetVersions", () => versions],
    ["Name", "app"],
  ]);

  it("is called where it is named", () => {
    expect(renderValue("{{ range .GetVersions }}{{ .name }} {{ end }}", routemap)).toBe("v1 v2 ");
    expect(renderValue("{{ (index $.GetVersions 1).name }}{{ len .GetVersions }}", routemap)).toBe("v22");
    expect(renderValue('{{ (call (index . "GetVersions")) | len }}', routemap)).toBe("2");
  });

  it("takes no arguments", () => {
    expect(renderValue("{{ .GetVersions 1 }}", routemap)).toBe(".GetVersions takes no arguments");
    expect(renderValue('{{ call (index . "GetVersions") 1 }}', routemap)).toBe("call: the function takes no arguments");
  });

  it("is called once for each time it is named", () => {
    let calls = 0;
    const counter = new TemplateMap([["Next", () => BigInt((calls += 1))]]);
    expect(renderValue("{{ .Next }}{{ .Next }}{{ if false }}{{ .Next }}{{ end }}", counter)).toBe("12");
  });

  it("cannot be printed or encoded itself", () => {
    for (const use of ["print", "toJson", "toYaml", "html", "quote"]) {
      expect(renderValue(`{{ ${use} (index . "GetVersions") }}`, routemap)).toContain("function");
    }
  });
});

describe("the caller's data", () => {
  const changing = '{{ $_ := set .m "x" 2 }}{{ $_ := unset .m "y" }}{{ $_ := merge .m (dict "z" 3) }}{{ .m }}';

  it("is as it was after a template that changes maps", () => {
    const data = fromJson({ m: { x: 1, y: 1 } });
    expect(renderValue(changing, data)).toBe("map[x:2 z:3]");
    expect(renderValue("{{ .m }}", data)).toBe("map[x:1 y:1]");
  });

  it("is as it was where a method hands it out", () => {
    const shared = fromJson({ x: 1 });
    const data = new TemplateMap([["Get", () => shared]]);
    expect(renderValue('{{ (set .Get "x" 5).x }}{{ .Get.x }}', data)).toBe("51");
    expect(renderValue("{{ . }}", shared)).toBe("map[x:1]");
  });

  it("is seen changed through every name in the same rendering", () => {
    const inner = fromJson({ x: 1 });
    const data = new TemplateMap([
      ["a", inner],
      ["b", inner],
    ]);
    expect(renderValue('{{ $_ := set .a "x" 2 }}{{ .b.x }}', data)).toBe("2");
  });
});

describe("output", () => {
  it("is never escaped", () => {
    expect(render("{{ .s }}<script>{{ .s }}</script>", { s: `<a href="x">&'` })).toBe(
      `<a href="x">&'<script><a href="x">&'</script>`,
    );
  });

  it("has the source's characters, lone surrogates replaced", () => {
    expect(render("a\ud800{{ `\udc00` }}")).toBe("a\ufffd\ufffd");
  });
});
