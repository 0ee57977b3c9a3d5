import { formatDuration } from "../../base/duration.js";
import { numberAt, stringAt } from "../../base/json.js";
import type { Problem } from "../../base/problem.js";
import { describeProblem } from "../../base/problem.js";
import type { KubeObject } from "../../kube/object.js";
import { names } from "../names.js";
import type { ClusterFacts } from "./clusterFacts.js";
import type { ControllerWorkload } from "./controllers.js";
import type { Finding } from "./finding.js";
import { describeObject } from "./inventory.js";

/** "resource.group" of Leases. */
export const leaseKind = "leases.coordination.k8s.io";

/** Where an installation for the whole cluster is. */
export const usualNamespace = "pointsman-system";

const defaultLeaseSeconds = 10;

type State =
  { readonly kind: "free" } | { readonly kind: "held" | "stale"; readonly holder: string; readonly age: number };

/** Whether somebody leads, nobody else does, and the Lease says so. */
export function checkControllers(facts: ClusterFacts): readonly Finding[] {
  const ours = facts.controllers.filter(({ product, replicas }) => product === "pointsman" && replicas > 0);
  const leases = facts.inventory.list(leaseKind).filter((lease) => concerns(lease, facts));
  const seen = leases.map((lease) => ({ lease, state: stateOf(lease, facts.now) }));
  const held = seen.filter(({ state }) => state.kind === "held").map(({ lease }) => lease);
  return [
    ...absence(facts, ours, leases),
    ...seen.flatMap(({ lease, state }) =>
      held.length > 0 && state.kind === "free" ? [] : leaderless(facts, lease, state),
    ),
    ...rivals(ours, held),
    ...facts.origin.problems.map((problem) => misconfigured(facts.origin.object ?? "configuration", problem)),
    ...ours.filter(({ elects, replicas }) => !elects && replicas > 1).map(unelected),
  ];
}

/** Where one namespace is examined: its own Lease, and those of controllers that may serve all namespaces. */
function concerns({ metadata: { namespace } }: KubeObject, { namespace: only, controllers }: ClusterFacts): boolean {
  if (only === undefined || namespace === only || namespace === usualNamespace) return true;
  return controllers.some(
    (one) => one.product === "pointsman" && one.namespace === namespace && one.only === undefined,
  );
}

/** Routemaps have a status, so somebody works all the same. */
const leaselessWork: Finding = {
  severity: "info",
  check: "controllers",
  object: "Lease pointsman",
  message: "there is no Lease pointsman, but routemaps have a status: a controller works, or worked, without election",
  fix: "run one replica only, or let it take the Lease: --leader-elect=true",
};

function absence(
  { routemaps, inventory }: ClusterFacts,
  ours: readonly ControllerWorkload[],
  leases: readonly KubeObject[],
): readonly Finding[] {
  if (leases.length > 0 || ours.some(({ elects }) => !elects)) return [];
  if (!inventory.knows(leaseKind)) return [];
  if (routemaps.some(({ object }) => object.metadata.annotations?.[names.ready] !== undefined)) return [leaselessWork];
  const isNeeded = routemaps.length > 0;
  return [
    {
      severity: isNeeded ? "error" : "info",
      check: "controllers",
      object: "Lease pointsman",
      message: `there is no Lease pointsman, so no controller has ever led${isNeeded ? `, and ${several(routemaps.length, "routemap waits", "routemaps wait")} for one` : ""}`,
      fix: "kubectl apply --server-side -k kustomize/overlays/cluster",
    },
  ];
}

function stateOf(lease: KubeObject, now: number): State {
  const holder = stringAt(lease, "spec", "holderIdentity") ?? "";
  if (holder === "") return { kind: "free" };
  const age = now - Date.parse(stringAt(lease, "spec", "renewTime") ?? "");
  const seconds = numberAt(lease, "spec", "leaseDurationSeconds") ?? defaultLeaseSeconds;
  return { kind: age <= seconds * 1000 ? "held" : "stale", holder, age };
}

function leaderless(facts: ClusterFacts, lease: KubeObject, state: State): readonly Finding[] {
  if (state.kind === "held") return [];
  const { namespace = "" } = lease.metadata;
  const workload = facts.controllers.find((one) => one.product === "pointsman" && one.namespace === namespace);
  const since = state.kind === "stale" && Number.isFinite(state.age) ? ` for ${rounded(state.age)}` : "";
  const last = state.kind === "stale" ? `; the last was ${state.holder}` : "";
  const start =
    workload === undefined
      ? `start the controller in ${namespace} again, or \`pointsman uninstall --lease-namespace ${namespace}\``
      : workload.replicas === 0
        ? `kubectl -n ${namespace} scale deployment/${workload.object.metadata.name} --replicas=1`
        : `kubectl -n ${namespace} logs deployment/${workload.object.metadata.name} --tail=50`;
  return [
    {
      severity: "error",
      check: "controllers",
      object: describeObject(lease),
      message: `no controller leads${since}: nothing is written and nothing is let go${last}`,
      fix: start,
    },
  ];
}

/** Two that write the same routes: several Leases are fine only where each controller has a namespace to itself. */
function rivals(ours: readonly ControllerWorkload[], held: readonly KubeObject[]): readonly Finding[] {
  const [first] = held;
  if (held.length < 2 || first === undefined) return [];
  const places = held.map(({ metadata }) => metadata.namespace ?? "");
  const wide = ours.filter(({ only, namespace }) => only === undefined && places.includes(namespace));
  const known = places.every((place) => ours.some(({ namespace }) => namespace === place));
  if (known && wide.length === 0) return [];
  const unsure = known ? "" : "; it is not known of all of them which namespaces they serve";
  const one = wide[0]?.namespace ?? places[0] ?? "";
  const other = places.find((place) => place !== one) ?? "";
  return [
    {
      severity: known ? "error" : "warning",
      check: "controllers",
      object: describeObject(first),
      message: `controllers lead in ${places.join(" and ")} at the same time and may write the same routes${unsure}`,
      fix: `keep one for the whole cluster, or give each its own: pointsman uninstall --routes freeze --lease-namespace ${other}`,
    },
  ];
}

function misconfigured(object: string, { fix, ...problem }: Problem): Finding {
  return {
    severity: "error",
    check: "controllers",
    object,
    message: `the configuration is wrong, so a controller that runs goes on with its last one, and none starts: ${describeProblem(problem)}`,
    fix,
  };
}

function unelected({ object, namespace }: ControllerWorkload): Finding {
  return {
    severity: "error",
    check: "controllers",
    object: describeObject(object),
    message: "several replicas run with --leader-elect=false and write the same routes",
    fix: `take the flag away, or kubectl -n ${namespace} scale deployment/${object.metadata.name} --replicas=1`,
  };
}

/** Whole seconds are enough for people. */
export function rounded(ms: number): string {
  return formatDuration(Math.max(0, Math.round(ms / 1000)) * 1000);
}

function several(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
