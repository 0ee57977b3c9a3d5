import type { AccessAnswer, AccessQuestion } from "../../kube/accessReview.js";
import { reviewAll } from "../../kube/accessReview.js";
import type { ApiError } from "../../kube/apiError.js";
import { isKindAbsent } from "../../kube/apiError.js";
import type { Result } from "../../base/result.js";
import { groupResourceOf } from "../../kube/resource.js";
import type { ClusterFacts, RightAnswer, Rights } from "../../routing/doctor/clusterFacts.js";
import { listedOf, writtenKinds } from "../../routing/doctor/clusterFacts.js";
import type { ControllerWorkload } from "../../routing/doctor/controllers.js";
import { usualNamespace } from "../../routing/doctor/leases.js";
import { isNamespaceable } from "../../routing/missing.js";
import type { Permission, PermissionScope } from "../../routing/permissions.js";
import { neededPermissions } from "../../routing/permissions.js";
import type { Cluster } from "../cluster.js";
import type { Lister } from "./lister.js";
import type { DoctorRun } from "./run.js";

type Account = NonNullable<Rights["account"]>;

const serviceAccounts = { group: "", version: "v1", resource: "serviceaccounts" } as const;
const usualAccount: Account = { namespace: usualNamespace, name: "pointsman" };

/** A right that is not given everywhere is asked for in this many namespaces at most. */
const mostNamespaces = 100;

/** Asks the API server for every right that the controller needs; undefined where it may not be asked, which is noted. */
export async function askRights(
  facts: ClusterFacts,
  run: DoctorRun,
  controller: ControllerWorkload | undefined,
  { api, discovery }: Cluster,
  lister: Lister,
  signal: AbortSignal,
): Promise<Rights | undefined> {
  const account = run.account ?? accountOf(controller) ?? (await installed(lister));
  const ask = (questions: readonly AccessQuestion[]): Promise<Result<readonly AccessAnswer[], ApiError>> =>
    reviewAll(api, questions, signal, account === undefined ? {} : { account });
  const needed: Permission[] = [];
  for (const permission of neededPermissions(facts.config, scopeOf(facts, run, controller, account))) {
    const { group, resource } = permission;
    const resolved = await discovery.resolve({ group, resource }, signal);
    if (resolved.ok || !isKindAbsent(resolved.error)) needed.push(permission);
  }
  const answers = await ask(needed);
  if (!answers.ok) {
    const resource = account === undefined ? "selfsubjectaccessreviews" : "subjectaccessreviews";
    lister.note({ group: "authorization.k8s.io", resource }, answers.error, undefined, "create");
    return undefined;
  }
  const found: RightAnswer[] = [];
  for (const [index, permission] of needed.entries())
    found.push(await answerOf(permission, answers.value[index], facts, ask));
  return { ...(account === undefined ? {} : { account }), answers: found };
}

function accountOf(controller: ControllerWorkload | undefined): Account | undefined {
  return controller === undefined ? undefined : { namespace: controller.namespace, name: controller.serviceAccount };
}

async function installed(lister: Lister): Promise<Account | undefined> {
  return (await lister.get(serviceAccounts, usualAccount)) === undefined ? undefined : usualAccount;
}

/** Where the controller works: as its arguments say, or as it would if it were run with these. */
function scopeOf(
  { config, origin, namespace }: ClusterFacts,
  run: DoctorRun,
  controller: ControllerWorkload | undefined,
  account: Account | undefined,
): PermissionScope {
  const home = controller?.namespace ?? account?.namespace;
  const isNarrow = origin.object !== undefined && !config.clusterScoped;
  const only = controller?.only ?? (isNarrow ? (home ?? namespace) : account === undefined ? namespace : undefined);
  const isOwn = controller === undefined && run.account !== undefined && namespace === run.account.namespace;
  const place = only ?? (isOwn ? namespace : undefined);
  const lease = { namespace: place ?? home ?? usualAccount.namespace, name: "pointsman" };
  return { ...(place === undefined ? {} : { namespace: place }), ...(controller?.elects === false ? {} : { lease }) };
}

async function answerOf(
  permission: Permission,
  wide: AccessAnswer | undefined,
  facts: ClusterFacts,
  ask: (questions: readonly AccessQuestion[]) => Promise<Result<readonly AccessAnswer[], ApiError>>,
): Promise<RightAnswer> {
  const base = { permission, deniedIn: [], reason: "" };
  if (wide === undefined || wide.state === "allowed") return { ...base, state: "allowed" };
  if (wide.state === "unknown") return { ...base, state: "unknown", reason: wide.reason };
  const used = isNamespaceable(permission) ? namespacesUsing(permission, facts).slice(0, mostNamespaces) : [];
  const near = await ask(used.map((namespace) => ({ ...permission, namespace })));
  const deniedIn = used.filter((_, index) => !near.ok || near.value[index]?.state !== "allowed");
  const state = used.length > 0 && deniedIn.length === 0 ? "near" : "denied";
  return { permission, state, deniedIn, reason: wide.reason };
}

/** Namespaces of routemaps, or of what they list, that make use of a right. */
function namespacesUsing(permission: Permission, facts: ClusterFacts): readonly string[] {
  const name = groupResourceOf(permission);
  const isIt = (kind: { readonly group: string; readonly resource: string }): boolean => groupResourceOf(kind) === name;
  const listed = listedOf(facts).filter(({ kind }) => isIt(kind));
  const writing = facts.routemaps.filter(
    ({ spec }) => spec.ok && writtenKinds(facts.config, spec.value).some(({ kind }) => isIt(kind)),
  );
  const homes = permission.uses.includes("publishStatus") ? facts.routemaps : writing;
  const found = [...listed.map(({ ref }) => ref.namespace), ...homes.map(({ namespace }) => namespace)];
  return [...new Set(found)].sort();
}
