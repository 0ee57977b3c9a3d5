import { sleep } from "../../src/base/clock.js";
import type { Clock } from "../../src/base/clock.js";
import type { Json, JsonObject } from "../../src/base/json.js";
import { isArray, isObject, objectAt, stringAt } from "../../src/base/json.js";
import type { Result } from "../../src/base/result.js";
import { fail, ok } from "../../src/base/result.js";
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
} from "../../src/kube/api.js";
import type { ApiError } from "../../src/kube/apiError.js";
import { kindAbsentReason } from "../../src/kube/apiError.js";
import type { KubeObject } from "../../src/kube/object.js";
import type { GroupVersionResource, ObjectRef } from "../../src/kube/resource.js";
import { groupResourceOf } from "../../src/kube/resource.js";
import { mergeJson, patchJson } from "./fakePatch.js";
import { eventOf, FakeServer } from "./fakeServer.js";

/** A list is answered with a page, an error, or never. */
export type ListAnswer = ListPage | ApiError | "hang";
/** A watch is closed in order, refused, silent, or sends these events and stays open; "serve" lets the server answer. */
export type WatchAnswer = "close" | ApiError | "hang" | readonly WatchEvent[] | "serve";

/** One request that was made. `target` is the group-resource and the name if there is one, or the path. */
export interface FakeRequest {
  readonly verb:
    "get" | "list" | "watch" | "create" | "update" | "apply" | "jsonPatch" | "mergePatch" | "delete" | "raw";
  readonly target: string;
  readonly at: number;
  readonly list?: ListOptions;
  readonly watch?: WatchOptions;
  readonly body?: Json;
  readonly force?: boolean;
}

/** An open watch, in the hands of a test. */
export interface FakeWatch {
  readonly selection: Selection;
  readonly options: WatchOptions;
  send(event: WatchEvent): void;
  close(): void;
  break(error: ApiError): void;
}

/** An error as the API server answers it. */
export function apiError(code: number, reason: string, more: Partial<ApiError> = {}): ApiError {
  return { kind: "status", code, reason, message: reason, causes: [], verb: "", path: "", ...more };
}

/** Frequent failures. */
export const failures = {
  gone: apiError(410, "Expired"),
  forbidden: apiError(403, "Forbidden"),
  unauthorized: apiError(401, "Unauthorized"),
  absent: apiError(404, kindAbsentReason),
  notFound: apiError(404, "NotFound"),
  invalid: apiError(422, "Invalid"),
  conflict: apiError(409, "Conflict"),
  unavailable: apiError(503, "ServiceUnavailable"),
  reset: apiError(0, "ConnectionLost", { kind: "unknown" }),
  aborted: apiError(0, "Aborted", { kind: "aborted" }),
} as const;

/**
 * The `Api` without a network: an object server in memory, with scripted answers before it. Answers come in a later
 * turn, watch events at once. Without `initialEvents` the server refuses them, as older ones do.
 */
export class FakeApi implements Api {
  readonly server = new FakeServer();
  readonly requests: FakeRequest[] = [];
  readonly watches = new Set<FakeWatch>();
  /** Answers for the next lists and watches, in order; then `everyList` and `everyWatch`; then the server. */
  readonly lists: ListAnswer[] = [];
  readonly watchAnswers: WatchAnswer[] = [];
  everyList: ListAnswer | undefined;
  everyWatch: WatchAnswer | undefined;
  /** Errors of the next mutations, in order; "lost": it is carried out and the reply is lost. */
  readonly writeFailures: (ApiError | "lost")[] = [];
  /** Rights that are refused, as "patch deployments.apps"; undefined: there are no access reviews. */
  denied: Set<string> | undefined;
  /** Rights that are given in one namespace although they are refused elsewhere, as "patch deployments.apps default". */
  readonly grantedIn = new Set<string>();
  /** Answers of `raw` by path. */
  readonly paths = new Map<string, Json>();
  initialEvents = false;
  /** How changes and bookmarks reach an open watch; a test may hold them back. */
  deliver: (watch: FakeWatch, event: WatchEvent) => void = (watch, event) => watch.send(event);

  constructor(private readonly clock: Clock) {}

  /** Requests of one verb. */
  made(verb: FakeRequest["verb"]): readonly FakeRequest[] {
    return this.requests.filter((request) => request.verb === verb);
  }

