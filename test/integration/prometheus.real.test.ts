import { rm } from "node:fs/promises";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import type { JsonObject } from "../../src/base/json.js";
import { at, stringAt } from "../../src/base/json.js";
import { defaultConfig } from "../../src/config/defaults.js";
import { neededPermissions } from "../../src/routing/permissions.js";
import { App } from "../support/app.js";
import { one, render } from "../support/install/render.js";
import { writeOverlay } from "../support/install/overlay.js";
import { invocationOf } from "../support/install/invocation.js";
import { waitFor } from "../support/plane/waitFor.js";
import { alertsFile, alertTestsFile, readAlerts } from "../support/prometheus/alertRules.js";
import {
  annotationQueries,
  filledIn,
  panelsOf,
  readDashboard,
  variableSelectors,
} from "../support/prometheus/dashboard.js";
import { metricsIn } from "../support/prometheus/metricNames.js";
import { programs, PrometheusServer, promtool } from "../support/prometheus/server.js";
import { deployments, Scene } from "../support/scene.js";

const rbac = { group: "rbac.authorization.k8s.io", version: "v1" };

/** Withheld, so that a right is missing. */
const withheld = { verb: "patch", resource: "statefulsets" };

/** Queries that have no series while nothing is wrong: restarts, watches that are not in sync; and without a container. */
const emptyHere = [
  /process_start_time_seconds/,
  /pointsman_watch_state\{state!="synced"/,
  /pointsman_memory_limit_bytes/,
];

describe("alerts and dashboard on a Prometheus that scrapes a controller", () => {
  let scene: Scene;
  let prometheus: PrometheusServer;
  const ends: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    // Before anything else is started: where there is none, this says how to get it.
    await programs();
    scene = await Scene.open("prometheus");
    ends.unshift(() => scene.close());
    const app = new App(scene, "app");
    await scene.routemap("idle", "versions: [{resources: [{gvrShort: deploy, name: nothing}]}]\n", {
      "iter8.tools/paused": "true",
    });
    await scene.routemap("broken", "versions: 1\n");
    await app.deploy(1, 2);
    await app.routemap();
    const kubeconfig = await limitedAccount();
    const flags = ["--leader-elect=true", "--routemap-metrics"];
    const controller = await scene.controller({ kubeconfig, flags });
    prometheus = await PrometheusServer.start(`127.0.0.1:${controller.port ?? 0}`, "pointsman-system");
    ends.unshift(() => prometheus.stop());
    await app.untilShares(80, 20);
    const first = await prometheusHas("pointsman_candidate_deleted_foreground_total");
    expect(at(first[0] ?? null, "value", 1)).toBe("0");
    await scene.delete(deployments, app.version(2), { propagationPolicy: "Foreground" });
    await app.untilShares(80, 0);
    await prometheusHas("pointsman_candidate_deleted_foreground_total == 1");
    // Two scrapes after everything that happened.
    await prometheusHas('rate(workqueue_adds_total{name="routemap"}[10s]) >= 0');
  }, 120_000);
  afterAll(async () => {
    for (const end of ends) await end();
  }, 60_000);

  function prometheusHas(query: string): Promise<readonly JsonObject[]> {
    return waitFor(
      async () => {
        const series = await prometheus.query(query);
        return series.length > 0 && series;
      },
      { describe: `series of ${query}`, timeoutMs: 20_000, intervalMs: 250 },
    );
  }

  /** Credentials of an account that has all rights but one. */
  async function limitedAccount(): Promise<string> {
    const token = await scene.plane.serviceAccountToken(scene.namespace, "scraped");
    const lease = { namespace: scene.namespace, name: "pointsman" };
    const given = neededPermissions(defaultConfig(), { namespace: scene.namespace, lease }).filter(
      ({ verb, resource }) => verb !== withheld.verb || resource !== withheld.resource,
    );
    const rules = given.map(({ verb, group, resource }) => ({
      apiGroups: [group],
      resources: [resource],
      verbs: [verb],
    }));
    const metadata = { name: "scraped" };
    const apiVersion = "rbac.authorization.k8s.io/v1";
    await scene.apply({ ...rbac, resource: "roles" }, { apiVersion, kind: "Role", metadata, rules });
    const subjects = [{ kind: "ServiceAccount", name: "scraped", namespace: scene.namespace }];
    const roleRef = { apiGroup: rbac.group, kind: "Role", name: "scraped" };
    const binding = { apiVersion, kind: "RoleBinding", metadata, roleRef, subjects };
    await scene.apply({ ...rbac, resource: "rolebindings" }, binding);
    return scene.plane.kubeconfigFor(token, scene.namespace);
  }

  it("have rules that promtool accepts, and that fire and are silent as its tests say", async () => {
    expect(await promtool("check", "rules", alertsFile)).toContain("SUCCESS");
    expect(await promtool("test", "rules", alertTestsFile)).toContain("SUCCESS");
  });

  it("have rules that Prometheus evaluates", async () => {
    const rules = await waitFor(
      async () => {
        const found = await prometheus.rules();
        return found.every((rule) => stringAt(rule, "health") !== "unknown") && found;
      },
      { describe: "every rule to be evaluated" },
    );
    expect(rules.length).toBe((await readAlerts()).length);
    for (const rule of rules)
      expect([stringAt(rule, "name"), stringAt(rule, "health"), stringAt(rule, "lastError") ?? ""]).toEqual([
        stringAt(rule, "name"),
        "ok",
        "",
      ]);
  });

  it("have no alert on a metric that is not scraped, but for a limit that only containers have", async () => {
    const missing = new Set<string>();
    for (const { expr } of await readAlerts())
      for (const name of metricsIn(expr)) if ((await prometheus.query(name)).length === 0) missing.add(name);
    expect([...missing].filter((name) => name !== "pointsman_memory_limit_bytes")).toEqual([]);
  });

  it("have alerts that tell of what is the matter, and of nothing else", async () => {
    const expected = [
      "PointsmanDeletedInForeground",
      "PointsmanHandBrakeOn",
      "PointsmanMissingPermission",
      "PointsmanRoutemapNotReady",
    ];
    let seen: readonly string[] = [];
    await waitFor(
      async () => {
        const names = (await prometheus.alerts()).map((alert) => stringAt(alert, "labels", "alertname") ?? "");
        // Pending while the deleted version goes.
        seen = [...new Set(names)].filter((name) => name !== "PointsmanVersionStuck").sort();
        return seen.join() === expected.join();
      },
      { describe: "the alerts" },
    ).catch(() => expect(seen).toEqual(expected));
    const alerts = await prometheus.alerts();
    const of = (name: string): JsonObject | undefined =>
      alerts.find((alert) => stringAt(alert, "labels", "alertname") === name);
    expect(stringAt(of("PointsmanDeletedInForeground"), "state")).toBe("firing");
    expect(stringAt(of("PointsmanMissingPermission"), "annotations", "summary")).toBe(
      "Pointsman may not patch statefulsets",
    );
    // The label of the metric, not that of the target.
    expect(stringAt(of("PointsmanHandBrakeOn"), "annotations", "summary")).toContain(`${scene.namespace}/idle`);
  });

  it("have a series for every query of the dashboard", async () => {
    const dashboard = await readDashboard();
    const queries = [
      ...panelsOf(dashboard).flatMap((panel) => panel.queries),
      ...annotationQueries(dashboard),
      ...variableSelectors(dashboard),
    ];
    const empty: string[] = [];
    for (const query of queries) if ((await prometheus.query(filledIn(query, "10s"))).length === 0) empty.push(query);
    expect(empty.filter((query) => !emptyHere.some((known) => known.test(query)))).toEqual([]);
    expect(queries.length).toBeGreaterThan(40);
  });
});

describe("the components for Prometheus", () => {
  it("fit an installation that was renamed and moved: its rules are beside it, its flag is there", async () => {
    const over = { namespace: "traffic", namePrefix: "acme-" };
    const inner = await writeOverlay({ base: "cluster", over });
    const outer = await writeOverlay({ base: inner, components: ["prometheusrule", "routemap-metrics"] });
    const rendered = await render(outer);
    expect(one(rendered, "PrometheusRule", "pointsman").metadata["namespace"]).toBe("traffic");
    expect(invocationOf(rendered, "pod").flags).toContain("--routemap-metrics");
    await Promise.all([inner, outer].map((folder) => rm(folder, { recursive: true })));
  });
});
