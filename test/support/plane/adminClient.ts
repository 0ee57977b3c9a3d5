import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { Agent, request as httpsRequest } from "node:https";

import { systemClock } from "../../../src/base/clock.js";
import type { Json, JsonObject } from "../../../src/base/json.js";
import { arrayAt, isObject, stringAt } from "../../../src/base/json.js";
import type { KubeObject } from "../../../src/kube/object.js";
import { isKubeObject } from "../../../src/kube/object.js";
import type { GroupVersionResource, ObjectRef } from "../../../src/kube/resource.js";

/** Where an API server is and how to be known there; `token` instead of a client certificate. */
export interface Target {
  readonly url: string;
  readonly ca: string;
  readonly certificate?: string;
  readonly privateKey?: string;
  readonly token?: string;
}

/** What the server answered, whatever the status. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Json;
}

/** A request that was refused where the test expected success. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";

  constructor(
    readonly request: string,
    readonly reply: Reply,
  ) {
    super(`${request}: ${reply.status} ${stringAt(reply.body, "message") ?? JSON.stringify(reply.body)}`);
  }
}

/** One line of a watch as it was received; `at` is monotonic milliseconds. */
export interface WatchLine {
  readonly type: string;
  readonly object: JsonObject;
  readonly at: number;
}

/** A watch under way. */
export interface OpenWatch {
  /** Settles when the server ends the watch or `stop` was called; rejects when it could not be opened. */
  readonly done: Promise<void>;
  stop(): void;
}

/** Options of the single request. */
export interface RequestOptions {
  readonly body?: Json;
  /** The body as it is sent, instead of `body` as JSON. */
  readonly text?: string;
  readonly contentType?: string;
  /** Default: application/json. */
  readonly accept?: string;
}

const patchTypes = {
  merge: "application/merge-patch+json",
  json: "application/json-patch+json",
  strategic: "application/strategic-merge-patch+json",
} as const;

/**
 * A Kubernetes client for tests that shares no code with the product's, so that one can witness for the other.
 * Its helpers throw `RefusedError` on any status from 400.
 */
export class AdminClient {
  private readonly agent: Agent;
  private readonly watchAgent: Agent;

  constructor(private readonly target: Target) {
    const tls = {
      ca: target.ca,
      ...(target.certificate === undefined ? {} : { cert: target.certificate }),
      ...(target.privateKey === undefined ? {} : { key: target.privateKey }),
    };
    this.agent = new Agent({ ...tls, keepAlive: true });
    this.watchAgent = new Agent(tls);
  }

  /** Any request; never throws on a status. */
  async request(method: string, path: string, options: RequestOptions = {}): Promise<Reply> {
    return replyIn(await this.open(this.agent, method, path, options));
  }

  async get(gvr: GroupVersionResource, ref: ObjectRef): Promise<KubeObject> {
    return this.object("GET", pathOf(gvr, ref));
  }

  /** Undefined where there is none. */
  async find(gvr: GroupVersionResource, ref: ObjectRef): Promise<KubeObject | undefined> {
    const reply = await this.request("GET", pathOf(gvr, ref));
    if (reply.status === 404) return undefined;
    return objectIn("GET", pathOf(gvr, ref), reply);
  }

  /** All of a namespace or, without one, of the cluster. `query` is added as it is: "labelSelector=a%3Db". */
  async list(gvr: GroupVersionResource, namespace?: string, query = ""): Promise<KubeObject[]> {
    return (await this.page(gvr, namespace, query)).items;
  }

  /** The list with the resourceVersion from which a watch sees every later change. */
  async page(
    gvr: GroupVersionResource,
    namespace?: string,
    query = "",
  ): Promise<{ readonly items: KubeObject[]; readonly resourceVersion: string }> {
    const path = `${pathOf(gvr, withNamespace(namespace))}?${query}`;
    const body = await this.success("GET", path);
    const kind = (stringAt(body, "kind") ?? "").replace(/List$/, "");
    const apiVersion = stringAt(body, "apiVersion");
    const items = arrayAt(body, "items").map((item) => (isObject(item) ? { apiVersion, kind, ...item } : item));
    return { items: items.filter(isKubeObject), resourceVersion: stringAt(body, "metadata", "resourceVersion") ?? "" };
  }

  async create(gvr: GroupVersionResource, namespace: string | undefined, body: JsonObject): Promise<KubeObject> {
    return this.object("POST", pathOf(gvr, withNamespace(namespace)), { body });
  }

  async replace(gvr: GroupVersionResource, ref: ObjectRef, body: JsonObject): Promise<KubeObject> {
    return this.object("PUT", pathOf(gvr, ref), { body });
  }

  /** Server-side apply as `manager` (default "test"), forced unless told. */
  async apply(
    gvr: GroupVersionResource,
    ref: ObjectRef,
    body: JsonObject,
    { manager = "test", force = true }: { readonly manager?: string; readonly force?: boolean } = {},
  ): Promise<KubeObject> {
    const path = `${pathOf(gvr, ref)}?fieldManager=${manager}&force=${force}`;
    return this.object("PATCH", path, { body, contentType: "application/apply-patch+yaml" });
  }

