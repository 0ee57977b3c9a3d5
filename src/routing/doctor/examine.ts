import { checkAccess } from "./access.js";
import { checkAdmission } from "./admission.js";
import { checkArgoCd } from "./argoCd.js";
import type { ClusterFacts } from "./clusterFacts.js";
import { checkDraining } from "./draining.js";
import { checkFinalizers } from "./finalizers.js";
import type { CheckName, Finding } from "./finding.js";
import { inOrder } from "./finding.js";
import { checkGateways } from "./gateways.js";
import { checkIter8 } from "./iter8.js";
import { checkKinds } from "./kinds.js";
import { checkLabels } from "./labels.js";
import { checkControllers } from "./leases.js";
import { checkPermissions } from "./rights.js";
import { checkRoutemaps } from "./routemaps.js";
import { checkRoutes } from "./routes.js";

const all: Readonly<Record<CheckName, (facts: ClusterFacts) => readonly Finding[]>> = {
  access: checkAccess,
  controllers: checkControllers,
  permissions: checkPermissions,
  iter8: checkIter8,
  routemaps: checkRoutemaps,
  kinds: checkKinds,
  labels: checkLabels,
  routes: checkRoutes,
  gateways: checkGateways,
  draining: checkDraining,
  finalizers: checkFinalizers,
  argocd: checkArgoCd,
  admission: checkAdmission,
};

/** Everything that is to be said of a cluster, in the order in which it is read. Same facts, same findings. */
export function examine(facts: ClusterFacts): readonly Finding[] {
  return inOrder(Object.values(all).flatMap((check) => check(facts)));
}
