import type { Json } from "../../../src/base/json.js";
import { arrayAt, stringAt } from "../../../src/base/json.js";
import type { AdminClient, Reply, RequestOptions } from "../plane/adminClient.js";
import { RefusedError } from "../plane/adminClient.js";
import type { Plane } from "../plane/plane.js";
import { plane } from "../plane/plane.js";
import { WatchLog } from "./watchLog.js";

/** Media types that clients ask for or send, by what they mean. */
export const mediaTypes = {
  table: "application/json;as=Table;v=v1;g=meta.k8s.io,application/json",
  metadata: "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io",
  metadataList: "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io",
  merge: "application/merge-patch+json",
  json: "application/json-patch+json",
  strategic: "application/strategic-merge-patch+json",
  apply: "application/apply-patch+yaml",
  yaml: "application/yaml",
} as const;

/**
 * The API server under test, whichever the run was started with, and a namespace of one's own in it. Paths are the
 * API's; `send` never throws on a status, `ok` throws `RefusedError` on any from 400.
 */
export class Subject {
  private readonly watches: WatchLog[] = [];

  private constructor(
    readonly plane: Plane,
    readonly namespace: string,
  ) {}

  /** Opens the server that the run provides. Close it at the end of the file. */
  static async open(prefix: string): Promise<Subject> {
    const server = plane();
    return new Subject(server, await server.createNamespace(prefix));
  }

  get admin(): AdminClient {
    return this.plane.admin;
  }

  /** The path of a core resource in this namespace: `core("configmaps", "a")`. */
  core(...steps: readonly string[]): string {
    return ["/api/v1/namespaces", this.namespace, ...steps].join("/");
  }

  /** The path of a Deployment or ReplicaSet in this namespace: `apps("deployments", "a", "status")`. */
  apps(...steps: readonly string[]): string {
    return this.group("apps/v1", ...steps);
  }

  /** The path of a resource of any other group in this namespace. */
  group(groupVersion: string, ...steps: readonly string[]): string {
    return ["/apis", groupVersion, "namespaces", this.namespace, ...steps].join("/");
  }

  send(method: string, path: string, body?: Json, options: RequestOptions = {}): Promise<Reply> {
    return this.admin.request(method, path, { ...(body === undefined ? {} : { body }), ...options });
  }

  /** What the server answers to a request that must succeed. */
  async ok(method: string, path: string, body?: Json, options: RequestOptions = {}): Promise<Json> {
    const reply = await this.send(method, path, body, options);
    if (reply.status >= 400) throw new RefusedError(`${method} ${path}`, reply);
    return reply.body;
  }

  get(path: string, accept?: string): Promise<Reply> {
    return this.send("GET", path, undefined, accept === undefined ? {} : { accept });
  }

  post(path: string, body: Json): Promise<Reply> {
    return this.send("POST", path, body);
  }

  put(path: string, body: Json): Promise<Reply> {
    return this.send("PUT", path, body);
  }

  delete(path: string, body?: Json): Promise<Reply> {
    return this.send("DELETE", path, body);
  }

  /** A patch of the given type. */
  patch(path: string, body: Json, type: keyof typeof mediaTypes = "merge"): Promise<Reply> {
    return this.send("PATCH", path, body, { contentType: mediaTypes[type] });
  }

  /** Server-side apply as `manager`. */
  apply(path: string, manager: string, body: Json, { force = false } = {}): Promise<Reply> {
    return this.patch(`${path}?fieldManager=${manager}&force=${force}`, body, "apply");
  }

  /** Creates a ConfigMap; returns it as it was stored. */
  configMap(name: string, metadata: Readonly<Record<string, Json>> = {}, data: Json = { a: "1" }): Promise<Json> {
    const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { name, ...metadata }, data };
    return this.ok("POST", this.core("configmaps"), body);
  }

  /** Opens a watch; it ends with the subject. `query` without `watch`. */
  watch(path: string, query = "", accept?: string): WatchLog {
    const log = new WatchLog(this.admin, `${path}?watch=true&${query}`, accept);
    this.watches.push(log);
    return log;
  }

  /** Ends the watches and the namespace. */
  async close(): Promise<void> {
    await Promise.all(this.watches.map((watch) => watch.stop()));
    await this.delete(`/api/v1/namespaces/${this.namespace}`);
    this.plane.close();
  }
}

/** The names of a list's items, in its order. */
export function namesIn(list: Json): readonly string[] {
  const items = typeof list === "object" && list !== null && "items" in list ? list.items : [];
  return Array.isArray(items) ? items.map((item: Json) => stringAt(item, "metadata", "name") ?? "") : [];
}

/**
 * The causes of a refusal, each once and in alphabetical order, as "FieldValueRequired spec.size": servers may repeat
 * them, and give them in any order.
 */
export function causesOf(reply: Reply): readonly string[] {
  const causes = arrayAt(reply.body, "details", "causes").map(
    (cause) => `${stringAt(cause, "reason") ?? ""} ${stringAt(cause, "field") ?? ""}`,
  );
  return [...new Set(causes)].sort();
}
