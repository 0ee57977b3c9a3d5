import type { Summary } from "../../../src/routing/explain/explanation.js";
import { MadeDetail } from "../../support/dashboard/madeDetail.js";
import { madeSummary } from "../../support/dashboard/madeSummary.js";

/** A few routemaps of a shop, in every state there is. */
export function aShop(): readonly Summary[] {
  const returning = madeSummary("checkout", {}, [80, 20]);
  const [primary, candidate] = returning.versions;
  if (primary === undefined || candidate === undefined) throw new Error("there are two versions");
  const leaving = {
    ...candidate,
    phase: "Returning",
    answer: "notReady",
    weight: { ...candidate.weight, wanted: 0, percent: { wanted: 0, stored: 20, confirmed: 20 } },
  } as const;
  return [
    madeSummary("cart", {}, [100]),
    {
      ...returning,
      reason: "Returning",
      message: "version checkout-v2 is being deleted; its traffic returns",
      versions: [primary, leaving],
    },
    madeSummary("catalogue", {}, [50, 30, 20]),
    madeSummary(
      "payments",
      {
        ready: "False",
        reason: "HoldFailed",
        message: "version payments-v2 gets no traffic: deploy shop/payments-v2 refused the finalizer",
      },
      [100, 0],
    ),
    madeSummary("recommendations", { namespace: "models" }, [90, 10]),
    madeSummary(
      "ranking",
      {
        namespace: "models",
        ready: "Unknown",
        reason: "Unseen",
        message: "the watch on inferenceservices is refused: missing permission to list them",
      },
      [70, 30],
    ),
    madeSummary(
      "search",
      {
        ready: "False",
        reason: "GatewayNotReady",
        message: "no gateway has accepted the route since generation 4: the listener is missing",
      },
      [100, 0, 0],
    ),
    madeSummary("web", { namespace: "frontend" }, [60, 40]),
    madeSummary("web-static", { namespace: "frontend" }, [100]),
  ];
}

/** A routemap whose candidate was deleted a moment ago: its traffic is back, and its objects are still held. */
export function aDeletion(): MadeDetail {
  const made = new MadeDetail();
  made.pass(30_000);
  made.world.delete("deploy", "app-v2");
  made.world.delete("svc", "app-v2");
  made.pass(2_000);
  return made;
}
