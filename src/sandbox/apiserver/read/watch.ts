import type { CancelTimer, Clock } from "../../../base/clock.js";
import type { Random } from "../../../base/random.js";
import type { Result } from "../../../base/result.js";
import { fail, ok } from "../../../base/result.js";
import type { Failure } from "../status/failure.js";
import { badRequest, expired, invalid } from "../status/failure.js";
import type { Store } from "../store/store.js";
import { parseRevision, wholeNumber } from "./list.js";
import type { View } from "./representation.js";
import type { Selection } from "./selection.js";
import type { Watcher, WatchHub } from "./watchHub.js";
import { viewKeyOf } from "./watchHub.js";
import { bookmarkLine, errorLine, eventLine, seenOf } from "./watchLines.js";
import type { WatchStream } from "./watchStream.js";

/** How a watch was asked for. */
export interface WatchRequest {
  readonly selection: Selection;
  readonly view: View;
  /** 0: from now on, beginning with what is there. */
  readonly revision: number;
  readonly bookmarks: boolean;
  /** Whether it begins with what is there: always or, told by a bookmark at its end, as KEP-3157 has it. */
  readonly initial: "none" | "plain" | "ended";
  readonly timeoutMs: number;
}

/** What watches are made of. */
export interface WatchSource {
  readonly store: Store;
  readonly hub: WatchHub;
  readonly clock: Clock;
  readonly random: Random;
}

const shortestTimeout = 1_800_000;
const bookmarkPause = 60_000;
/** A last bookmark comes so long before the end: what kube-apiserver's watch cache does. */
const lastBookmark = 2_000;

/** Reads the query of a watch. */
export function watchRequest(
  selection: Selection,
  view: View,
  query: URLSearchParams,
  random: Random,
): Result<WatchRequest, Failure> {
  const version = query.get("resourceVersion") ?? "";
  const revision = version === "" ? 0 : parseRevision(version);
  if (revision === undefined) return fail(badRequest(`Invalid value: "${version}": is no resourceVersion`));
  const wanted = query.get("sendInitialEvents");
  const problem = initialProblem(wanted, query.get("resourceVersionMatch") ?? "");
  if (problem !== undefined) return fail(problem);
  const seconds = wholeNumber(query, "timeoutSeconds");
  if (!seconds.ok) return seconds;
  const timeoutMs = seconds.value > 0 ? seconds.value * 1_000 : shortestTimeout * (1 + random.next());
  const bookmarks = isTrue(query.get("allowWatchBookmarks"));
  const initial = isTrue(wanted) ? "ended" : wanted === null && revision === 0 ? "plain" : "none";
  return ok({ selection, view, revision, bookmarks, initial, timeoutMs });
}

function initialProblem(wanted: string | null, match: string): Failure | undefined {
  const subject = { group: "meta.k8s.io", resource: "ListOptions", name: "" };
  const cause = (field: string, message: string): Failure =>
    invalid(subject, [{ reason: "FieldValueForbidden", message: `Forbidden: ${message}`, field }]);
  if (wanted === null && match !== "")
    return cause(
      "resourceVersionMatch",
      "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided",
    );
  if (wanted !== null && match !== "NotOlderThan")
    return cause("resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
  return undefined;
}

function isTrue(text: string | null): boolean {
  return text === "true" || text === "1" || text === "";
}

/** Runs a watch on a stream until its time is over, the client goes or the server closes. */
export class Watch implements Watcher {
  readonly selection: Selection;
  readonly view: View;
  readonly viewKey: string;
  private pending: Buffer[] = [];
  private flushing: NodeJS.Immediate | undefined;
  private timers: CancelTimer[] = [];
  private come: number;
  private ended = false;
  private events = 0;

  constructor(
    private readonly source: WatchSource,
    private readonly request: WatchRequest,
    private readonly stream: WatchStream,
  ) {
    this.selection = request.selection;
    this.view = request.view;
    this.viewKey = viewKeyOf(request.view);
    this.come = request.revision;
  }

  start(): void {
    this.stream.onClose(() => this.stop());
    if (!this.begin()) return;
    this.source.hub.add(this);
    const { clock } = this.source;
    const { timeoutMs, bookmarks } = this.request;
    this.timers.push(clock.after(timeoutMs, () => this.end()));
    if (!bookmarks) return;
    if (timeoutMs > lastBookmark) this.timers.push(clock.after(timeoutMs - lastBookmark, () => this.bookmark()));
    this.repeatBookmark();
  }

  isFirst(): boolean {
    return this.events === 0;
  }

  send(line: Buffer, revision: number): void {
    this.come = revision;
    this.events += 1;
    this.push(line);
  }

  end(): void {
    if (this.ended) return;
    this.flush();
    this.stop();
    this.stream.end();
  }

  /** Sends what was before the watch; false if it ended with that. */
  private begin(): boolean {
    const { store } = this.source;
    const collection = store.collection(this.selection.kind.collection);
    if (this.request.initial !== "none") {
      this.sendInitial();
      return true;
    }
    const changes = collection.since(this.request.revision === 0 ? store.revision : this.request.revision);
    if (changes === undefined) {
      const message = `too old resource version: ${this.request.revision} (${store.revision})`;
      this.push(Buffer.from(errorLine(expired(message))));
      this.end();
      return false;
    }
    for (const change of changes) {
      const seen = seenOf(change, this.selection.matches);
      if (seen !== undefined) this.send(Buffer.from(eventLine(seen, this.view, this.isFirst())), change.revision);
    }
    this.come = Math.max(this.request.revision, store.revision);
    return true;
  }

  private sendInitial(): void {
    const { store } = this.source;
    const { namespace, matches } = this.selection;
    for (const stored of store.collection(this.selection.kind.collection).list(namespace))
      if (matches(stored))
        this.send(Buffer.from(eventLine({ type: "ADDED", stored }, this.view, this.isFirst())), stored.revision);
    this.come = store.revision;
    if (this.request.initial === "ended" && this.request.bookmarks)
      this.push(Buffer.from(bookmarkLine(this.view, this.come, true)));
  }

  private repeatBookmark(): void {
    const pause = bookmarkPause * (0.75 + this.source.random.next() / 4);
    const cancel = this.source.clock.after(pause, () => {
      this.timers = this.timers.filter((timer) => timer !== cancel);
      this.bookmark();
      this.repeatBookmark();
    });
    this.timers.push(cancel);
  }

  /** Everything up to the store's revision was sent: changes are told as they happen. */
  private bookmark(): void {
    if (this.ended) return;
    this.come = Math.max(this.come, this.source.store.revision);
    this.push(Buffer.from(bookmarkLine(this.view, this.come, false)));
  }

  /** Lines of one turn of the event loop go out together. */
  private push(line: Buffer): void {
    this.pending.push(line);
    this.flushing ??= setImmediate(() => this.flush());
  }

  private flush(): void {
    if (this.flushing !== undefined) clearImmediate(this.flushing);
    this.flushing = undefined;
    const lines = this.pending;
    this.pending = [];
    if (lines.length > 0 && !this.ended)
      this.stream.write(lines.length === 1 ? (lines[0] ?? Buffer.alloc(0)) : Buffer.concat(lines));
  }

  private stop(): void {
    this.ended = true;
    this.source.hub.remove(this);
    for (const cancel of this.timers) cancel();
    this.timers = [];
    if (this.flushing !== undefined) clearImmediate(this.flushing);
  }
}
