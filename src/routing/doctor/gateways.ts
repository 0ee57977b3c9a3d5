import { formatDuration } from "../../base/duration.js";
import { arrayAt, stringAt } from "../../base/json.js";
import type { ClusterFacts, OwnedRoute } from "./clusterFacts.js";
import { routesOf } from "./clusterFacts.js";
import type { Finding } from "./finding.js";
import { describeObject } from "./inventory.js";

/** "resource.group" of Gateways and of their classes. */
export const gatewayKinds = {
  gateways: "gateways.gateway.networking.k8s.io",
  classes: "gatewayclasses.gateway.networking.k8s.io",
} as const;

/** The class name of the settle time that fits an implementation, by how its `controllerName` begins. */
const implementations: readonly (readonly [controller: string, className: string])[] = [
  ["istio.io/", "istio"],
  ["gateway.envoyproxy.io/", "eg"],
  ["projectcontour.io/", "contour"],
  ["konghq.com/", "kong"],
  ["traefik.io/", "traefik"],
  ["gateway.nginx.org/", "nginx"],
  ["haproxy-ingress.github.io/", "haproxy"],
  ["kgateway.dev/agentgateway", "agentgateway"],
  ["agentgateway.dev/", "agentgateway"],
  ["kgateway.dev/", "kgateway"],
];

/** Gateways of routes that are not there, and classes in use without a settle time of their own. */
export function checkGateways(facts: ClusterFacts): readonly Finding[] {
  if (!facts.inventory.knows(gatewayKinds.gateways)) return [];
  const classes = new Map<string, string[]>();
  const findings: Finding[] = [];
  for (const route of routesOf(facts))
    for (const { namespace, name } of parentsOf(route)) {
      const gateway = facts.inventory.find(gatewayKinds.gateways, namespace, name);
      const className = stringAt(gateway, "spec", "gatewayClassName");
      // With one namespace only, gateways of others were not looked at.
      if (gateway === undefined && (facts.namespace ?? namespace) === namespace)
        findings.push(lost(route, `${namespace}/${name}`));
      if (className !== undefined && !Object.hasOwn(facts.config.settle.gatewayClasses, className))
        classes.set(className, [...(classes.get(className) ?? []), describeObject(route.object)]);
    }
  return [...findings, ...[...classes].map(([name, routes]) => untimed(facts, name, routes))];
}

function parentsOf({ object }: OwnedRoute): readonly { readonly namespace: string; readonly name: string }[] {
  return arrayAt(object, "spec", "parentRefs").flatMap((parent) => {
    if ((stringAt(parent, "kind") ?? "Gateway") !== "Gateway") return [];
    const namespace = stringAt(parent, "namespace") ?? object.metadata.namespace ?? "";
    return [{ namespace, name: stringAt(parent, "name") ?? "" }];
  });
}

function lost({ object }: OwnedRoute, gateway: string): Finding {
  return {
    severity: "warning",
    check: "gateways",
    object: describeObject(object),
    message: `its parent Gateway ${gateway} is not there: nothing follows the route, and nothing confirms it`,
    fix: `create the Gateway, or correct parentRefs in the routemap`,
  };
}

function untimed({ config, inventory }: ClusterFacts, className: string, routes: readonly string[]): Finding {
  const { unknownClass, gatewayClasses } = config.settle;
  const known = inventory.find(gatewayKinds.classes, "", className);
  const controller = stringAt(known, "spec", "controllerName") ?? "";
  const [, like] = implementations.find(([prefix]) => controller.startsWith(prefix)) ?? [];
  const usual = like === undefined ? undefined : gatewayClasses[like];
  const others = routes.length > 1 ? ` and ${routes.length - 1} more` : "";
  const measure = "a time in which its proxies follow a route";
  return {
    severity: "warning",
    check: "gateways",
    object: `GatewayClass ${className}`,
    message: `it has no settle time, so a version is let go ${formatDuration(unknownClass)} after its route is confirmed, whether its proxies have followed or not (${routes[0] ?? ""}${others})`,
    fix: `settle.gatewayClasses.${className}: ${usual === undefined ? `DURATION, ${measure}` : `${formatDuration(usual)}, as for ${like ?? ""}, which ${controller} is`} in the controller's configuration`,
  };
}
