import { expect, it } from "@jest/globals";

import { systemClock } from "../../../src/base/clock.js";
import { executeTemplate, fromJson, parseTemplate } from "../../../src/templates/index.js";

const source = `apiVersion: networking.istio.io/v1beta1
kind: VirtualService
metadata:
  name: {{ .Name }}
spec:
  hosts: [{{ .Name }}]
  http:
  - route:
    {{- range $i, $v := .Versions }}
    {{- if gt (index $.Weights $i) 0 }}
    - destination:
        host: {{ (index $v.Resources 0).Name }}
      weight: {{ index $.Weights $i }}
    {{- end }}
    {{- end }}
`;

const data = fromJson({
  Name: "app",
  Weights: [80, 20],
  Versions: [{ Resources: [{ Name: "app-v1" }] }, { Resources: [{ Name: "app-v2" }] }],
});

it("renders a route 20 000 times a second and more", () => {
  const parsed = parseTemplate("route", source);
  if (!parsed.ok) throw new Error(parsed.error.message);
  const rounds = 5000;
  let best = 0;
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const before = systemClock.monotonic();
    for (let i = 0; i < rounds; i += 1) executeTemplate(parsed.value, data);
    best = Math.max(best, rounds / ((systemClock.monotonic() - before) / 1000));
  }
  expect(best).toBeGreaterThan(20_000);
});
