import type { Json, JsonObject } from "../../../base/json.js";
import { hashJson } from "../../../base/hash.js";
import { apiVersionOf } from "../../../kube/resource.js";
import { servedGroups } from "../discovery/documents.js";
import type { Kinds } from "../kinds/kinds.js";
import type { ServedKind } from "../kinds/servedKind.js";
import { groupVersionKind, servedAs } from "../kinds/servedKind.js";
import { kindPaths } from "./paths.js";
import { listSchema, metaSchemas, publishedSchema, schemaName } from "./schemas.js";

/** `/openapi/v3`: where the document of each group and version is. The hash changes with its content. */
export function openApiIndex(kinds: Kinds): JsonObject {
  const versions = [
    { group: "", version: "v1" },
    ...servedGroups(kinds).flatMap(({ group, versions: found }) => found.map((version) => ({ group, version }))),
  ];
  const entries = versions.map((gv): [string, Json] => {
    const path = gv.group === "" ? `api/${gv.version}` : `apis/${apiVersionOf(gv)}`;
    const hash = hashJson(kinds.ofVersion(gv.group, gv.version).map(fingerprint));
    return [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` }];
  });
  return { paths: Object.fromEntries(entries) };
}

/** `/openapi/v3/api/v1` and `/openapi/v3/apis/GROUP/VERSION`; undefined if nothing of it is served. */
export function openApiDocument(kinds: Kinds, path: readonly string[]): JsonObject | undefined {
  const [root, ...rest] = path;
  const [group = "", version = ""] = root === "api" ? ["", ...rest] : rest;
  const served = kinds.ofVersion(group, version);
  if (served.length === 0) return undefined;
  return {
    openapi: "3.0.0",
    info: { title: "Kubernetes", version: "v1.36.3" },
    paths: Object.fromEntries(served.flatMap((kind) => Object.entries(kindPaths(kind)))),
    components: {
      schemas: {
        ...metaSchemas,
        ...Object.fromEntries(
          served.flatMap((kind) => [
            [schemaName(kind), publishedSchema(kind)],
            [`${schemaName(kind)}List`, listSchema(kind)],
          ]),
        ),
      },
    },
  };
}

function fingerprint(kind: ServedKind): JsonObject {
  return { ...groupVersionKind(kind), apiVersion: servedAs(kind), schema: kind.schema };
}
