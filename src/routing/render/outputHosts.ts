import type { JsonObject } from "../../base/json.js";
import { arrayAt, at, stringAt } from "../../base/json.js";
import { forbiddenHost } from "../hosts.js";
import type { Problem } from "../problem.js";

/**
 * Problems of the hosts that a rendered route asks for: none may be a Service of another namespace, and where the
 * administrator lists patterns, each must match one (docs/rules.md, "Hosts").
 *
 * @param place path of the template in the routemap, and the routemap's namespace
 * @param patterns the configuration's `limits.hosts`
 */
export function checkHosts(
  body: JsonObject,
  place: { readonly path: string; readonly namespace: string },
  patterns: readonly string[] | undefined,
): readonly Problem[] {
  const { namespace } = place;
  const rule = { namespace, mesh: servesMesh(body), ...(patterns === undefined ? {} : { patterns }) };
  return hostsOf(body).flatMap(({ path, host }): Problem[] => {
    const reason = forbiddenHost(host, rule);
    const fix = `use a host of the namespace ${namespace} or one that the controller's configuration allows`;
    return reason === undefined ? [] : [{ path: place.path, message: `output, ${path}: ${reason}`, fix }];
  });
}

/** Gateway API, Istio, Contour's HTTPProxy and OpenShift's Route, each where it writes hosts. */
function hostsOf(body: JsonObject): readonly { readonly path: string; readonly host: string }[] {
  const lists = ["hosts", "hostnames"].flatMap((key) =>
    arrayAt(body, "spec", key).map((host, index) => ({ path: `spec.${key}[${index}]`, host })),
  );
  const carriesItself = stringAt(body, "kind") !== "DestinationRule";
  const single = [
    { path: "spec.virtualhost.fqdn", host: at(body, "spec", "virtualhost", "fqdn") },
    ...(carriesItself ? [{ path: "spec.host", host: at(body, "spec", "host") }] : []),
  ];
  return [...lists, ...single].flatMap(({ path, host }) => (typeof host === "string" ? [{ path, host }] : []));
}

/** A VirtualService without gateways, or with `mesh` among them, also takes requests of the mesh itself. */
function servesMesh(body: JsonObject): boolean {
  const gateways = arrayAt(body, "spec", "gateways");
  return stringAt(body, "kind") === "VirtualService" && (gateways.length === 0 || gateways.includes("mesh"));
}
