import type { Json, JsonObject } from "../../base/json.js";
import type { Result } from "../../base/result.js";
import { ok } from "../../base/result.js";
import type { Problem } from "../problem.js";
import type { RouteSpec, Sticky } from "../routeSpec.js";
import { cookiePattern, fitsCookie, setCookie } from "./cookie.js";
import { writeDestinationRule } from "./destinationRule.js";
import type { GeneratedManifest, RouteInput } from "./input.js";
import type { IstioTarget } from "./istioTarget.js";
import { istioTarget } from "./istioTarget.js";
import { branchRule, localGateway } from "./kserve.js";
import type { Condition, PlannedMirror, PlannedRule } from "./planRules.js";
import type { Targets } from "./targets.js";
import { carryingVersions, findTargets } from "./targets.js";

/**
 * A VirtualService with these rules, after the DestinationRule that it needs for a shared Service. Models of serverless
 * KServe get a rule each before the others: see `branchRule`. What `rule` holds is not repeated there, or retries,
 * faults and added headers would come twice.
 */
export function writeVirtualService(
  route: RouteSpec,
  input: RouteInput,
  planned: readonly PlannedRule[],
): Result<readonly GeneratedManifest[], readonly Problem[]> {
  const targets = findTargets(planned, input.versions, (version) =>
    istioTarget(route, version, input.namespace, input.path),
  );
  if (!targets.ok) return targets;
  const writer = new IstioWriter(route, input, targets.value);
  const carrying = carryingVersions(planned);
  const branches = [...targets.value].flatMap(([version, { branch }]) =>
    branch === undefined || !carrying.has(version) ? [] : [branchRule(branch.isvc, branch.host)],
  );
  const gateways = gatewaysOf(route, targets.value);
  const spec: JsonObject = {
    hosts: route.hostnames,
    ...(gateways.length === 0 ? {} : { gateways }),
    http: [...branches, ...planned.map((rule) => writer.rule(rule))],
  };
  const apiVersion = input.apiVersions(route.shorthand);
  const body = { apiVersion, kind: "VirtualService", metadata: { name: route.name }, spec };
  return ok([...writeDestinationRule(route, input), { shorthand: route.shorthand, body }]);
}

class IstioWriter {
  constructor(
    private readonly route: RouteSpec,
    private readonly input: RouteInput,
    private readonly targets: Targets<IstioTarget>,
  ) {}

  rule({ condition, shares, mirrors, assigns }: PlannedRule): JsonObject {
    const route = shares.flatMap(({ version, weight }): Json[] => {
      const target = this.targets.get(version);
      if (target === undefined) return [];
      return [{ destination: target.destination, weight, ...this.headers(version, target, assigns) }];
    });
    return { ...matchOf(condition), ...this.route.rule, ...this.mirrors(mirrors), route };
  }

  private mirrors(planned: readonly PlannedMirror[]): JsonObject {
    const mirrors = planned.flatMap(({ version, percent }) => {
      const target = this.targets.get(version);
      return target === undefined ? [] : [{ destination: target.destination, percentage: { value: percent } }];
    });
    const [first, second] = mirrors;
    if (first === undefined) return {};
    return second === undefined ? { mirror: first.destination, mirrorPercentage: first.percentage } : { mirrors };
  }

  private headers(version: number, target: IstioTarget, assigns: Sticky | undefined): JsonObject {
    const { versionHeader } = this.route;
    const name = this.input.versions[version]?.name ?? "";
    const request = target.request === undefined ? {} : { request: { set: target.request } };
    const set = versionHeader === undefined ? {} : { set: { [versionHeader]: name } };
    const cookie = assigns !== undefined && fitsCookie(name) ? setCookie(assigns, name) : undefined;
    const response: JsonObject = { ...set, ...(cookie === undefined ? {} : { add: { "Set-Cookie": cookie } }) };
    const headers: JsonObject = { ...request, ...(Object.keys(response).length === 0 ? {} : { response }) };
    return Object.keys(headers).length === 0 ? {} : { headers };
  }
}

function matchOf(condition: Condition): JsonObject {
  switch (condition.type) {
    case "everything":
      return {};
    case "native":
      return { match: condition.matches };
    case "cookie":
      return { match: [{ headers: { cookie: { regex: cookiePattern(condition.cookie, condition.version) } } }] };
  }
}

/** Requests for serverless models come back through Knative's gateway, so the route must be bound to it. */
function gatewaysOf({ gateways }: RouteSpec, targets: Targets<IstioTarget>): readonly string[] {
  const serverless = [...targets.values()].some(({ branch }) => branch !== undefined);
  return serverless && !gateways.includes(localGateway.gateway) ? [...gateways, localGateway.gateway] : gateways;
}
