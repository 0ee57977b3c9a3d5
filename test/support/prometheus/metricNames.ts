import { Registry } from "prom-client";

import { createMetrics } from "../../../src/server/metrics.js";

const families = /\b(?:pointsman|leader_election|workqueue|controller_runtime|rest_client|process|nodejs)_\w+/g;

/** Names of all metrics that the controller can have, histograms without their suffixes. */
export async function metricNames(): Promise<readonly string[]> {
  const registry = new Registry();
  createMetrics(registry, "1", { perRoutemap: true, memoryLimit: 1 });
  return (await registry.getMetricsAsJSON()).map(({ name }) => name);
}

/** The metrics that a query names, as they are scraped. Labels and texts are left out. */
export function metricsIn(query: string): readonly string[] {
  const bare = query
    .replace(/\{[^}]*\}/g, "")
    .replace(/\b(?:by|on|ignoring|without)\s*\([^)]*\)/g, "")
    .replace(/"[^"]*"/g, "");
  return [...new Set(bare.match(families) ?? [])];
}

/** Those of the metrics that are none of ours. */
export function unknownMetrics(query: string, known: readonly string[]): readonly string[] {
  return metricsIn(query).filter(
    (name) => !known.includes(name) && !known.includes(name.replace(/_(bucket|sum|count)$/, "")),
  );
}
