import type { Json, JsonObject } from "../base/json.js";
import type { Result } from "../base/result.js";
import type { ApiError } from "./apiError.js";
import type { KubeObject } from "./object.js";
import type { GroupVersionResource, ObjectRef } from "./resource.js";

/** A page of a list. */
export interface ListPage {
  readonly items: readonly KubeObject[];
  readonly resourceVersion: string;
  /** Token of the next page, absent on the last. */
  readonly continue?: string;
}

/** What to list or watch. Without `namespace`: all namespaces. */
export interface Selection {
  readonly resource: GroupVersionResource;
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Only metadata (PartialObjectMetadata). */
  readonly metadataOnly?: boolean;
  /**
   * Only the object of this name. Served by a GET and by `/watch/…/NAME`, which a Role over one Namespace object allows
   * where a list or a field selector is forbidden. An object that is not there is an empty list.
   */
  readonly name?: string;
}

/** Options of a list request. */
export interface ListOptions {
  readonly limit?: number;
  readonly continue?: string;
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: "Exact" | "NotOlderThan";
}

/** Options of a watch request. `timeoutSeconds` is asked of the server. */
export interface WatchOptions {
  readonly resourceVersion?: string;
  readonly timeoutSeconds: number;
  readonly sendInitialEvents?: boolean;
}

/** One line of a watch. An ERROR event carries the Status as an ApiError. */
export type WatchEvent =
  | { readonly type: "ADDED" | "MODIFIED" | "DELETED"; readonly object: KubeObject }
  | { readonly type: "BOOKMARK"; readonly resourceVersion: string; readonly initialEventsEnd: boolean }
  | { readonly type: "ERROR"; readonly error: ApiError };

/** One RFC 6902 operation. */
export interface PatchOperation extends JsonObject {
  readonly op: "test" | "add" | "remove" | "replace";
  readonly path: string;
  readonly value?: Json;
}

/** Options of a server-side apply (KEP-555). */
export interface ApplyOptions {
  readonly fieldManager: string;
  readonly force: boolean;
}

/** Preconditions and propagation of a deletion. */
export interface DeleteOptions {
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly propagationPolicy?: "Background" | "Foreground" | "Orphan";
  readonly gracePeriodSeconds?: number;
}

/**
 * The Kubernetes API as raw JSON, for built-in kinds and custom resources alike.
 *
 * Every method takes an AbortSignal, never rejects on a failed request (the failure is the value), retries a 429 as
 * the server asks and other failures only where repeating is safe. Mutations carry `?timeout=2s`, are given up after
 * 3 s, and pass the write gate (see `WriteGate`) synchronously before their first byte is written.
 */
export interface Api {
  get(gvr: GroupVersionResource, ref: ObjectRef, signal: AbortSignal): Promise<Result<KubeObject, ApiError>>;
  list(selection: Selection, options: ListOptions, signal: AbortSignal): Promise<Result<ListPage, ApiError>>;
  /**
   * Calls `onEvent` for every line, bookmarks included. Ends with `undefined` when the server closes the watch in order,
   * with an error when it could not be opened, broke, or was aborted. Never retries but for 429 and 401 at its opening.
   */
  watch(
    selection: Selection,
    options: WatchOptions,
    onEvent: (event: WatchEvent) => void,
    signal: AbortSignal,
  ): Promise<ApiError | undefined>;
  create(
    gvr: GroupVersionResource,
    namespace: string | undefined,
    body: JsonObject,
    signal: AbortSignal,
  ): Promise<Result<KubeObject, ApiError>>;
  update(
    gvr: GroupVersionResource,
    ref: ObjectRef,
    body: JsonObject,
    signal: AbortSignal,
  ): Promise<Result<KubeObject, ApiError>>;
  apply(
    gvr: GroupVersionResource,
    ref: ObjectRef,
    body: JsonObject,
    options: ApplyOptions,
    signal: AbortSignal,
  ): Promise<Result<KubeObject, ApiError>>;
  jsonPatch(
    gvr: GroupVersionResource,
    ref: ObjectRef,
    operations: readonly PatchOperation[],
    signal: AbortSignal,
    subresource?: string,
  ): Promise<Result<KubeObject, ApiError>>;
  mergePatch(
    gvr: GroupVersionResource,
    ref: ObjectRef,
    body: JsonObject,
    signal: AbortSignal,
    subresource?: string,
  ): Promise<Result<KubeObject, ApiError>>;
  delete(
    gvr: GroupVersionResource,
    ref: ObjectRef,
    options: DeleteOptions,
    signal: AbortSignal,
  ): Promise<Result<JsonObject, ApiError>>;
  /**
   * Any other path, JSON in and out: discovery, TokenRequest, access reviews. Not for mutations of objects: nothing asks
   * the write gate. `accept` replaces the media type asked for.
   */
  raw(
    method: "GET" | "POST",
    path: string,
    body: JsonObject | undefined,
    signal: AbortSignal,
    accept?: string,
  ): Promise<Result<Json, ApiError>>;
}

/**
 * Asked synchronously before the first byte of every mutating request. A returned reason refuses the request
 * (kind "unsent"); leadership uses it as the fence of a leader that was stopped and continued.
 */
export type WriteGate = () => string | undefined;
