import type { JsonObject } from "../../base/json.js";
import { objectAt, stringAt } from "../../base/json.js";
import type { Result } from "../../base/result.js";
import type { Api } from "../../kube/api.js";
import type { ApiError } from "../../kube/apiError.js";
import { isConflict, isKindAbsent, isOutcomeUnknown } from "../../kube/apiError.js";
import { ownEntry } from "../../kube/fieldset.js";
import { conflictingManagers } from "../../kube/managers.js";
import type { KubeObject } from "../../kube/object.js";
import type { GroupVersionResource } from "../../kube/resource.js";
import { apiVersionOf } from "../../kube/resource.js";
import type { Rush } from "../../runtime/rush.js";
import type { WriteAction } from "../actions.js";
import { baselineAfter } from "../coverage.js";
import type { ConflictVerdict } from "../conflict.js";
import { judgeConflict } from "../conflict.js";
import { managers } from "../names.js";
import { outputKey } from "../observed.js";
import type { RoutemapEntry } from "./entry.js";
import type { LiveReader } from "./liveRead.js";
import type { Outcome } from "./outcome.js";
import type { Journal } from "./journal.js";
import { fence, forgetTrouble, noteFight, noteTrouble, retryDelay } from "./troubles.js";
import type { World } from "./world.js";

/** Sends one route by server-side apply and takes the answer, whatever it is, into caches and memory. */
export class RouteWriter {
  constructor(
    private readonly api: Api,
    private readonly world: World,
    private readonly reader: LiveReader,
    private readonly journal: Journal,
    private readonly rush: Rush,
  ) {}

  async write(entry: RoutemapEntry, action: WriteAction, signal: AbortSignal): Promise<Outcome> {
    const gvr = this.target(action);
    const first = await this.apply(entry, gvr, action, action.force, signal);
    const served = first.ok ? undefined : this.inServedVersion(gvr, action, first.error);
    if (served !== undefined) return this.write(entry, served, signal);
    if (first.ok) return this.stored(entry, gvr, action, first.value, signal);
    if (isConflict(first.error) && first.error.causes.length > 0)
      return this.contested(entry, gvr, action, first.error, signal);
    return this.failed(entry, action, first.error, signal);
  }

  private target(action: WriteAction): GroupVersionResource {
    const kind = this.world.kinds.get(action.output.kind);
    const version = (stringAt(action.body, "apiVersion") ?? "").split("/").at(-1) ?? "";
    const [resource = "", ...group] = action.output.groupResource.split(".");
    return { group: kind?.group ?? group.join("."), version, resource: kind?.resource ?? resource };
  }

  /** The same in the version that the cluster serves, where it does not serve the one that was written. */
  private inServedVersion(gvr: GroupVersionResource, action: WriteAction, error: ApiError): WriteAction | undefined {
    const { version } = this.world.watches.served(gvr);
    if (!isKindAbsent(error) || version === gvr.version) return undefined;
    return { ...action, body: { ...action.body, apiVersion: apiVersionOf({ ...gvr, version }) } };
  }

  private apply(
    entry: RoutemapEntry,
    gvr: GroupVersionResource,
    action: WriteAction,
    force: boolean,
    signal: AbortSignal,
  ): Promise<Result<KubeObject, ApiError>> {
    const ref = { namespace: entry.namespace, name: action.output.name };
    this.rush.note();
    return this.api.apply(gvr, ref, pinned(action), { fieldManager: managers.routes, force }, signal);
  }

  private async stored(
    entry: RoutemapEntry,
    gvr: GroupVersionResource,
    action: WriteAction,
    object: KubeObject,
    signal: AbortSignal,
  ): Promise<Outcome> {
    const key = outputKey(action.output);
    forgetTrouble(entry, key);
    const baseline = baselineAfter(ownEntry(object, managers.routes), action.body);
    if (entry.memory.baselines.get(key) !== baseline) {
      const baselines = new Map(entry.memory.baselines);
      if (baseline === undefined) baselines.delete(key);
      else baselines.set(key, baseline);
      entry.memory = { ...entry.memory, baselines };
    }
    this.world.takeOwn(entry.uid, () => this.reader.takeOutput(action.output.groupResource, object));
    this.journal.written(entry, action, object);
    return action.sweepIter8 ? this.sweepIter8(entry, gvr, action, object, signal) : { kind: "progress" };
  }

