import type { Json, JsonObject } from "../base/json.js";
import type { Result } from "../base/result.js";
import { ok } from "../base/result.js";
import { decodeAnyObject, decodeJson, decodeList, decodeObject } from "./answers.js";
import type {
  Api,
  ApplyOptions,
  DeleteOptions,
  ListOptions,
  ListPage,
  PatchOperation,
  Selection,
  WatchEvent,
  WatchOptions,
} from "./api.js";
import type { ApiError } from "./apiError.js";
import { isKindAbsent, isNotFound } from "./apiError.js";
import type { KubeObject } from "./object.js";
import { acceptOf, listPath, watchPath, withQuery } from "./queries.js";
import type { GroupVersionResource, ObjectRef } from "./resource.js";
import { resourcePath } from "./resource.js";
import type { Call, Transport } from "./transport.js";
import { readWatch } from "./watchStream.js";

/** The server's own bound of a mutation, so that one given up after 3 s cannot land much later. */
const writeTimeout = "2s";

/** The API over a transport. */
export function createApi(transport: Transport): Api {
  return new Client(transport);
}

class Client implements Api {
  constructor(private readonly transport: Transport) {}

  get(gvr: GroupVersionResource, ref: ObjectRef, signal: AbortSignal): Promise<Result<KubeObject, ApiError>> {
    const path = resourcePath(gvr, ref);
    return this.ask({ verb: "get", method: "GET", path, resource: gvr.resource, effect: "read" }, decodeObject, signal);
  }

  async list(selection: Selection, options: ListOptions, signal: AbortSignal): Promise<Result<ListPage, ApiError>> {
    const single = selection.name !== undefined;
    const call: Call = {
      verb: single ? "get" : "list",
      method: "GET",
      path: listPath(selection, single ? {} : options),
      resource: selection.resource.resource,
      effect: "read",
      accept: acceptOf(selection, single ? "object" : "list"),
    };
    return single ? pageOf(await this.ask(call, decodeObject, signal)) : this.ask(call, decodeList, signal);
  }

  async watch(
    selection: Selection,
    options: WatchOptions,
    onEvent: (event: WatchEvent) => void,
    signal: AbortSignal,
  ): Promise<ApiError | undefined> {
    const path = watchPath(selection, options);
    const { resource } = selection.resource;
    const accept = acceptOf(selection, "object");
    const call: Call = { verb: "watch", method: "GET", path, resource, effect: "read", accept };
    const stream = await this.transport.openStream(call, signal);
    return stream.ok ? readWatch(call, stream.value, onEvent, signal) : stream.error;
  }

  create(
    gvr: GroupVersionResource,
    namespace: string | undefined,
    body: JsonObject,
    signal: AbortSignal,
  ): Promise<Result<KubeObject, ApiError>> {
    const path = resourcePath(gvr, namespace === undefined ? {} : { namespace });
    return this.write({ verb: "create", method: "POST", path, resource: gvr.resource, body }, decodeObject, signal);
  }

  update(
    gvr: GroupVersionResource,
    ref: ObjectRef,
    body: JsonObject,
    signal: AbortSignal,
  ): Promise<Result<KubeObject, ApiError>> {
    const path = resourcePath(gvr, ref);
    return this.write({ verb: "update", method: "PUT", path, resource: gvr.resource, body }, decodeObject, signal);
  }

  apply(
    gvr: GroupVersionResource,
    ref: ObjectRef,
    body: JsonObject,
    options: ApplyOptions,
    signal: AbortSignal,
  ): Promise<Result<KubeObject, ApiError>> {
    const path = withQuery(resourcePath(gvr, ref), { fieldManager: options.fieldManager, force: options.force });
    // JSON is YAML; the API server takes it under this media type.
    const contentType = "application/apply-patch+yaml";
    const request: Write = { verb: "apply", method: "PATCH", path, resource: gvr.resource, body, contentType };
    return this.write(request, decodeObject, signal);
  }

  jsonPatch(
    gvr: GroupVersionResource,
    ref: ObjectRef,
    operations: readonly PatchOperation[],
    signal: AbortSignal,
    subresource?: string,
  ): Promise<Result<KubeObject, ApiError>> {
    return this.patch(gvr, ref, operations, "application/json-patch+json", signal, subresource);
  }

  mergePatch(
    gvr: GroupVersionResource,
    ref: ObjectRef,
    body: JsonObject,
    signal: AbortSignal,
    subresource?: string,
  ): Promise<Result<KubeObject, ApiError>> {
    return this.patch(gvr, ref, body, "application/merge-patch+json", signal, subresource);
  }

  delete(
    gvr: GroupVersionResource,
    ref: ObjectRef,
    options: DeleteOptions,
    signal: AbortSignal,
  ): Promise<Result<JsonObject, ApiError>> {
    const path = resourcePath(gvr, ref);
    const body = deleteBody(options);
    return this.write(
      { verb: "delete", method: "DELETE", path, resource: gvr.resource, body },
      decodeAnyObject,
      signal,
    );
  }

  raw(
    method: "GET" | "POST",
    path: string,
    body: JsonObject | undefined,
    signal: AbortSignal,
    accept?: string,
  ): Promise<Result<Json, ApiError>> {
    const call: Call = {
      verb: method === "GET" ? "get" : "create",
      method,
      path,
      resource: "",
      effect: method === "GET" ? "read" : "call",
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(accept === undefined ? {} : { accept }),
    };
    return this.ask(call, decodeJson, signal);
  }

  private patch(
    gvr: GroupVersionResource,
    ref: ObjectRef,
    body: Json,
    contentType: string,
    signal: AbortSignal,
    subresource: string | undefined,
  ): Promise<Result<KubeObject, ApiError>> {
    const path = resourcePath(gvr, subresource === undefined ? ref : { ...ref, subresource });
    const request: Write = { verb: "patch", method: "PATCH", path, resource: gvr.resource, body, contentType };
    return this.write(request, decodeObject, signal);
  }

  private write<T>(request: Write, decode: Decode<T>, signal: AbortSignal): Promise<Result<T, ApiError>> {
    const separator = request.path.includes("?") ? "&" : "?";
    const call: Call = {
      ...request,
      path: `${request.path}${separator}timeout=${writeTimeout}`,
      effect: "write",
      body: JSON.stringify(request.body),
    };
    return this.ask(call, decode, signal);
  }

  private async ask<T>(call: Call, decode: Decode<T>, signal: AbortSignal): Promise<Result<T, ApiError>> {
    const answer = await this.transport.send(call, signal);
    return answer.ok ? decode(call, answer.value) : answer;
  }
}

type Decode<T> = (call: Call, text: string) => Result<T, ApiError>;

interface Write extends Omit<Call, "effect" | "body"> {
  readonly body: Json;
}

function pageOf(found: Result<KubeObject, ApiError>): Result<ListPage, ApiError> {
  if (found.ok) return ok({ items: [found.value], resourceVersion: found.value.metadata.resourceVersion });
  const gone = isNotFound(found.error) && !isKindAbsent(found.error);
  return gone ? ok({ items: [], resourceVersion: "0" }) : found;
}

function deleteBody(options: DeleteOptions): JsonObject {
  const { uid, resourceVersion, propagationPolicy, gracePeriodSeconds } = options;
  return {
    apiVersion: "v1",
    kind: "DeleteOptions",
    propagationPolicy,
    gracePeriodSeconds,
    ...(uid === undefined && resourceVersion === undefined ? {} : { preconditions: { uid, resourceVersion } }),
  };
}
