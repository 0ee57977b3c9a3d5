import { formatFieldPath, ownedFields } from "../../kube/fieldPaths.js";
import type { ManagedFields } from "../../kube/object.js";
import { describeFields } from "../explain/tellingFields.js";
import { managers, names } from "../names.js";
import type { ClusterFacts, OwnedRoute } from "./clusterFacts.js";
import { routesOf } from "./clusterFacts.js";
import type { Finding } from "./finding.js";
import { describeObject } from "./inventory.js";

/** How many fields are worth naming. */
const mostFields = 3;

/** Others who own fields of our routes. Who writes a status only reports, and Iter8's controller is told elsewhere. */
export function checkRoutes(facts: ClusterFacts): readonly Finding[] {
  return routesOf(facts).flatMap((route) =>
    (route.object.metadata.managedFields ?? []).flatMap((entry) => describe(route, entry)),
  );
}

function describe({ object, routemap }: OwnedRoute, entry: ManagedFields): readonly Finding[] {
  const { manager = "unknown", operation, subresource = "", time } = entry;
  if (manager === managers.routes || manager === managers.iter8 || subresource === "status") return [];
  const owned = ownedFields(entry.fieldsV1).filter(([first]) => first !== ".status");
  if (owned.length === 0) return [];
  const isApplied = operation === "Apply";
  const inSpec = owned.filter(([first]) => first === ".spec");
  const told = (inSpec.length > 0 ? inSpec : owned).map(formatFieldPath);
  const paths = told.slice(0, mostFields);
  const named = describeFields({ paths, more: told.length - paths.length });
  const when = time === undefined ? "" : `, last at ${time}`;
  return [
    {
      severity: inSpec.length > 0 ? "warning" : "info",
      check: "routes",
      object: describeObject(object),
      message: `${manager} ${isApplied ? "applies" : "has edited"} ${named}${when}`,
      fix: fixOf(isApplied, inSpec.length > 0, manager, routemap),
    },
  ];
}

function fixOf(isApplied: boolean, inSpec: boolean, manager: string, { object }: OwnedRoute["routemap"]): string {
  if (!inSpec) return `leave it if it is meant; Pointsman keeps labels and annotations of others`;
  const { namespace = "", name } = object.metadata;
  return isApplied
    ? `let ${manager} leave the route alone, or take its fields over: kubectl -n ${namespace} annotate configmap ${name} ${names.adopt}=true`
    : `write what is wanted into ${describeObject(object)}: edits of fields that Pointsman writes are undone`;
}