  /** The open watch of a resource; throws if there is none. */
  watchOf(gvr: GroupVersionResource): FakeWatch {
    const found = [...this.watches].find((watch) => groupResourceOf(watch.selection.resource) === groupResourceOf(gvr));
    if (found === undefined) throw new Error(`nobody watches ${groupResourceOf(gvr)}`);
    return found;
  }

  /** Sends a bookmark at the server's version to every open watch. */
  bookmark(): void {
    const resourceVersion = String(this.server.version);
    for (const watch of this.watches)
      this.deliver(watch, { type: "BOOKMARK", resourceVersion, initialEventsEnd: false });
  }

  async list(selection: Selection, options: ListOptions, signal: AbortSignal): Promise<Result<ListPage, ApiError>> {
    this.note({ verb: "list", target: groupResourceOf(selection.resource), list: options });
    await Promise.resolve();
    if (this.denied?.has(`list ${groupResourceOf(selection.resource)}`) === true) return fail(failures.forbidden);
    const answer = this.lists.shift() ?? this.everyList ?? this.pageOf(selection, options);
    if (answer === "hang") await sleep(this.clock, 2 ** 40, signal);
    if (answer === "hang" || signal.aborted) return fail(failures.aborted);
    return "items" in answer ? ok(answer) : fail(answer);
  }

  watch(
    selection: Selection,
    options: WatchOptions,
    onEvent: (event: WatchEvent) => void,
    signal: AbortSignal,
  ): Promise<ApiError | undefined> {
    this.note({ verb: "watch", target: groupResourceOf(selection.resource), watch: options });
    return new Promise((resolve) => {
      let open = true;
      const end = (error: ApiError | undefined): void => {
        open = false;
        this.watches.delete(watch);
        stop();
        resolve(error);
      };
      const watch: FakeWatch = {
        selection,
        options,
        send: (event) => (open ? onEvent(event) : undefined),
        close: () => end(undefined),
        break: end,
      };
      let stop = (): void => undefined;
      signal.addEventListener("abort", () => end(failures.aborted), { once: true });
      if (signal.aborted) {
        end(failures.aborted);
        return;
      }
      this.watches.add(watch);
      queueMicrotask(() => {
        if (open) stop = this.answerWatch(watch);
      });
    });
  }

  async get(gvr: GroupVersionResource, ref: ObjectRef, signal: AbortSignal): Promise<Result<KubeObject, ApiError>> {
    this.note({ verb: "get", target: targetOf(gvr, ref) });
    await Promise.resolve();
    if (signal.aborted) return fail(failures.aborted);
    const found = this.server.get(gvr, ref);
    return found === undefined ? fail(failures.notFound) : ok(found);
  }

  create(
    gvr: GroupVersionResource,
    namespace: string | undefined,
    body: JsonObject,
  ): Promise<Result<KubeObject, ApiError>> {
    const ref = refOf(namespace, body);
    return this.write({ verb: "create", target: targetOf(gvr, ref), body }, () => {
      if (this.server.get(gvr, ref) !== undefined) return fail(apiError(409, "AlreadyExists"));
      return ok(this.server.store(gvr, mergedMeta(body, ref)));
    });
  }

  update(gvr: GroupVersionResource, ref: ObjectRef, body: JsonObject): Promise<Result<KubeObject, ApiError>> {
    return this.write({ verb: "update", target: targetOf(gvr, ref), body }, () => {
      const stored = this.server.get(gvr, ref);
      if (stored === undefined) return fail(failures.notFound);
      const conflict = this.conflictOf(stored, body);
      return conflict === undefined ? ok(this.server.store(gvr, mergedMeta(body, ref))) : fail(conflict);
    });
  }

  /** Merges objects and replaces lists; ownership is noted per manager, conflicts are not found. */
  apply(
    gvr: GroupVersionResource,
    ref: ObjectRef,
    body: JsonObject,
    options: ApplyOptions,
  ): Promise<Result<KubeObject, ApiError>> {
    return this.write({ verb: "apply", target: targetOf(gvr, ref), body, force: options.force }, () => {
      const stored = this.server.get(gvr, ref);
      const conflict = this.conflictOf(stored, body);
      if (conflict !== undefined) return fail(conflict);
      const others = (stored?.metadata.managedFields ?? []).filter((entry) => entry.manager !== options.fieldManager);
      const entry = {
        manager: options.fieldManager,
        operation: "Apply",
        apiVersion: stringAt(body, "apiVersion") ?? "",
        fieldsType: "FieldsV1",
        fieldsV1: fieldsOf(body),
      };
      const merged = mergeJson(stored, withoutPreconditions(mergedMeta(body, ref)));
      const managed = mergeJson(merged, { metadata: { managedFields: [...others, entry] } });
      return ok(this.server.store(gvr, isObject(managed) ? managed : {}));
    });
  }

