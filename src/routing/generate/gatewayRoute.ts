import type { Json, JsonObject } from "../../base/json.js";
import { arrayAt } from "../../base/json.js";
import type { Result } from "../../base/result.js";
import { fail, ok } from "../../base/result.js";
import type { Problem } from "../problem.js";
import type { RouteSpec, Sticky } from "../routeSpec.js";
import { cookiePattern, fitsCookie, setCookie } from "./cookie.js";
import { checkGatewayRules } from "./gatewayChecks.js";
import type { GatewayTarget } from "./gatewayTarget.js";
import { gatewayTarget } from "./gatewayTarget.js";
import type { GeneratedManifest, RouteInput } from "./input.js";
import { gatewayLimits } from "./limits.js";
import type { Condition, PlannedRule, PlannedShare } from "./planRules.js";
import type { Targets } from "./targets.js";
import { findTargets } from "./targets.js";

/** An HTTPRoute or GRPCRoute with these rules; fails where a version cannot be reached or a limit is passed. */
export function writeGatewayRoute(
  route: RouteSpec,
  input: RouteInput,
  planned: readonly PlannedRule[],
): Result<readonly GeneratedManifest[], readonly Problem[]> {
  const targets = findTargets(planned, input.versions, (version) => gatewayTarget(route, version, input.path));
  if (!targets.ok) return targets;
  const writer = new GatewayWriter(route, input, targets.value);
  const rules = planned.map((rule) => writer.rule(rule));
  const problems = checkGatewayRules(route.kind, rules, input.path);
  if (problems.length > 0) return fail(problems);
  const spec: JsonObject = {
    parentRefs: route.parentRefs,
    ...(route.hostnames.length === 0 ? {} : { hostnames: route.hostnames }),
    rules,
  };
  const apiVersion = input.apiVersions(route.shorthand);
  const body = { apiVersion, kind: route.kind, metadata: { name: route.name }, spec };
  return ok([{ shorthand: route.shorthand, body }]);
}

class GatewayWriter {
  constructor(
    private readonly route: RouteSpec,
    private readonly input: RouteInput,
    private readonly targets: Targets<GatewayTarget>,
  ) {}

  rule({ condition, shares, mirrors, assigns }: PlannedRule): JsonObject {
    const { rule } = this.route;
    const copies = mirrors.flatMap(({ version, percent }): Json[] => {
      const target = this.targets.get(version);
      if (target === undefined) return [];
      const part = percent === 100 ? {} : { percent };
      return [{ type: "RequestMirror", requestMirror: { backendRef: this.reference(target), ...part } }];
    });
    const filters = [...arrayAt(rule, "filters"), ...copies];
    const backendRefs = atMost(gatewayLimits.backendRefs, shares).flatMap(({ version, weight }): Json[] => {
      const target = this.targets.get(version);
      if (target === undefined) return [];
      return [{ ...this.reference(target), weight, ...this.responseFilter(version, assigns) }];
    });
    return { ...matchesOf(condition), ...rule, ...(filters.length === 0 ? {} : { filters }), backendRefs };
  }

  private reference({ namespace, name, port }: GatewayTarget): JsonObject {
    return { name, ...(namespace === this.input.namespace ? {} : { namespace }), port };
  }

  private responseFilter(version: number, assigns: Sticky | undefined): JsonObject {
    const { versionHeader } = this.route;
    const name = this.input.versions[version]?.name ?? "";
    const set = versionHeader === undefined ? {} : { set: [{ name: versionHeader, value: name }] };
    const cookie = assigns !== undefined && fitsCookie(name) ? setCookie(assigns, name) : undefined;
    const add = cookie === undefined ? {} : { add: [{ name: "Set-Cookie", value: cookie }] };
    const responseHeaderModifier: JsonObject = { ...set, ...add };
    if (Object.keys(responseHeaderModifier).length === 0) return {};
    return { filters: [{ type: "ResponseHeaderModifier", responseHeaderModifier }] };
  }
}

function matchesOf(condition: Condition): JsonObject {
  switch (condition.type) {
    case "everything":
      return {};
    case "native":
      return { matches: condition.matches };
    case "cookie": {
      const value = cookiePattern(condition.cookie, condition.version);
      return { matches: [{ headers: [{ type: "RegularExpression", name: "Cookie", value }] }] };
    }
  }
}

/** Shares above 0 all stay; of the others the first, as many as there is room for. */
function atMost(most: number, shares: readonly PlannedShare[]): readonly PlannedShare[] {
  let room = most - shares.filter(({ weight }) => weight > 0).length;
  return shares.filter(({ weight }) => weight > 0 || room-- > 0);
}