  /** An empty apply in the name of Iter8's controller drops the fields that only it still owns. */
  private async sweepIter8(
    entry: RoutemapEntry,
    gvr: GroupVersionResource,
    action: WriteAction,
    object: KubeObject,
    signal: AbortSignal,
  ): Promise<Outcome> {
    const ref = { namespace: entry.namespace, name: action.output.name };
    const metadata = { name: action.output.name, namespace: entry.namespace, uid: object.metadata.uid };
    const body = { apiVersion: object.apiVersion, kind: object.kind, metadata };
    const swept = await this.api.apply(gvr, ref, body, { fieldManager: managers.iter8, force: false }, signal);
    if (!swept.ok) return this.failed(entry, action, swept.error, signal);
    this.reader.takeOutput(action.output.groupResource, swept.value);
    return { kind: "progress" };
  }

  private async contested(
    entry: RoutemapEntry,
    gvr: GroupVersionResource,
    action: WriteAction,
    error: ApiError,
    signal: AbortSignal,
  ): Promise<Outcome> {
    await this.reader.output(entry, action.output, signal);
    const seen = this.world.seeOutput(action.output.groupResource, entry.namespace, action.output.name);
    const object = seen.state === "seen" ? seen.object : undefined;
    if (object === undefined) return { kind: "progress" };
    const verdict: ConflictVerdict = judgeConflict(conflictingManagers(error), object);
    if (verdict.kind === "claim") {
      const known = entry.memory.troubles.get(outputKey(action.output))?.condition === "FieldConflict";
      if (!known) this.fought(entry, action, verdict);
      noteTrouble(
        entry,
        outputKey(action.output),
        "FieldConflict",
        verdict.message,
        this.world.clock.monotonic() + 30_000,
      );
      return { kind: "progress" };
    }
    const fresh = { ...action, uid: object.metadata.uid, resourceVersion: object.metadata.resourceVersion };
    const forced = await this.apply(entry, gvr, fresh, true, signal);
    if (!forced.ok) return this.failed(entry, action, forced.error, signal);
    this.fought(entry, action, verdict);
    return this.stored(entry, gvr, action, forced.value, signal);
  }

  /** One change by others is told and counted once, however many tries its repair takes. */
  private fought(entry: RoutemapEntry, action: WriteAction, verdict: ConflictVerdict): void {
    noteFight(entry, this.world.clock.monotonic());
    this.journal.contested(entry, action, verdict);
  }

  private async failed(
    entry: RoutemapEntry,
    action: WriteAction,
    error: ApiError,
    signal: AbortSignal,
  ): Promise<Outcome> {
    if (error.kind === "aborted") return { kind: "failed", message: error.message };
    const now = this.world.clock.monotonic();
    const key = outputKey(action.output);
    const tries = (entry.memory.troubles.get(key)?.tries ?? 0) + 1;
    const raced = isConflict(error);
    const delay = raced && tries <= 3 ? 0 : retryDelay(tries, error.retryAfter);
    noteTrouble(
      entry,
      key,
      "WriteFailed",
      `${action.output.kind}/${action.output.name}: ${error.message}`,
      now + delay,
      error.kind === "status" && !raced && !isOutcomeUnknown(error),
    );
    this.journal.failed(entry, action, error);
    if (isOutcomeUnknown(error)) fence(entry, now);
    const unread = await this.reader.output(entry, action.output, signal);
    if (unread !== undefined && isOutcomeUnknown(error)) return { kind: "failed", message: unread.message };
    return raced && tries <= 3 ? { kind: "progress" } : { kind: "later", afterMs: Math.max(delay, 10) };
  }
}

/**
 * A resourceVersion that no object can have: an apply with it creates (201) or conflicts (409). "0" would overwrite an
 * existing object of a built-in kind.
 */
const nothingThere = "1";

function pinned(action: WriteAction): JsonObject {
  const metadata = objectAt(action.body, "metadata");
  const identity =
    action.mode === "create" && action.uid === undefined
      ? { resourceVersion: nothingThere }
      : {
          ...(action.uid === undefined ? {} : { uid: action.uid }),
          ...(action.resourceVersion === undefined ? {} : { resourceVersion: action.resourceVersion }),
        };
  return { ...action.body, metadata: { ...metadata, ...identity } };
}
