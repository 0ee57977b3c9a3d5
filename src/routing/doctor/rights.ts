import { groupResourceOf } from "../../kube/resource.js";
import type { Permission, Use } from "../permissions.js";
import type { ClusterFacts, RightAnswer } from "./clusterFacts.js";
import { listedOf, writtenKinds } from "./clusterFacts.js";
import type { Finding, Severity } from "./finding.js";

/** Uses without which everything but them goes on. */
const dispensable: ReadonlySet<Use> = new Set(["tellEvents", "noticeKinds", "noticeEnds", "noticeEnd", "pruneRoutes"]);

/** Uses that matter only where a routemap has something of that kind. */
const ofKinds: ReadonlySet<Use> = new Set(["seeVersions", "hold", "seeRoutes", "writeRoutes", "pruneRoutes"]);

/** Rights that the controller needs and the API server refuses it; one finding for each resource and purpose. */
export function checkPermissions(facts: ClusterFacts): readonly Finding[] {
  const { rights } = facts;
  if (rights === undefined) return [];
  const used = usedKinds(facts);
  const groups = new Map<string, RightAnswer[]>();
  for (const answer of rights.answers) {
    if (answer.state === "allowed" || answer.state === "near") continue;
    const { group, resource, namespace = "", role } = answer.permission;
    const key = [group, resource, namespace, role, answer.state, answer.deniedIn.join()].join(" ");
    groups.set(key, [...(groups.get(key) ?? []), answer]);
  }
  return [...groups.values()].flatMap((answers) => describe(answers, rights.account, used));
}

function describe(
  answers: readonly RightAnswer[],
  account: { readonly namespace: string; readonly name: string } | undefined,
  used: ReadonlySet<string>,
): readonly Finding[] {
  const [first] = answers;
  if (first === undefined) return [];
  const { permission, deniedIn } = first;
  const what = groupResourceOf(permission);
  const verbs = answers.map((answer) => answer.permission.verb);
  const who = account === undefined ? "you" : `${account.namespace}/${account.name}`;
  const where = placeOf(permission, deniedIn);
  const why = [...new Set(answers.map((answer) => answer.permission.why))].join(" and ");
  const object = account === undefined ? what : `ServiceAccount ${who}`;
  if (first.state === "unknown") {
    const message = `whether ${who} may ${verbs.join(", ")} ${what} ${where} is not known: ${first.reason}`;
    return [{ severity: "warning", check: "permissions", object, message, fix: "repair the cluster's authorizer" }];
  }
  const isUnused = permission.uses.every((use) => ofKinds.has(use)) && !used.has(what);
  const uses = answers.flatMap((answer) => answer.permission.uses);
  const severity: Severity = isUnused ? "info" : uses.every((use) => dispensable.has(use)) ? "warning" : "error";
  const message = `${who} may not ${verbs.join(", ")} ${what} ${where}: needed ${why}${isUnused ? "; no routemap uses it yet" : ""}`;
  return [{ severity, check: "permissions", object, message, fix: fixOf(permission, deniedIn, account, verbs) }];
}

function placeOf({ namespace }: Permission, deniedIn: readonly string[]): string {
  if (namespace !== undefined) return `in ${namespace}`;
  return deniedIn.length === 0 ? "in all namespaces" : `in ${deniedIn.join(" and ")}`;
}

function fixOf(
  permission: Permission,
  deniedIn: readonly string[],
  account: { readonly namespace: string; readonly name: string } | undefined,
  verbs: readonly string[],
): string {
  const what = groupResourceOf(permission);
  if (permission.role === "pointsman-custom-kinds")
    return `write a ClusterRole with ${verbs.join(", ")} on ${what} and the label pointsman.dev/aggregate-to-controller: "true"`;
  if (account === undefined) return `run the controller with an account that is bound to ${permission.role}`;
  const subject = `--serviceaccount=${account.namespace}:${account.name}`;
  const namespaces = permission.namespace === undefined ? deniedIn : [permission.namespace];
  if (namespaces.length === 0)
    return `kubectl create clusterrolebinding ${permission.role} --clusterrole=${permission.role} ${subject}`;
  // In a namespace it is a Role or a ClusterRole, as the installation has it.
  return namespaces
    .map((one) => `kubectl -n ${one} create rolebinding ${permission.role} --role=${permission.role} ${subject}`)
    .join("; ");
}

/** Kinds that some routemap lists or writes. */
function usedKinds(facts: ClusterFacts): ReadonlySet<string> {
  const listed = listedOf(facts).map(({ kind }) => kind);
  const written = facts.routemaps.flatMap(({ spec }) => (spec.ok ? writtenKinds(facts.config, spec.value) : []));
  return new Set([...listed, ...written.map(({ kind }) => kind)].map(groupResourceOf));
}
