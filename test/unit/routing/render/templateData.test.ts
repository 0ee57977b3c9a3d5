import { describe, expect, it } from "@jest/globals";

import type { RoutemapObject } from "../../../../src/routing/observed.js";
import type { Routemap, RoutingTemplate } from "../../../../src/routing/routemap.js";
import { templateData } from "../../../../src/routing/render/templateData.js";
import { executeTemplate, parseTemplate } from "../../../../src/templates/index.js";

const object: RoutemapObject = {
  namespace: "shop",
  name: "app-routemap",
  uid: "u1",
  labels: { "iter8.tools/version": "v1.1", team: "red" },
  annotations: { note: "<b>" },
  life: "present",
};

function aTemplate(source: string): RoutingTemplate {
  const compiled = parseTemplate("main", source);
  if (!compiled.ok) throw new Error(compiled.error.message);
  const text = { type: "inline", source, compiled: compiled.value } as const;
  return { name: "main", kind: "vs", text, values: { host: "a.example", n: 3 } };
}

function render(source: string, weights: readonly number[] = [2, 1]): string {
  const template = aTemplate(source);
  const spec: Routemap = {
    versions: [
      { name: "stable", weight: 2, resources: [{ kind: "svc", namespace: "shop", name: "app-0" }] },
      { name: "v1", resources: [{ kind: "svc", namespace: "shop", name: "app-1" }] },
    ],
    templates: [template],
    routes: [],
    release: {},
  };
  if (template.text.type !== "inline") throw new Error("the template is inline");
  const text = executeTemplate(template.text.compiled, templateData(object, spec, template, weights));
  if (!text.ok) throw new Error(text.error.message);
  return text.value;
}

describe("a routing template", () => {
  it.each([
    ["{{ .Name }} {{ .Namespace }} {{ .UID }}", "app-routemap shop u1"],
    ["{{ .ObjectMeta.Name }} {{ .GetName }} {{ .GetNamespace }}", "app-routemap app-routemap shop"],
    ['{{ .Labels.team }} {{ index .GetLabels "iter8.tools/version" }}', "red v1.1"],
    ["[{{ .Labels.missing }}]", "[]"],
    ["{{ .Annotations.note }}", "<b>"],
    ["{{ index .Weights 0 }}:{{ index .Weights 1 }}", "2:1"],
    ["{{ if gt (index .Weights 1) 0 }}split{{ end }}", "split"],
    ["{{ index .Percents 0 }}:{{ index .Percents 1 }}", "67:33"],
    ["{{ len .Versions }} {{ len .GetVersions }}", "2 2"],
    ["{{ (index .Versions 0).Name }} {{ (index .Versions 0).Weight }}", "stable 2"],
    ["{{ if (index .Versions 1).Weight }}x{{ else }}none{{ end }}", "none"],
    [
      "{{ range .Versions }}{{ range .Resources }}{{ .GVRShort }}/{{ .Namespace }}/{{ .Name }} {{ end }}{{ end }}",
      "svc/shop/app-0 svc/shop/app-1 ",
    ],
    ["{{ .Values.host }} {{ add .Values.n 1 }}", "a.example 4"],
    ["{{ .RoutingTemplates.main.GVRShort }}", "vs"],
    ["{{ range $i, $v := .Versions }}{{ $v.Name }}={{ index $.Weights $i }} {{ end }}", "stable=2 v1=1 "],
  ])("%s gives %j", (source, expected) => {
    expect(render(source)).toBe(expected);
  });

  it("sees percents of 0 where every weight is 0", () => {
    expect(render("{{ .Percents }} {{ .Weights }}", [0, 0])).toBe("[0 0] [0 0]");
  });
});
