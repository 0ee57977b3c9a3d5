import type { Json } from "../../base/json.js";
import { formatFieldPath, ownedFields } from "../../kube/fieldPaths.js";
import type { FieldsExplanation } from "./explanation.js";

/** How many fields of one writer are named. */
const mostNamed = 5;

/**
 * Which owned fields matter: those that are, hold or lie below one of `wanted`, in the order of `wanted`, among equals
 * the shortest first. A wanted path that ends in "/" stands for all that begin with it. Capitals make no difference,
 * as condition types are compared.
 */
export function tellingFields(fieldsV1: Json | undefined, wanted: readonly string[]): FieldsExplanation {
  const sought = wanted.map((path) => path.toLowerCase());
  const found = ownedFields(fieldsV1)
    .map((steps) => {
      const path = formatFieldPath(steps);
      const rank = sought.findIndex((one) => holds(one, path.toLowerCase()) || holds(path.toLowerCase(), one));
      return { path, rank, depth: steps.length };
    })
    .filter(({ rank }) => rank !== -1)
    .sort((a, b) => a.rank - b.rank || a.depth - b.depth || (a.path < b.path ? -1 : 1));
  const paths = found.slice(0, mostNamed).map(({ path }) => path);
  return { paths, more: found.length - paths.length };
}

/** The fields as a phrase, for example "spec.rules, spec.hostnames and 3 more". */
export function describeFields({ paths, more }: FieldsExplanation): string {
  return `${paths.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function holds(above: string, below: string): boolean {
  if (!below.startsWith(above)) return false;
  return above.endsWith("/") || above.length === below.length || [".", "["].includes(below.charAt(above.length));
}
