import type { Json } from "../../base/json.js";
import { arrayAt, at, canonicalJson, numberAt, stringAt } from "../../base/json.js";
import type { KubeObject } from "../../kube/object.js";
import type { ParentExplanation } from "./explanation.js";

/** What every parent says about a stored route; one that says nothing is listed as Unknown. */
export function explainParents(object: KubeObject): readonly ParentExplanation[] {
  const home = object.metadata.namespace ?? "";
  const reports = arrayAt(object, "status", "parents");
  return arrayAt(object, "spec", "parentRefs").flatMap((ref): ParentExplanation[] => {
    const parent = describeParent(ref, home);
    const own = reports.filter((report) => describeParent(at(report, "parentRef"), home) === parent);
    if (own.length === 0) return [{ parent, accepted: "Unknown", message: "it has not reported on the route" }];
    return own.map((report) => ({ parent, ...told(report) }));
  });
}

function told(report: Json): Omit<ParentExplanation, "parent"> {
  const accepted = arrayAt(report, "conditions").find((condition) => stringAt(condition, "type") === "Accepted");
  const status = stringAt(accepted, "status");
  const controller = stringAt(report, "controllerName");
  const observedGeneration = numberAt(accepted, "observedGeneration");
  const reason = stringAt(accepted, "reason");
  const message = stringAt(accepted, "message");
  return {
    accepted: status === "True" || status === "False" ? status : "Unknown",
    ...(controller === undefined ? {} : { controller }),
    ...(observedGeneration === undefined ? {} : { observedGeneration }),
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined || message === "" ? {} : { message }),
  };
}

function describeParent(ref: Json | undefined, home: string): string {
  const kind = stringAt(ref, "kind") ?? "Gateway";
  const namespace = stringAt(ref, "namespace") ?? home;
  const section = stringAt(ref, "sectionName");
  const port = at(ref, "port");
  return [
    `${kind} ${namespace}/${stringAt(ref, "name") ?? ""}`,
    ...(section === undefined ? [] : [`listener ${section}`]),
    ...(port === undefined ? [] : [`port ${canonicalJson(port)}`]),
  ].join(", ");
}
