import { readFile } from "node:fs/promises";

import { parse } from "yaml";

import type { Json } from "../../../src/base/json.js";
import { arrayAt, at, objectAt, stringAt } from "../../../src/base/json.js";

/** One alert of a rule file. */
export interface AlertRule {
  readonly name: string;
  readonly expr: string;
  readonly severity: string;
  readonly annotations: Readonly<Record<string, string>>;
}

/** The rule file for Prometheus. */
export const alertsFile = "config/prometheus/alerts.yaml";

/** The same rules for the Prometheus Operator. */
export const prometheusRuleFile = "kustomize/components/prometheusrule/prometheusrule.yaml";

/** The file of `promtool test rules`. */
export const alertTestsFile = "test/support/prometheus/alerts.test.yaml";

/** A YAML file of ours as JSON. */
export async function readYaml(file: string): Promise<Json> {
  return parse(await readFile(file, "utf8")) as Json;
}

/** Every alert of the rule file. */
export async function readAlerts(): Promise<readonly AlertRule[]> {
  const groups = arrayAt(await readYaml(alertsFile), "groups");
  return groups.flatMap((group) => arrayAt(group, "rules")).map((rule) => alertOf(rule));
}

function alertOf(rule: Json): AlertRule {
  const annotations = Object.entries(objectAt(rule, "annotations")).flatMap(([key, value]): [string, string][] =>
    typeof value === "string" ? [[key, value]] : [],
  );
  return {
    name: stringAt(rule, "alert") ?? "",
    expr: stringAt(rule, "expr") ?? "",
    severity: stringAt(rule, "labels", "severity") ?? "",
    annotations: Object.fromEntries(annotations),
  };
}

/** The alerts that the tests of the rules expect to fire, and those that they expect to be silent. */
export async function testedAlerts(): Promise<{ readonly firing: Set<string>; readonly silent: Set<string> }> {
  const tests = arrayAt(await readYaml(alertTestsFile), "tests").flatMap((test) => arrayAt(test, "promql_expr_test"));
  const firing = new Set<string>();
  const silent = new Set<string>();
  for (const test of tests) {
    const name = /alertname="(\w+)"/.exec(stringAt(test, "expr") ?? "")?.[1] ?? "";
    const expected = at(test, "exp_samples");
    (arrayAt(expected).length > 0 ? firing : silent).add(name);
  }
  return { firing, silent };
}
