import type { JsonObject } from "../../../../base/json.js";
import { objectAt, stringAt } from "../../../../base/json.js";
import { change, changeItems, withMissing } from "./members.js";

/** The spec of a Pod or of a template of Pods, with the defaults that depend on other fields (core/v1 defaults). */
export function completePodSpec(spec: JsonObject): JsonObject {
  const usesHost = spec["hostNetwork"] === true;
  const container = (each: JsonObject): JsonObject => completeContainer(each, usesHost);
  let complete = changeItems(withMissing(spec, { securityContext: {} }), "volumes", completeVolume);
  for (const list of ["initContainers", "containers", "ephemeralContainers"])
    complete = changeItems(complete, list, container);
  const account = stringAt(spec, "serviceAccountName") ?? stringAt(spec, "serviceAccount");
  return account === undefined
    ? complete
    : withMissing(complete, { serviceAccountName: account, serviceAccount: account });
}

/** A Pod; its spec has defaults that templates do not have. */
export function completePod(pod: JsonObject): JsonObject {
  const limited = (container: JsonObject): JsonObject => change(container, ["resources"], withRequests);
  return change(pod, ["spec"], (spec) => {
    const complete = withMissing(completePodSpec(spec), { enableServiceLinks: true });
    return changeItems(changeItems(complete, "initContainers", limited), "containers", limited);
  });
}

function completeContainer(container: JsonObject, usesHost: boolean): JsonObject {
  const pulled = withMissing(container, { imagePullPolicy: pullPolicy(stringAt(container, "image") ?? "") });
  return usesHost ? changeItems(pulled, "ports", withHostPort) : pulled;
}

/** `latest`, said or meant, is pulled each time; any other tag or a digest once (SetDefaults_Container). */
function pullPolicy(image: string): string {
  const [reference = "", digest] = image.split("@");
  const tag = /:([^/]*)$/.exec(reference)?.[1] ?? (digest === undefined ? "latest" : "");
  return tag === "latest" ? "Always" : "IfNotPresent";
}

/** A limit without a request is the request, too. */
function withRequests(resources: JsonObject): JsonObject {
  const limits = objectAt(resources, "limits");
  if (Object.keys(limits).length === 0) return resources;
  return { ...resources, requests: withMissing(objectAt(resources, "requests"), limits) };
}

function withHostPort(port: JsonObject): JsonObject {
  return withMissing(port, { hostPort: port["containerPort"] });
}

function completeVolume(volume: JsonObject): JsonObject {
  const hasSource = Object.keys(volume).some((name) => name !== "name");
  return hasSource ? volume : { ...volume, emptyDir: {} };
}
