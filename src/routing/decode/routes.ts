import type { Json } from "../../base/json.js";
import { bounds } from "./bounds.js";
import type { DecodeContext } from "./context.js";
import type { DecodeReader, Path } from "./reader.js";
import { isAbsent } from "./reader.js";
import { checkBackends, checkModelNames, decodeDeploymentMode, servesModels } from "./routeBackend.js";
import { decodeAttachment } from "./routeHosts.js";
import { decodeRouteKind, decodeShorthand } from "./routeKind.js";
import { decodeRule } from "./routeRule.js";
import { decodeShared } from "./routeShared.js";
import type { RouteSite } from "./routeSite.js";
import { isGatewayKind, quoted, refuseKey } from "./routeSite.js";
import { decodeStrategy } from "./routeStrategy.js";
import { isObjectName } from "../dnsNames.js";
import { isToken } from "./httpToken.js";
import type { VersionSpec } from "../routemap.js";
import type { RouteSpec } from "../routeSpec.js";

const keys = [
  ...["kind", "name", "strategy", "hostnames", "parentRefs", "gateways", "port", "match", "mirror", "rule", "sticky"],
  ...["versionHeader", "deploymentMode", "service", "subsets"],
];

/** Keys of one family of kinds, and what the other has instead. */
const foreign = {
  gateway: { gateways: "write parentRefs", service: "use kind: VirtualService", subsets: "use kind: VirtualService" },
  istio: { parentRefs: "write gateways" },
} as const;

/**
 * Decodes `routes`, the routes that need no template. `versions` are those of the same routemap. Every problem names
 * path and fix; an entry with a problem may be left out.
 */
export function decodeRoutes(
  reader: DecodeReader,
  value: Json | undefined,
  versions: readonly VersionSpec[],
  context: DecodeContext,
): readonly RouteSpec[] {
  const items = reader.list(value, ["routes"]);
  if (items.length > bounds.routes)
    reader.refuse(
      ["routes"],
      `there are ${items.length} routes, ${bounds.routes} are allowed`,
      "make several routemaps",
    );
  const sites = items.slice(0, bounds.routes).flatMap((item, index): RouteSite[] => {
    const path = ["routes", index];
    if (isAbsent(item)) reader.refuse(path, "the route is empty", "give it kind and name");
    const members = reader.members(item, path, keys);
    const kind = members === undefined ? undefined : decodeRouteKind(reader, members["kind"], [...path, "kind"]);
    return members === undefined || kind === undefined ? [] : [{ reader, path, members, kind, versions, context }];
  });
  const routes = sites.map(decodeRoute);
  refuseSameNames(reader, sites);
  const own = sites.find(({ members }) => isAbsent(members["service"]));
  if (own !== undefined) checkBackends(own);
  return routes.flatMap((route) => route ?? []);
}

function decodeRoute(site: RouteSite): RouteSpec | undefined {
  const { reader, members, path, kind } = site;
  refuseForeignKeys(site);
  const name = reader.requiredText(members["name"], [...path, "name"]);
  if (name !== undefined && !isObjectName(name))
    refuseKey(site, "name", `${quoted(name)} is no name of an object`, "use lower case letters, digits, - and .");
  const kindPath = [...path, "kind"];
  const shorthand = decodeShorthand(reader, kind, kindPath, site.context);
  const shared = isGatewayKind(kind) ? undefined : decodeShared(site);
  const destinationRule =
    shared === undefined ? undefined : decodeShorthand(reader, "DestinationRule", [...path, "service"], site.context);
  const port = decodePort(site);
  const strategy = decodeStrategy(site);
  const deploymentMode = decodeDeploymentMode(site);
  if (shared === undefined) checkModelNames(site, deploymentMode);
  const ownModels = shared === undefined && !isGatewayKind(kind) && servesModels(site);
  const versionHeader = decodeVersionHeader(site);
  const rest = {
    ...decodeAttachment(site),
    rule: decodeRule(site, ownModels && (deploymentMode ?? "Serverless") === "Serverless"),
    ...(destinationRule === undefined ? {} : { destinationRule }),
    ...(port === undefined ? {} : { port }),
    ...(versionHeader === undefined ? {} : { versionHeader }),
    ...(deploymentMode === undefined ? {} : { deploymentMode }),
    ...(shared === undefined ? {} : { shared }),
  };
  if (name === undefined || shorthand === undefined || strategy === undefined) return undefined;
  return { kind, shorthand, name, strategy, ...rest };
}

function refuseForeignKeys(site: RouteSite): void {
  for (const [key, fix] of Object.entries(isGatewayKind(site.kind) ? foreign.gateway : foreign.istio))
    if (!isAbsent(site.members[key])) refuseKey(site, key, `${site.kind} has no ${key}`, fix);
}

function decodePort({ reader, members, path }: RouteSite): number | undefined {
  const port = reader.integer(members["port"], [...path, "port"], 65535);
  if (port === 0) reader.refuse([...path, "port"], "0 is no port", "write one from 1 to 65535");
  return port;
}

const defaultHeader = "app-version";

/** Undefined where no header is to be written. */
function decodeVersionHeader(site: RouteSite): string | undefined {
  const name = site.reader.text(site.members["versionHeader"], [...site.path, "versionHeader"]) ?? defaultHeader;
  if (name === "") return undefined;
  if (!isToken(name) || name.toLowerCase() === "set-cookie")
    refuseKey(site, "versionHeader", `${quoted(name)} cannot be this header`, 'write another name, or "" for none');
  return name;
}

function refuseSameNames(reader: DecodeReader, sites: readonly RouteSite[]): void {
  const seen = new Map<string, Path>();
  for (const { kind, members, path } of sites) {
    const name = members["name"];
    if (typeof name !== "string" || name === "") continue;
    const before = seen.get(`${kind} ${name}`);
    if (before !== undefined)
      reader.refuse([...path, "name"], `${kind} ${quoted(name)} is written by an earlier route`, "rename one");
    else seen.set(`${kind} ${name}`, path);
  }
}
