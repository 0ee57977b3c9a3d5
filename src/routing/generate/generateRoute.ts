import type { Result } from "../../base/result.js";
import { fail } from "../../base/result.js";
import type { Problem } from "../problem.js";
import type { RouteSpec } from "../routeSpec.js";
import { writeGatewayRoute } from "./gatewayRoute.js";
import type { GeneratedManifest, RouteInput } from "./input.js";
import { planRules } from "./planRules.js";
import { writeVirtualService } from "./virtualService.js";

export type { GeneratedManifest, RouteInput } from "./input.js";

/**
 * The manifests of an entry of `routes` for the given weights, without namespace, labels and owner. What it leads to a
 * version and what not is the same for every kind, see `planRules`.
 *
 * - Weights are written as they are, also 0, and never all 0. Equal input gives equal manifests, members in equal order.
 * - Every destination tells its version in a response header, unless the route has none.
 *
 * Fails with all problems, each with its path in the routemap, where a version that is to get traffic cannot be
 * reached, where the result would be too large for its kind, or where nobody may get traffic.
 */
export function generateRoute(
  route: RouteSpec,
  input: RouteInput,
): Result<readonly GeneratedManifest[], readonly Problem[]> {
  const planned = planRules(route, input);
  if (!planned.ok) return fail([planned.error]);
  switch (route.kind) {
    case "HTTPRoute":
    case "GRPCRoute":
      return writeGatewayRoute(route, input, planned.value);
    case "VirtualService":
      return writeVirtualService(route, input, planned.value);
  }
}
