import { isAbsent, suggestion } from "./reader.js";
import { isInferenceService } from "./routeKind.js";
import type { RouteSite } from "./routeSite.js";
import { isGatewayKind, quoted, refuseKey } from "./routeSite.js";
import { isBackend } from "../render/routed.js";
import type { VersionSpec } from "../routemap.js";
import type { DeploymentMode } from "../routeSpec.js";

/** KServe's names of its modes, those of today and those before. */
export const deploymentModes: ReadonlyMap<string, DeploymentMode> = new Map([
  ["Serverless", "Serverless"],
  ["RawDeployment", "RawDeployment"],
  ["ModelMesh", "ModelMesh"],
  ["Knative", "Serverless"],
  ["Standard", "RawDeployment"],
]);

/** Whether some version is an InferenceService. */
export function servesModels({ versions, context }: RouteSite): boolean {
  return versions.some((version) => version.resources.some((ref) => isInferenceService(context.kinds.get(ref.kind))));
}

/** Decodes `deploymentMode`; what the route's kind and strategy cannot do with it is refused. */
export function decodeDeploymentMode(site: RouteSite): DeploymentMode | undefined {
  const text = site.reader.text(site.members["deploymentMode"], [...site.path, "deploymentMode"]);
  if (text === undefined) return undefined;
  const mode = deploymentModes.get(text);
  if (mode === undefined) {
    refuseKey(site, "deploymentMode", `unknown mode ${quoted(text)}`, suggestion(text, [...deploymentModes.keys()]));
    return undefined;
  }
  if (!isAbsent(site.members["service"]) || !servesModels(site))
    refuseKey(site, "deploymentMode", "the route leads to no InferenceService", "remove it");
  else checkPair(site, mode);
  return mode;
}

function checkPair(site: RouteSite, mode: DeploymentMode): void {
  const { kind, members } = site;
  if (mode === "RawDeployment") return;
  if (isGatewayKind(kind)) {
    const why = {
      Serverless: `serverless predictors are ExternalName Services, which gateways refuse in a route of kind ${kind}`,
      ModelMesh: `ModelMesh is supported with kind VirtualService, not with ${kind}`,
    };
    const fix = { Serverless: "use kind: VirtualService, or RawDeployment", ModelMesh: "use kind: VirtualService" };
    refuseKey(site, "deploymentMode", why[mode], fix[mode]);
  } else if (members["strategy"] === "mirror")
    refuseKey(
      site,
      "deploymentMode",
      `copies cannot be told which model of ${mode} they are for`,
      "mirror is supported with Services and RawDeployment; for others use blue-green or canary",
    );
  else if (mode === "Serverless" && !isAbsent(members["port"]))
    refuseKey(site, "port", "serverless models are reached through Knative's gateway, which has one port", "remove it");
}

/** Two models of one name cannot be told apart where a header names them. */
export function checkModelNames(site: RouteSite, mode: DeploymentMode | undefined): void {
  if (site.kind !== "VirtualService" || mode === "RawDeployment") return;
  const seen = new Map<string, string>();
  for (const { name: version, resources } of site.versions)
    for (const ref of resources) {
      if (!isInferenceService(site.context.kinds.get(ref.kind))) continue;
      const before = seen.get(ref.name);
      if (before !== undefined && before !== version)
        site.reader.refuse(
          site.path,
          `the InferenceServices of ${before} and ${version} are both called ${quoted(ref.name)}, and are told apart by name`,
          "rename one, or write deploymentMode: RawDeployment if they are deployed so",
        );
      seen.set(ref.name, version);
    }
}

/** Refuses versions that do not list exactly one Service or InferenceService, unless their list has problems anyway. */
export function checkBackends(site: RouteSite): void {
  for (const [index, version] of site.versions.entries()) {
    const found = backendsOf(site, version);
    const listed = `versions[${index}].resources`;
    if (found.length === 1 || site.reader.problems.some(({ path }) => path.startsWith(listed))) continue;
    const which = found.length === 0 ? "none" : found.map((ref) => `${ref.kind} ${ref.name}`).join(" and ");
    const shared = isGatewayKind(site.kind) ? "" : ", or give the route a shared service with subsets";
    site.reader.refuse(
      ["versions", index, "resources"],
      `a route needs exactly one Service or InferenceService of ${version.name}, here is ${which}`,
      `list the one that requests go to${shared}`,
    );
  }
}

function backendsOf({ context }: RouteSite, version: VersionSpec): VersionSpec["resources"] {
  return version.resources.filter((ref) => isBackend(ref, context.kinds));
}
