import type { Observable } from "rxjs";
import { Subscription } from "rxjs";

import type { Clock } from "../../base/clock.js";
import type { ReadChange, ReadModel } from "../../routing/controller/readModel.js";
import type { StreamReply, StreamSink } from "../reply.js";
import type { Access } from "./authorizer.js";

/** What a stream follows: the list of one namespace or of all, and maybe one routemap as a whole. */
export interface Following {
  readonly namespace?: string;
  readonly name?: string;
}

/** What streams are made of. */
export interface StreamOptions {
  readonly model: Pick<ReadModel, "attend" | "detail">;
  readonly changes$: Observable<readonly ReadChange[]>;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
}

/** A client hears something at least this often, and is asked for its rights again, milliseconds. */
const beat = 10_000;
/** A client that leaves this much unread is cut, bytes. */
const mostWaiting = 2 ** 20;
/** More summaries than this are not sent one by one: the client is told to read its page again. */
const mostSummaries = 100;
const mostStreams = 32;

/** Keeps count of the streams of one server. */
export class Streams {
  private open = 0;

  constructor(private readonly options: StreamOptions) {}

  /** Whether no more clients are taken. */
  get full(): boolean {
    return this.open >= mostStreams;
  }

  /** Server-sent events (WHATWG HTML §9.2) about what is followed. `access` is asked at every beat. */
  reply(following: Following, access: () => Promise<Access>): StreamReply {
    return {
      status: 200,
      contentType: "text/event-stream",
      stream: (sink, signal) => {
        this.open += 1;
        signal.addEventListener("abort", () => (this.open -= 1), { once: true });
        new Session(this.options, following, access, sink, signal).start();
      },
    };
  }
}

class Session {
  private readonly subscriptions = new Subscription();

  constructor(
    private readonly options: StreamOptions,
    private readonly following: Following,
    private readonly access: () => Promise<Access>,
    private readonly sink: StreamSink,
    private readonly signal: AbortSignal,
  ) {}

  start(): void {
    this.signal.addEventListener("abort", () => this.subscriptions.unsubscribe(), { once: true });
    this.send("hello", { beat });
    this.guarded(() => this.tellDetail());
    this.options.model.attend();
    this.subscriptions.add(
      this.options.changes$.subscribe({
        next: (changes) => this.guarded(() => this.tell(changes)),
        complete: () => this.sink.end(),
      }),
    );
    this.beatLater();
  }

  private tell(changes: readonly ReadChange[]): void {
    const { namespace, name } = this.following;
    const seen = changes.filter(({ summary }) => namespace === undefined || summary.namespace === namespace);
    if (name !== undefined) {
      if (seen.some(({ summary }) => summary.name === name)) this.tellDetail();
      return;
    }
    const changed = seen.filter(({ type }) => type === "changed").map(({ summary }) => summary);
    const gone = seen.filter(({ type }) => type === "gone").map(({ uid }) => uid);
    if (changed.length + gone.length === 0) return;
    if (changed.length + gone.length > mostSummaries) this.send("reload", {});
    else this.send("summaries", { changed, gone });
  }

  private tellDetail(): void {
    const { namespace, name } = this.following;
    if (namespace === undefined || name === undefined) return;
    const detail = this.options.model.detail(namespace, name);
    if (detail === undefined) this.send("gone", {});
    else this.send("routemap", detail);
  }

  private beatLater(): void {
    const cancel = this.options.clock.after(beat, () => {
      this.subscriptions.remove(timer);
      void this.beat().catch(this.options.onError);
    });
    const timer = new Subscription(cancel);
    this.subscriptions.add(timer);
  }

  private async beat(): Promise<void> {
    const access = await this.access();
    if (this.signal.aborted) return;
    if (access.type === "unauthenticated" || access.type === "forbidden") {
      this.send("refused", access);
      this.sink.end();
      return;
    }
    this.options.model.attend();
    this.send("beat", {});
    this.guarded(() => this.tellDetail());
    this.beatLater();
  }

  /** An explanation that fails is told to us; the stream goes on. */
  private guarded(run: () => void): void {
    try {
      run();
    } catch (thrown) {
      this.options.onError(thrown);
    }
  }

  private send(event: string, data: object): void {
    if (this.signal.aborted) return;
    if (this.sink.waiting > mostWaiting) {
      this.sink.cut();
      return;
    }
    this.sink.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }
}
