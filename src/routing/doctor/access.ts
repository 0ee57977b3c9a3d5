import type { ClusterFacts, Unread } from "./clusterFacts.js";
import type { Finding } from "./finding.js";

/** What could not be read, so that silence about it means nothing. */
export function checkAccess({ unread }: ClusterFacts): readonly Finding[] {
  return unread.map(({ verb, what, namespace, problem, matters }): Finding => {
    const where = placeOf(what, namespace);
    const severity = matters === "much" ? "error" : "warning";
    if (problem !== "forbidden")
      return {
        severity,
        check: "access",
        object: what,
        message: `cannot ${verb} ${where}: ${problem.message}`,
        fix: "look whether the API server, or the server behind that API group, is well, and run this again",
      };
    const needed = namespace === undefined ? "ClusterRole" : "Role";
    return {
      severity,
      check: "access",
      object: what,
      message: `you may not ${verb} ${where}, so what depends on it was not examined`,
      fix: `have a ${needed} with the verb ${verb} on ${what} bound to you, until it says yes: ${askCommand({ verb, what, namespace })}`,
    };
  });
}

function placeOf(what: string, namespace: string | undefined): string {
  return namespace === undefined ? what : `${what} in ${namespace}`;
}

function askCommand({
  verb,
  what,
  namespace,
}: Pick<Unread, "verb" | "what"> & { namespace: string | undefined }): string {
  return `kubectl auth can-i ${verb} ${what} ${namespace === undefined ? "--all-namespaces" : `-n ${namespace}`}`;
}
