import type { Json, JsonObject } from "../../../base/json.js";
import type { KubeObject } from "../../../kube/object.js";
import type { Column, ServedKind } from "../kinds/servedKind.js";

/** What a row carries of its object (`includeObject` in the query). */
export type IncludeObject = "Metadata" | "Object" | "None";

/** What a table is made for. */
export interface TableView {
  readonly kind: ServedKind;
  readonly include: IncludeObject;
  readonly withColumns?: boolean;
  readonly now: () => number;
}

/** Objects as a meta.k8s.io/v1 Table: what `kubectl get` prints. `meta` is a list's own, if it is one. */
export function table(
  objects: readonly KubeObject[],
  { kind, include, withColumns = true, now }: TableView,
  resourceVersion: string,
  meta: object = {},
): JsonObject {
  const time = now();
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata: { resourceVersion, ...meta },
    columnDefinitions: withColumns ? kind.columns.map(definition) : null,
    rows: objects.map((object) => ({
      cells: kind.columns.map((column) => column.cell(object, time)),
      ...rowObject(object, include),
    })),
  };
}

function definition({ name, type, format = "", description = "", priority }: Column): JsonObject {
  return { name, type, format, description, priority };
}

function rowObject(object: KubeObject, include: IncludeObject): { readonly object?: Json } {
  switch (include) {
    case "None":
      return {};
    case "Object":
      return { object };
    case "Metadata":
      return {
        object: { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata: object.metadata },
      };
  }
}