  jsonPatch(
    gvr: GroupVersionResource,
    ref: ObjectRef,
    operations: readonly PatchOperation[],
  ): Promise<Result<KubeObject, ApiError>> {
    return this.write({ verb: "jsonPatch", target: targetOf(gvr, ref), body: operations }, () => {
      const stored = this.server.get(gvr, ref);
      if (stored === undefined) return fail(failures.notFound);
      const patched = patchJson(stored, operations);
      if ("problem" in patched) return fail(apiError(422, "Invalid", { message: patched.problem }));
      return ok(this.server.store(gvr, isObject(patched.value) ? withoutEmptyFinalizers(patched.value) : {}));
    });
  }

  mergePatch(gvr: GroupVersionResource, ref: ObjectRef, body: JsonObject): Promise<Result<KubeObject, ApiError>> {
    return this.write({ verb: "mergePatch", target: targetOf(gvr, ref), body }, () => {
      const stored = this.server.get(gvr, ref);
      if (stored === undefined) return fail(failures.notFound);
      const conflict = this.conflictOf(stored, body);
      const merged = mergeJson(stored, withoutPreconditions(body));
      return conflict === undefined ? ok(this.server.store(gvr, isObject(merged) ? merged : {})) : fail(conflict);
    });
  }

  delete(gvr: GroupVersionResource, ref: ObjectRef, options: DeleteOptions): Promise<Result<JsonObject, ApiError>> {
    return this.write<JsonObject>({ verb: "delete", target: targetOf(gvr, ref) }, () => {
      const stored = this.server.get(gvr, ref);
      if (stored === undefined) return fail(failures.notFound);
      const { uid, resourceVersion } = options;
      const differs =
        (uid ?? stored.metadata.uid) !== stored.metadata.uid ||
        (resourceVersion ?? stored.metadata.resourceVersion) !== stored.metadata.resourceVersion;
      return differs ? fail(failures.conflict) : ok(this.server.remove(gvr, ref) ?? {});
    });
  }

  async raw(method: "GET" | "POST", path: string, body: JsonObject | undefined): Promise<Result<Json, ApiError>> {
    this.note({ verb: "raw", target: `${method} ${path}`, ...(body === undefined ? {} : { body }) });
    await Promise.resolve();
    if (path === reviewPath && this.denied !== undefined) return ok(this.review(body ?? {}));
    const answer = this.paths.get(path);
    return answer === undefined ? fail(failures.absent) : ok(answer);
  }

  /** Answers a SelfSubjectAccessReview. */
  private review(body: JsonObject): Json {
    const attributes = objectAt(body, "spec", "resourceAttributes");
    const right = rightOf(stringAt(attributes, "verb") ?? "", groupResourceOfJson(attributes));
    const near = this.grantedIn.has(`${right} ${stringAt(attributes, "namespace") ?? ""}`);
    const allowed = near || this.denied?.has(right) !== true;
    return { ...body, status: { allowed, ...(allowed ? {} : { reason: "no RBAC policy matched" }) } };
  }

  private refuses(request: Omit<FakeRequest, "at">): boolean {
    const [groupResource = "", namespace = ""] = request.target.split("/");
    const right = rightOf(request.verb, groupResource);
    return this.denied?.has(right) === true && !this.grantedIn.has(`${right} ${namespace}`);
  }

  private async write<T>(
    request: Omit<FakeRequest, "at">,
    run: () => Result<T, ApiError>,
  ): Promise<Result<T, ApiError>> {
    this.note(request);
    await Promise.resolve();
    if (this.refuses(request)) return fail(failures.forbidden);
    const failure = this.writeFailures.shift();
    if (failure === undefined) return run();
    if (failure !== "lost") return fail(failure);
    run();
    return fail(failures.reset);
  }

  private note(request: Omit<FakeRequest, "at">): void {
    this.requests.push({ ...request, at: this.clock.monotonic() });
  }

