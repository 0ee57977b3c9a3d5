import type { Json } from "../../base/json.js";
import { arrayAt, at, stringAt } from "../../base/json.js";
import type { KubeObject } from "../../kube/object.js";
import { groupOf } from "../../kube/resource.js";
import { managers } from "../names.js";
import type { ClusterFacts } from "./clusterFacts.js";
import { listedOf, routesOf } from "./clusterFacts.js";
import type { Finding } from "./finding.js";
import { describeObject } from "./inventory.js";

/** "resource.group" of Argo CD's Applications. */
export const applicationKind = "applications.argoproj.io";

const finalizer = "resources-finalizer.argocd.argoproj.io";
const here = new Set(["https://kubernetes.default.svc", "in-cluster"]);

/** Applications whose deletions or syncs do not go with releases (docs/argo-cd.md). */
export function checkArgoCd(facts: ClusterFacts): readonly Finding[] {
  const held = listedOf(facts).flatMap(({ kind, object }) => (kind.hold && object !== undefined ? [object] : []));
  const routes = routesOf(facts).map(({ object }) => object);
  return facts.inventory.list(applicationKind).flatMap((application) => {
    const inIt = (objects: readonly KubeObject[]): readonly KubeObject[] => objects.filter(containedIn(application));
    return [...deletions(application, inIt(held)), ...differences(application, inIt(routes))];
  });
}

/** An Application lists what it manages in its status; what it deploys to another cluster is not the object here. */
function containedIn(application: KubeObject): (object: KubeObject) => boolean {
  const destination = at(application, "spec", "destination");
  const where = [stringAt(destination, "server"), stringAt(destination, "name")].filter((text) => text !== undefined);
  const isHere = where.length === 0 || where.some((text) => here.has(text));
  const managed = new Set(arrayAt(application, "status", "resources").map(keyOfEntry));
  return (object) => managed.has(keyOf(object)) && (isHere || tracks(application, object));
}

function tracks({ metadata: { name } }: KubeObject, { metadata }: KubeObject): boolean {
  const id = metadata.annotations?.["argocd.argoproj.io/tracking-id"]?.split(":")[0] ?? "";
  return id === name || id.endsWith(`_${name}`) || metadata.labels?.["app.kubernetes.io/instance"] === name;
}

function keyOfEntry(entry: Json): string {
  const text = (name: string): string => stringAt(entry, name) ?? "";
  return `${text("group")}/${text("kind")} ${text("namespace")}/${text("name")}`;
}

function keyOf({ apiVersion, kind, metadata }: KubeObject): string {
  return `${groupOf(apiVersion)}/${kind} ${metadata.namespace ?? ""}/${metadata.name}`;
}

function deletions(application: KubeObject, held: readonly KubeObject[]): readonly Finding[] {
  const [first] = held;
  if (first === undefined) return [];
  const options = arrayAt(application, "spec", "syncPolicy", "syncOptions");
  const about = { check: "argocd", object: describeObject(application) } as const;
  const what = `${describeObject(first)}${held.length > 1 ? ` and ${held.length - 1} more` : ""}`;
  const findings: Finding[] = [];
  const isGentle = ["background", "orphan"].some((how) => options.includes(`PrunePropagationPolicy=${how}`));
  if (!isGentle)
    findings.push({
      ...about,
      severity: at(application, "spec", "syncPolicy", "automated", "prune") === true ? "error" : "warning",
      message: `it prunes in the foreground, which takes the Pods of ${what} down before their traffic is back`,
      fix: "spec.syncPolicy.syncOptions: [PrunePropagationPolicy=background]",
    });
  const finalizers = application.metadata.finalizers ?? [];
  if (finalizers.some((one) => one === finalizer || one === `${finalizer}/foreground`))
    findings.push({
      ...about,
      severity: "warning",
      message: `deleting it deletes ${what} in the foreground, before their traffic is back`,
      fix: `metadata.finalizers: [${finalizer}/background]`,
    });
  if (options.includes("Replace=true"))
    findings.push({
      ...about,
      severity: "warning",
      message: `it replaces ${what} as a whole, which drops their finalizers until Pointsman puts them back`,
      fix: "spec.syncPolicy.syncOptions: [ServerSideApply=true] in place of Replace=true",
    });
  return findings;
}

/** Routes that Git has as well: both sides would undo each other's weights. */
function differences(application: KubeObject, routes: readonly KubeObject[]): readonly Finding[] {
  const ignored = arrayAt(application, "spec", "ignoreDifferences");
  return routes.flatMap((route): Finding[] => {
    const [group, kind] = [groupOf(route.apiVersion), route.kind];
    const isIgnored = ignored.some(
      (entry) =>
        [group, "*"].includes(stringAt(entry, "group") ?? "") &&
        [kind, "*"].includes(stringAt(entry, "kind") ?? "") &&
        (arrayAt(entry, "managedFieldsManagers").includes(managers.routes) || ignoresSpec(entry)),
    );
    if (isIgnored) return [];
    return [
      {
        severity: "warning",
        check: "argocd",
        object: describeObject(application),
        message: `it manages ${describeObject(route)}, whose weights Pointsman writes: each undoes what the other does`,
        fix: `spec.ignoreDifferences: [{group: ${group}, kind: ${kind}, managedFieldsManagers: [${managers.routes}]}] and the sync option RespectIgnoreDifferences=true; or take the route out of Git`,
      },
    ];
  });
}

function ignoresSpec(entry: Json): boolean {
  const paths = [...arrayAt(entry, "jsonPointers"), ...arrayAt(entry, "jqPathExpressions")];
  return paths.some((path) => typeof path === "string" && /^[/.]spec/.test(path));
}
