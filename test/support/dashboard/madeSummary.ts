import type { Summary } from "../../../src/routing/explain/explanation.js";

/** A routemap with a primary and a candidate, at rest unless told otherwise. */
export function madeSummary(name: string, over: Partial<Summary> = {}, shares: readonly number[] = [80, 20]): Summary {
  return {
    namespace: "shop",
    name,
    uid: `uid-${over.namespace ?? "shop"}-${name}`,
    ready: "True",
    reason: "RoutesWritten",
    message: "every route is as the spec and the gates ask",
    versions: shares.map((share, index) => ({
      name: `${name}-v${index + 1}`,
      phase: "Active",
      answer: "ready",
      weight: {
        asked: share,
        source: "spec",
        from: `versions[${index}].weight`,
        wanted: share,
        stored: share,
        confirmed: share,
        percent: { wanted: share, stored: share, confirmed: share },
      },
      reason: "Ready",
      message: "all gates are open",
    })),
    ...over,
  };
}
