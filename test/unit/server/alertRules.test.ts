import { readFile } from "node:fs/promises";

import { beforeAll, describe, expect, test } from "@jest/globals";

import { at } from "../../../src/base/json.js";
import type { AlertRule } from "../../support/prometheus/alertRules.js";
import {
  alertsFile,
  prometheusRuleFile,
  readAlerts,
  readYaml,
  testedAlerts,
} from "../../support/prometheus/alertRules.js";
import { metricNames, metricsIn, unknownMetrics } from "../../support/prometheus/metricNames.js";

let alerts: readonly AlertRule[];
let known: readonly string[];
beforeAll(async () => {
  [alerts, known] = [await readAlerts(), await metricNames()];
});

describe("metricsIn", () => {
  test("finds the metrics of a query, and nothing of its labels", () => {
    const query = 'sum by (process_x) (rate(workqueue_a_bucket{name="nodejs_b"}[5m]) and on (job) pointsman_c) > 0';
    expect(metricsIn(query)).toEqual(["workqueue_a_bucket", "pointsman_c"]);
    expect(unknownMetrics(query, ["workqueue_a"])).toEqual(["pointsman_c"]);
  });
});

describe("the alerts", () => {
  test("ask for metrics that the controller has", () => {
    expect(alerts.length).toBeGreaterThan(15);
    for (const { name, expr } of alerts) {
      expect([name, ...unknownMetrics(expr, known)]).toEqual([name]);
      expect(metricsIn(expr).length).toBeGreaterThan(0);
    }
  });

  test("have a name of their own, a severity, and say what is the matter, what to do and where to read on", () => {
    expect(new Set(alerts.map(({ name }) => name)).size).toBe(alerts.length);
    for (const { name, severity, annotations } of alerts) {
      expect(name).toMatch(/^Pointsman[A-Z]/);
      expect(["critical", "warning", "info"]).toContain(severity);
      for (const key of ["summary", "description", "action"]) expect(annotations[key]?.length).toBeGreaterThan(15);
      expect(annotations["runbook_url"]).toMatch(new RegExp(`/docs/operate\\.md#${name.toLowerCase()}$`));
    }
  });

  test("each have a section in docs/operate.md, in the same order, and no other has one", async () => {
    const text = await readFile("docs/operate.md", "utf8");
    const sections = [...text.matchAll(/^### (Pointsman\w+)$/gm)].map(([, name]) => name);
    expect(sections).toEqual(alerts.map(({ name }) => name));
  });

  test("each fire in one of the tests of the rules, and are silent in one", async () => {
    const { firing, silent } = await testedAlerts();
    const names = alerts.map(({ name }) => name).sort();
    expect([...firing].sort()).toEqual(names.filter((name) => firing.has(name)));
    expect(names.filter((name) => !firing.has(name))).toEqual([]);
    expect(names.filter((name) => !silent.has(name))).toEqual([]);
  });

  test("are the same for the Prometheus Operator", async () => {
    const rule = await readYaml(prometheusRuleFile);
    expect(at(rule, "spec", "groups")).toEqual(at(await readYaml(alertsFile), "groups"));
  });
});
