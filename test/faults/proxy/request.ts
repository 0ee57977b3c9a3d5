import type { IncomingHttpHeaders } from "node:http";

import type { Json } from "../../../src/base/json.js";

/** A verb as RBAC names it; "other" for paths that lead to no resource. */
export type Verb = "get" | "list" | "watch" | "create" | "update" | "patch" | "delete" | "deletecollection" | "other";

/** The four patches of Kubernetes. */
export type PatchType = "apply" | "json" | "merge" | "strategic";

/** One request to the API server, as a rule sees it. */
export interface ProxiedRequest {
  readonly verb: Verb;
  readonly method: string;
  /** Path and query as they were sent. */
  readonly path: string;
  readonly group: string;
  /** Plural; empty where the path leads to no resource. */
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  /** The field manager of the query, else the program of the user agent. */
  readonly manager: string;
  readonly query: URLSearchParams;
  readonly patch?: PatchType;
  readonly body?: Json;
  readonly authorization?: string;
}

const patchTypes: Readonly<Record<string, PatchType>> = {
  "application/apply-patch+yaml": "apply",
  "application/json-patch+json": "json",
  "application/merge-patch+json": "merge",
  "application/strategic-merge-patch+json": "strategic",
};

/** Reads method, path, headers and body. The body of an apply must be JSON; what is no JSON is left out. */
export function readRequest(method: string, path: string, headers: IncomingHttpHeaders, body: string): ProxiedRequest {
  const { pathname, searchParams: query } = new URL(path, "https://server");
  const place = placeOf(pathname.split("/").filter((part) => part !== ""));
  const patch = patchTypes[(headers["content-type"] ?? "").split(";")[0] ?? ""];
  const json = parsed(body);
  return {
    verb: place.resource === "" ? "other" : verbOf(method, place.name !== "", place.watch || query.has("watch")),
    method,
    path,
    group: place.group,
    resource: place.resource,
    subresource: place.subresource,
    namespace: place.namespace,
    name: place.name,
    manager: query.get("fieldManager") ?? (headers["user-agent"] ?? "").split(/[/ ]/)[0] ?? "",
    query,
    ...(method === "PATCH" && patch !== undefined ? { patch } : {}),
    ...(json === undefined ? {} : { body: json }),
    ...(headers.authorization === undefined ? {} : { authorization: headers.authorization }),
  };
}

interface Place {
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  readonly watch: boolean;
}

/** /api/VERSION/… or /apis/GROUP/VERSION/…, with the old prefix watch/, and namespaces/NAMESPACE/ where there is one. */
function placeOf(parts: readonly string[]): Place {
  const core = parts[0] === "api";
  const group = core || parts[0] !== "apis" ? "" : (parts[1] ?? "");
  let rest = core ? parts.slice(2) : parts[0] === "apis" ? parts.slice(3) : [];
  const watch = rest[0] === "watch";
  if (watch) rest = rest.slice(1);
  const namespaced = rest[0] === "namespaces" && rest.length > 2 && !["status", "finalize"].includes(rest[2] ?? "");
  const [resource = "", name = "", subresource = ""] = namespaced ? rest.slice(2) : rest;
  return { group, resource, name, subresource, namespace: namespaced ? (rest[1] ?? "") : "", watch };
}

function verbOf(method: string, named: boolean, watch: boolean): Verb {
  switch (method) {
    case "GET":
      return watch ? "watch" : named ? "get" : "list";
    case "POST":
      return "create";
    case "PUT":
      return "update";
    case "PATCH":
      return "patch";
    case "DELETE":
      return named ? "delete" : "deletecollection";
    default:
      return "other";
  }
}

function parsed(body: string): Json | undefined {
  try {
    return body === "" ? undefined : (JSON.parse(body) as Json);
  } catch {
    return undefined;
  }
}
