import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import { defaultConfig } from "../../../../src/config/defaults.js";
import { decodeRouteTemplates } from "../../../../src/routing/decode/decodeRouteTemplates.js";
import { lintFiles } from "../../../../src/routing/lint.js";

describe("a route template", () => {
  it("is one Go template for each key", () => {
    const decoded = decodeRouteTemplates({ istio: "{{ .Name }}", gateway: "{{ index .Weights 0 }}" });
    expect(decoded.ok && decoded.value.map(({ key }) => key)).toEqual(["istio", "gateway"]);
  });

  it("tells every template that does not parse or is none, with its path", () => {
    const decoded = decodeRouteTemplates({ good: "x", bad: "a\n{{ if }}", empty: " ", number: 7 });
    expect(decoded).toMatchObject({
      ok: false,
      error: [{ path: "data.bad", line: 2 }, { path: "data.empty" }, { path: "data.number" }],
    });
    expect(decodeRouteTemplates({})).toMatchObject({ ok: false, error: [{ path: "data" }] });
  });

  it("never throws, whatever it says", () => {
    fc.assert(fc.property(fc.dictionary(fc.string(), fc.string()), (data) => void decodeRouteTemplates(data)));
  });

  it("is linted, with the line of the file", () => {
    const file = (text: string): string =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: blue-green\n  labels: {iter8.tools/kind: routetemplate}\ndata:\n  istio: |\n    kind: x\n    ${text}\n`;
    const linted = (text: string): unknown =>
      lintFiles([{ name: "f", text }], { config: defaultConfig(), namespace: "default" })[0]?.result;
    expect(linted(file("name: {{ .Name }}"))).toMatchObject({
      ok: true,
      value: [{ kind: "routetemplate", keys: ["istio"] }],
    });
    expect(linted(file("name: {{ if }}"))).toMatchObject({
      ok: false,
      error: [{ path: "data.istio", line: 9 }],
    });
  });
});