  async patch(
    gvr: GroupVersionResource,
    ref: ObjectRef,
    body: Json,
    { type = "merge", subresource }: { readonly type?: keyof typeof patchTypes; readonly subresource?: string } = {},
  ): Promise<KubeObject> {
    return this.object("PATCH", pathOf(gvr, ref, subresource), { body, contentType: patchTypes[type] });
  }

  /** Deletes; an object that is not there is fine. `options` are the members of DeleteOptions. */
  async delete(gvr: GroupVersionResource, ref: ObjectRef, options: JsonObject = {}): Promise<void> {
    const body = { apiVersion: "v1", kind: "DeleteOptions", ...options };
    const reply = await this.request("DELETE", pathOf(gvr, ref), { body });
    if (reply.status >= 400 && reply.status !== 404) throw new RefusedError(`DELETE ${pathOf(gvr, ref)}`, reply);
  }

  /** Watches from `resourceVersion` (default: now, beginning with what is there) until stopped. */
  watch(
    gvr: GroupVersionResource,
    where: { readonly namespace?: string; readonly resourceVersion?: string; readonly query?: string },
    onLine: (line: WatchLine) => void,
  ): OpenWatch {
    const from = where.resourceVersion === undefined ? "" : `&resourceVersion=${where.resourceVersion}`;
    const path = `${pathOf(gvr, withNamespace(where.namespace))}?watch=true${from}&${where.query ?? ""}`;
    return this.follow(path, onLine);
  }

  /** Reads the lines of a watch of any path until it ends or is stopped. */
  follow(path: string, onLine: (line: WatchLine) => void, options: RequestOptions = {}): OpenWatch {
    const controller = new AbortController();
    const done = this.readWatch(path, onLine, options, controller.signal);
    return { done, stop: () => controller.abort() };
  }

  /** Closes all connections. */
  close(): void {
    this.agent.destroy();
    this.watchAgent.destroy();
  }

  private async readWatch(
    path: string,
    onLine: (line: WatchLine) => void,
    options: RequestOptions,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      const response = await this.open(this.watchAgent, "GET", path, options, signal);
      if (response.statusCode !== 200) throw new RefusedError(`watch ${path}`, await replyIn(response));
      let rest = "";
      response.setEncoding("utf8");
      for await (const chunk of response) {
        const lines = (rest + String(chunk)).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) onLine(lineOf(line));
      }
    } catch (thrown) {
      if (!signal.aborted) throw thrown;
    }
  }

  private async object(method: string, path: string, options: RequestOptions = {}): Promise<KubeObject> {
    return objectIn(method, path, await this.request(method, path, options));
  }

  /** The body of a request that must succeed. */
  async success(method: string, path: string, options: RequestOptions = {}): Promise<Json> {
    const reply = await this.request(method, path, options);
    if (reply.status >= 400) throw new RefusedError(`${method} ${path}`, reply);
    return reply.body;
  }

  private open(
    agent: Agent,
    method: string,
    path: string,
    options: RequestOptions,
    signal?: AbortSignal,
  ): Promise<IncomingMessage> {
    const { token, url } = this.target;
    const text = options.text ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
    const headers = {
      accept: options.accept ?? "application/json",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(text === undefined
        ? {}
        : {
            "content-type": options.contentType ?? "application/json",
            // Without it Node sends the body of a DELETE unframed, and the server takes it for the next request.
            "content-length": Buffer.byteLength(text),
          }),
    };
    return new Promise((resolve, reject) => {
      const outgoing = httpsRequest(
        new URL(path, url),
        { agent, method, headers, ...(signal === undefined ? {} : { signal }) },
        resolve,
      );
      outgoing.on("error", reject);
      outgoing.end(text);
    });
  }
}

function withNamespace(namespace: string | undefined): { readonly namespace?: string } {
  return namespace === undefined ? {} : { namespace };
}

function pathOf(
  gvr: GroupVersionResource,
  where: { readonly namespace?: string; readonly name?: string },
  subresource?: string,
): string {
  const root = gvr.group === "" ? `/api/${gvr.version}` : `/apis/${gvr.group}/${gvr.version}`;
  const namespace = where.namespace === undefined ? "" : `/namespaces/${where.namespace}`;
  const name = where.name === undefined ? "" : `/${where.name}`;
  return `${root}${namespace}/${gvr.resource}${name}${subresource === undefined ? "" : `/${subresource}`}`;
}

function objectIn(method: string, path: string, reply: Reply): KubeObject {
  if (reply.status < 400 && isKubeObject(reply.body)) return reply.body;
  throw new RefusedError(`${method} ${path}`, reply);
}

async function replyIn(response: IncomingMessage): Promise<Reply> {
  return { status: response.statusCode ?? 0, headers: response.headers, body: await bodyOf(response) };
}

async function bodyOf(response: IncomingMessage): Promise<Json> {
  response.setEncoding("utf8");
  let text = "";
  for await (const chunk of response) text += String(chunk);
  return decodeJson(text);
}

/** JSON where it is JSON; the API server's health pages are plain text. */
function decodeJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

function lineOf(text: string): WatchLine {
  const line = decodeJson(text);
  const object = isObject(line) && isObject(line["object"]) ? line["object"] : {};
  return { type: stringAt(line, "type") ?? "", object, at: systemClock.monotonic() };
}
