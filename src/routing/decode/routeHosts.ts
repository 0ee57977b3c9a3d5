import type { JsonObject } from "../../base/json.js";
import type { Path } from "./reader.js";
import { isAbsent } from "./reader.js";
import type { RouteSite } from "./routeSite.js";
import { isGatewayKind, quoted, refuseKey } from "./routeSite.js";
import { isNamespaceName, isObjectName } from "../dnsNames.js";
import { gatewayLimits } from "../generate/limits.js";
import { forbiddenHost } from "../hosts.js";
import type { RouteSpec } from "../routeSpec.js";

/** Which requests reach a route at all: its hosts, and the gateways it is bound to. */
export type Attachment = Pick<RouteSpec, "hostnames" | "parentRefs" | "gateways">;

/** Decodes hostnames, parentRefs and gateways. */
export function decodeAttachment(site: RouteSite): Attachment {
  const gateways = isGatewayKind(site.kind) ? [] : decodeGateways(site);
  const mesh = site.kind === "VirtualService" && (gateways.length === 0 || gateways.includes("mesh"));
  return {
    hostnames: decodeHosts(site, mesh),
    parentRefs: isGatewayKind(site.kind) ? decodeParents(site) : [],
    gateways,
  };
}

function decodeHosts(site: RouteSite, mesh: boolean): readonly string[] {
  const path = [...site.path, "hostnames"];
  const items = site.reader.list(site.members["hostnames"], path);
  if (site.kind === "VirtualService" && items.length === 0)
    site.reader.refuse(path, "a VirtualService needs hostnames", "list the hosts it serves");
  limit(site, "hostnames", items.length, gatewayLimits.hostnames);
  return items.flatMap((item, index) => {
    const here = [...path, index];
    const host = site.reader.requiredText(item, here);
    if (host !== undefined) checkHost(site, host, here, mesh);
    return host ?? [];
  });
}

function checkHost(site: RouteSite, host: string, path: Path, mesh: boolean): void {
  const { reader, context, kind } = site;
  const { hosts: patterns } = context.limits;
  const everything = kind === "VirtualService" && host === "*";
  if (!everything && !isObjectName(host.replace(/^\*\./, ""))) {
    const fix = "use lower case letters, digits, - and ., with *. before it for all names below";
    reader.refuse(path, `${quoted(host)} is no host name`, fix);
    return;
  }
  const rule = { namespace: context.namespace, mesh, ...(patterns === undefined ? {} : { patterns }) };
  const reason = forbiddenHost(host, rule);
  if (reason === undefined) return;
  const serves = mesh && host.split(".").length === 2 ? ", or bind the route to gateways other than mesh" : "";
  reader.refuse(path, reason, `use a host of the namespace ${context.namespace} or of your own domain${serves}`);
}

const parentKeys = ["group", "kind", "namespace", "name", "sectionName", "port"];

function decodeParents(site: RouteSite): readonly JsonObject[] {
  const { reader, kind } = site;
  const path = [...site.path, "parentRefs"];
  const items = reader.list(site.members["parentRefs"], path);
  if (items.length === 0) reader.refuse(path, `a route of kind ${kind} needs parentRefs`, "name a Gateway: - name: …");
  limit(site, "parentRefs", items.length, gatewayLimits.parentRefs);
  return items.flatMap((item, index) => {
    const here = [...path, index];
    if (isAbsent(item)) reader.refuse(here, "the parent is empty", "give it a name");
    const members = reader.members(item, here, parentKeys);
    if (members === undefined) return [];
    reader.requiredText(members["name"], [...here, "name"]);
    for (const key of ["group", "kind", "namespace", "sectionName"]) reader.text(members[key], [...here, key]);
    reader.integer(members["port"], [...here, "port"], 65535);
    return [members];
  });
}

function decodeGateways(site: RouteSite): readonly string[] {
  const { reader } = site;
  const path = [...site.path, "gateways"];
  return reader.list(site.members["gateways"], path).flatMap((item, index) => {
    const here = [...path, index];
    const text = reader.requiredText(item, here);
    if (text !== undefined && !isGatewayName(text))
      reader.refuse(here, `${quoted(text)} is no name of a Gateway`, "write name, namespace/name or mesh");
    return text ?? [];
  });
}

function isGatewayName(text: string): boolean {
  const [first = "", second, ...more] = text.split("/");
  if (second === undefined) return isObjectName(first);
  return more.length === 0 && isNamespaceName(first) && isObjectName(second);
}

function limit(site: RouteSite, key: string, found: number, most: number): void {
  if (!isGatewayKind(site.kind) || found <= most) return;
  refuseKey(site, key, `there are ${found} ${key}, ${site.kind} allows ${most}`, "split the route");
}
