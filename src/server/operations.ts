import type { Registry } from "prom-client";

import type { Health, HealthKind } from "../runtime/health.js";
import type { Reply } from "./reply.js";
import { text } from "./reply.js";
import type { Route } from "./router.js";

/** The routes of operations: `/healthz` (liveness), `/readyz` (readiness) and `/metrics`. */
export function operationsRoutes(health: Health, registry: Registry): readonly Route[] {
  return [
    { path: "/healthz", handle: () => healthReply(health, "live") },
    { path: "/readyz", handle: () => healthReply(health, "ready") },
    {
      path: "/metrics",
      handle: async () => ({ status: 200, contentType: registry.contentType, body: await registry.metrics() }),
    },
  ];
}

function healthReply(health: Health, kind: HealthKind): Reply {
  const report = health.report(kind);
  const lines = report.checks.map(
    ({ name, healthy, reason }) => `${healthy ? "ok" : "failed"} ${name}${reason === undefined ? "" : `: ${reason}`}`,
  );
  return text(report.healthy ? 200 : 503, `${[...lines, report.healthy ? "ok" : "failed"].join("\n")}\n`);
}