  /** A resourceVersion that no object can have creates; any precondition on what is not there conflicts otherwise. */
  private conflictOf(stored: KubeObject | undefined, body: JsonObject): ApiError | undefined {
    const uid = stringAt(body, "metadata", "uid");
    const version = stringAt(body, "metadata", "resourceVersion");
    if (stored === undefined)
      return uid === undefined && ["0", "1", undefined].includes(version) ? undefined : failures.conflict;
    const same = (uid ?? stored.metadata.uid) === stored.metadata.uid;
    return same && (version ?? stored.metadata.resourceVersion) === stored.metadata.resourceVersion
      ? undefined
      : failures.conflict;
  }

  private pageOf(selection: Selection, options: ListOptions): ListPage {
    const found = this.server.select(selection);
    const start = Number(options.continue ?? "0");
    const end = start + (options.limit ?? found.length);
    const page = { items: found.slice(start, end), resourceVersion: String(this.server.version) };
    return end < found.length ? { ...page, continue: String(end) } : page;
  }

  private answerWatch(watch: FakeWatch): () => void {
    const answer = this.watchAnswers.shift() ?? this.everyWatch ?? "serve";
    if (answer === "serve") return this.serve(watch);
    if (answer === "close") watch.close();
    else if (answer === "hang") return () => undefined;
    else if ("kind" in answer) watch.break(answer);
    else for (const event of answer) watch.send(event);
    return () => undefined;
  }

  private serve(watch: FakeWatch): () => void {
    const { selection, options } = watch;
    if (options.sendInitialEvents === true) {
      if (!this.initialEvents) {
        watch.break(failures.invalid);
        return () => undefined;
      }
      for (const object of this.server.select(selection)) watch.send({ type: "ADDED", object });
      watch.send({ type: "BOOKMARK", resourceVersion: String(this.server.version), initialEventsEnd: true });
    } else if (options.resourceVersion === undefined || options.resourceVersion === "0") {
      for (const object of this.server.select(selection)) watch.send({ type: "ADDED", object });
    } else if (!this.server.remembers(Number(options.resourceVersion))) {
      watch.break(failures.gone);
      return () => undefined;
    } else for (const event of this.server.since(selection, Number(options.resourceVersion))) watch.send(event);
    return this.server.onChange((change) => {
      const event = eventOf(selection, change);
      if (event !== undefined) this.deliver(watch, event);
    });
  }
}

const reviewPath = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

/** A request's verb as a Role names it, and the resource. */
function rightOf(verb: string, groupResource: string): string {
  return `${["apply", "jsonPatch", "mergePatch"].includes(verb) ? "patch" : verb} ${groupResource}`;
}

function groupResourceOfJson(attributes: JsonObject): string {
  const resource = stringAt(attributes, "resource") ?? "";
  return groupResourceOf({ group: stringAt(attributes, "group") ?? "", resource });
}

function targetOf(gvr: GroupVersionResource, ref: ObjectRef): string {
  return [groupResourceOf(gvr), ...(ref.namespace === undefined ? [] : [ref.namespace]), ref.name].join("/");
}

function refOf(namespace: string | undefined, body: JsonObject): ObjectRef {
  const name = stringAt(body, "metadata", "name") ?? "";
  return namespace === undefined ? { name } : { namespace, name };
}

function mergedMeta(body: JsonObject, ref: ObjectRef): JsonObject {
  const metadata = isObject(body["metadata"]) ? body["metadata"] : {};
  return { ...body, metadata: { ...metadata, ...ref } };
}

/** The API server stores no empty list of finalizers. */
function withoutEmptyFinalizers(body: JsonObject): JsonObject {
  const { finalizers, ...metadata } = objectAt(body, "metadata");
  return isArray(finalizers) && finalizers.length === 0 ? { ...body, metadata } : body;
}

function withoutPreconditions(body: JsonObject): JsonObject {
  if (!isObject(body["metadata"])) return body;
  const { uid: _uid, resourceVersion: _version, ...metadata } = body["metadata"];
  return { ...body, metadata };
}

function fieldsOf(value: JsonObject): JsonObject {
  const members = Object.entries(value).map(([name, member]): readonly [string, Json] => [
    `f:${name}`,
    isObject(member) ? fieldsOf(member) : {},
  ]);
  return Object.fromEntries(members);
}
