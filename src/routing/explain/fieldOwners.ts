import { formatFieldPath, ownedFields, stepOf } from "../../kube/fieldPaths.js";
import type { KubeObject } from "../../kube/object.js";
import { groupResourceOf } from "../../kube/resource.js";
import { names } from "../names.js";
import { resourceKey } from "../observed.js";
import { resourceOfObject } from "../snapshot/resourceOfObject.js";
import type { SnapshotObjects } from "../snapshot/snapshotView.js";
import type { Explanation, ResourceExplanation, RouteExplanation, WriterExplanation } from "./explanation.js";
import { tellingFields } from "./tellingFields.js";
import { isOurs, writersOf } from "./writers.js";

/**
 * The explanation with what only freshly read objects tell: who owns which of the fields that matter. Of a route these
 * are its spec and what we own of it; of a resource what its gates read and what we go by.
 */
export function withFieldOwners(explanation: Explanation, input: SnapshotObjects): Explanation {
  const groupResources = new Map(input.config.kinds.map((kind) => [kind.shorthand, groupResourceOf(kind)]));
  const keyOf = ({ kind, namespace, name }: ResourceExplanation): string =>
    resourceKey(groupResources.get(kind) ?? "", namespace, name);
  const keyOfRoute = ({ groupResource, name }: RouteExplanation): string =>
    resourceKey(groupResource, explanation.namespace, name);
  const resources = explanation.versions.flatMap((version) => version.resources);
  const objects = find(input, new Set([...resources.map(keyOf), ...explanation.routes.map(keyOfRoute)]));
  return {
    ...explanation,
    versions: explanation.versions.map((version) => ({
      ...version,
      resources: version.resources.map((resource) => {
        const object = objects.get(keyOf(resource));
        if (object?.metadata.managedFields === undefined) return resource;
        return { ...resource, writers: writersOfResource(resource, object) };
      }),
    })),
    routes: explanation.routes.map((route) => {
      const object = objects.get(keyOfRoute(route));
      return object === undefined ? route : { ...route, writers: writersOfRoute(object) };
    }),
  };
}

function find({ objects, config, kindNames }: SnapshotObjects, wanted: ReadonlySet<string>): Map<string, KubeObject> {
  const found = new Map<string, KubeObject>();
  for (const object of objects) {
    const groupResource = resourceOfObject(object, config.kinds, kindNames) ?? "";
    const key = resourceKey(groupResource, object.metadata.namespace ?? "", object.metadata.name);
    if (wanted.has(key)) found.set(key, object);
  }
  return found;
}

function writersOfRoute(object: KubeObject): readonly WriterExplanation[] {
  const ours = (object.metadata.managedFields ?? []).filter(isOurs);
  const owned = ours.flatMap(({ fieldsV1 }) => ownedFields(fieldsV1)).map(formatFieldPath);
  const wanted = ["spec", ...owned];
  return writersOf(object, (entry) => (isOurs(entry) ? undefined : tellingFields(entry.fieldsV1, wanted)));
}

/** What we go by of every resource, the most telling first. */
const goneBy = [
  `metadata.annotations[${names.weight}]`,
  `metadata.labels[${names.watchLabel}]`,
  "spec.replicas",
  `metadata.finalizers[=${names.finalizer}]`,
];

/** What tells people which version it is. */
const identifying = ["metadata.labels[app.kubernetes.io/"];

function writersOfResource({ gates }: ResourceExplanation, object: KubeObject): readonly WriterExplanation[] {
  const read = gates.flatMap(({ field }) => (field === undefined ? [] : fieldsRead(field)));
  const wanted = [...goneBy, ...read, ...identifying];
  return writersOf(object, ({ fieldsV1 }) => tellingFields(fieldsV1, wanted)).filter(
    ({ fields }) => fields !== undefined && fields.paths.length > 0,
  );
}

const selection = /\bobject((?:\.\w+|\[(["'])[^"']*\2\])+)/g;
const member = /\.(\w+)|\[["']([^"']*)["']\]/g;

/** The paths in what a gate says that it read: one path, with a condition by its type, or an expression over `object`. */
function fieldsRead(field: string): readonly string[] {
  const selected = [...field.matchAll(selection)].map(([, path = ""]) => path);
  if (selected.length === 0) return [field.replace(/^status\.conditions\[/, "status.conditions[type=")];
  return selected.map((path) =>
    formatFieldPath([...path.matchAll(member)].map(([, name, quoted]) => stepOf(`f:${name ?? quoted ?? ""}`))),
  );
}
