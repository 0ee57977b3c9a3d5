import { describe, expect, it } from "@jest/globals";

import type { JsonObject } from "../../../../../src/base/json.js";
import { builtinSchema } from "../../../../../src/sandbox/apiserver/schema/builtins/builtinSchema.js";
import { decodeProblem } from "../../../../../src/sandbox/apiserver/schema/decode.js";
import { objectSchema } from "../../../../../src/sandbox/apiserver/schema/objectMeta.js";
import { gaugeSchema } from "../recorded/gauge.js";

function problem(apiVersion: string, kind: string, rest: JsonObject): string | undefined {
  const schema = builtinSchema(apiVersion, kind) ?? objectSchema(gaugeSchema);
  return decodeProblem({ apiVersion, kind, metadata: { name: "x" }, ...rest }, schema);
}
const deployment = (spec: JsonObject): string | undefined => problem("apps/v1", "Deployment", { spec });
const field = (kind: string, text: string): string =>
  `${kind} in version "v1" cannot be handled as a ${kind}: json: cannot unmarshal ${text}`;

describe("an object that cannot be read is refused in the server's words", () => {
  it("where a scalar is of another type", () => {
    expect(deployment({ replicas: "1" })).toBe(
      field("Deployment", "string into Go struct field DeploymentSpec.spec.replicas of type int32"),
    );
    expect(deployment({ replicas: 1.5 })).toBe(
      field("Deployment", "number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32"),
    );
    expect(deployment({ paused: "yes" })).toBe(
      field("Deployment", "string into Go struct field DeploymentSpec.spec.paused of type bool"),
    );
  });

  it("where it stands in lists and maps", () => {
    expect(deployment({ template: { spec: { containers: [{ name: 1 }] } } })).toBe(
      field("Deployment", "number into Go struct field Container.spec.template.spec.containers.name of type string"),
    );
    expect(deployment({ template: { spec: { containers: {} } } })).toBe(
      field("Deployment", "object into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container"),
    );
    expect(deployment({ selector: { matchLabels: { a: 1 } } })).toBe(
      field("Deployment", "number into Go struct field LabelSelector.spec.selector.matchLabels of type string"),
    );
    expect(problem("v1", "ConfigMap", { data: [] })).toBe(
      field("ConfigMap", "array into Go struct field ConfigMap.data of type map[string]string"),
    );
  });

  it("where it is the metadata of a built-in or of a custom kind", () => {
    const metadata = { name: "x", labels: { a: 1 } };
    expect(problem("apps/v1", "Deployment", { metadata })).toBe(
      field("Deployment", "number into Go struct field ObjectMeta.metadata.labels of type string"),
    );
    expect(problem("measure.example.com/v1", "Gauge", { metadata })).toBe(
      field("Gauge", "number into Go struct field ObjectMeta.labels of type string"),
    );
  });

  it("where an amount is none", () => {
    const container = { name: "c", resources: { limits: { cpu: "x" } } };
    expect(deployment({ template: { spec: { containers: [container] } } })).toBe(
      "Deployment in version \"v1\" cannot be handled as a Deployment: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    );
  });

  it("but not where a custom resource's own fields are of another type: its schema says so later", () => {
    expect(problem("measure.example.com/v1", "Gauge", { spec: { size: "x" } })).toBeUndefined();
    expect(deployment({ replicas: 1, template: { spec: { containers: [{ name: "c" }] } } })).toBeUndefined();
  });
});
