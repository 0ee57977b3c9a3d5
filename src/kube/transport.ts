import { setMaxListeners } from "node:events";
import type { IncomingMessage } from "node:http";

import type { Deadline } from "../base/abort.js";
import { withDeadline } from "../base/abort.js";
import type { Clock } from "../base/clock.js";
import { sleep } from "../base/clock.js";
import type { Random } from "../base/random.js";
import type { Result } from "../base/result.js";
import { fail, ok } from "../base/result.js";
import type { Pool } from "./agents.js";
import { createPool } from "./agents.js";
import type { WriteGate } from "./api.js";
import type { ApiError } from "./apiError.js";
import type { Authorization, ClusterCredentials } from "./credentials.js";
import type { Opened } from "./exchange.js";
import { open, readBody } from "./exchange.js";
import { asStopped, failureOf, interrupted } from "./failures.js";
import type { Effect } from "./retry.js";
import { firstTry, retryOf } from "./retry.js";
import type { ReleaseSlot } from "./slots.js";
import { Slots } from "./slots.js";
import { errorOfAnswer } from "./status.js";

/** One finished HTTP request, for metrics. `code` is 0 when no answer came. */
export interface RequestRecord {
  readonly verb: string;
  readonly method: string;
  readonly code: number;
  readonly resource: string;
  readonly host: string;
  readonly durationMs: number;
}

/** What a transport is made of. */
export interface TransportOptions {
  readonly credentials: ClusterCredentials;
  readonly clock: Clock;
  readonly random: Random;
  readonly userAgent: string;
  /** Asked before every write; without one, writes are always allowed. */
  readonly gate?: WriteGate;
  readonly onRequest?: (record: RequestRecord) => void;
}

/** One request to the API server. */
export interface Call {
  /** get, list, watch, create, update, patch, apply, delete, …: for errors and metrics. */
  readonly verb: string;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Path and query. */
  readonly path: string;
  /** Plural resource name, for metrics. */
  readonly resource: string;
  readonly effect: Effect;
  readonly body?: string;
  readonly contentType?: string;
  readonly accept?: string;
}

/** An open watch: the body is still to be read. Destroying it closes the connection. */
export type Stream = IncomingMessage;

const readDeadline = 30_000;
const writeDeadline = 3_000;
const mostWrites = 32;
// A start or a takeover reads every route and every held object at once; each read under way has a connection of its own.
const mostReads = 16;
const largestBody = 64 * 1024 * 1024;
// Below the 90 s after which the API server closes an idle connection, so that we seldom write into a closed one.
const idleSocket = 45_000;

/**
 * HTTP to the API server: pooled connections, deadlines, retries where repeating is safe, the write gate.
 * Requests and watches have pools of their own. Failures are values.
 */
export class Transport {
  private readonly server: URL;
  private readonly requests: Pool;
  private readonly watches: Pool;
  private readonly writeSlots = new Slots(mostWrites);
  private readonly readSlots = new Slots(mostReads);
  private readonly writes = new Map<AbortController, string | undefined>();
  private timeOffset: number | undefined;

  constructor(private readonly options: TransportOptions) {
    this.server = new URL(options.credentials.server);
    const secure = this.server.protocol === "https:";
    this.requests = createPool(secure, idleSocket);
    this.watches = createPool(secure, 0);
  }

  /** Sends a request and returns the body of a 2xx answer. Retries as `retryOf` allows, while `signal` lives. */
  send(call: Call, signal: AbortSignal): Promise<Result<string, ApiError>> {
    return this.retrying(call, signal, () => this.sendOnce(call, signal));
  }

  /** Opens a watch: retries a 429 and a 401 only, since the caller has its own way to begin again. */
  async openStream(call: Call, signal: AbortSignal): Promise<Result<Stream, ApiError>> {
    return this.retrying({ ...call, effect: "call" }, signal, () => this.openOnce(call, signal));
  }

  /**
   * Breaks off every write that is under way or waits for its turn. Those not yet sent end as `unsent`, the others as
   * `unknown`. Later writes are the gate's business.
   */
  abortWrites(reason: string): void {
    for (const write of this.writes.keys()) {
      this.writes.set(write, reason);
      write.abort();
    }
  }

  /**
   * Milliseconds to add to our wall clock to get the API server's, from the Date header of its last answer; off by up to
   * half a second plus half the answer's travel. Undefined before the first answer.
   */
  serverTimeOffset(): number | undefined {
    return this.timeOffset;
  }

  /** Closes all connections, those in use included. */
  close(): void {
    this.requests.agent.destroy();
    this.watches.agent.destroy();
  }

  private async retrying<T>(
    call: Call,
    signal: AbortSignal,
    once: () => Promise<Result<T, ApiError>>,
  ): Promise<Result<T, ApiError>> {
    // Many requests share one signal, each listening for its abort: that is no leak for Node to warn of.
    setMaxListeners(0, signal);
    let tries = firstTry;
    for (;;) {
      const result = await once();
      if (result.ok || signal.aborted) return result;
      const retry = retryOf(call.effect, result.error, tries, this.options.random);
      if (retry === undefined) return result;
      tries = retry.tries;
      if (result.error.code === 401) this.options.credentials.refresh();
      await sleep(this.options.clock, retry.delay, signal);
    }
  }

  private async sendOnce(call: Call, caller: AbortSignal): Promise<Result<string, ApiError>> {
    if (call.effect !== "write") return this.readOnce(call, caller);
    const write = new AbortController();
    const onCaller = (): void => write.abort();
    if (caller.aborted) onCaller();
    caller.addEventListener("abort", onCaller, { once: true });
    this.writes.set(write, undefined);
    let release: ReleaseSlot | undefined;
    try {
      release = await this.writeSlots.acquire(write.signal);
      const result = await this.exchangeWithin(call, write.signal, writeDeadline);
      const stopped = this.writes.get(write);
      return stopped === undefined || result.ok ? result : fail(asStopped(result.error, stopped));
    } finally {
      release?.();
      this.writes.delete(write);
      caller.removeEventListener("abort", onCaller);
    }
  }

  private async readOnce(call: Call, caller: AbortSignal): Promise<Result<string, ApiError>> {
    const release = await this.readSlots.acquire(caller);
    try {
      return await this.exchangeWithin(call, caller, readDeadline);
    } finally {
      release?.();
    }
  }

  private async exchangeWithin(call: Call, signal: AbortSignal, ms: number): Promise<Result<string, ApiError>> {
    const deadline = withDeadline(this.options.clock, signal, ms);
    try {
      const opened = await this.openResponse(this.requests, call, deadline.signal, deadline);
      if (!opened.ok) return opened;
      const body = await readBody(opened.value, largestBody);
      const code = opened.value.statusCode ?? 0;
      switch (body.kind) {
        case "whole":
          if (code >= 200 && code < 300) return ok(body.text);
          return fail(errorOfAnswer(call, answerOf(opened.value, code, body.text)));
        case "large":
          return fail(failureOf(call, "malformed", "TooLarge", `the answer is larger than ${largestBody} bytes`, code));
        case "lost":
          return fail(interrupted(call, { sent: true, signal: deadline.signal, deadline, message: body.message }));
      }
    } finally {
      deadline.release();
    }
  }

  private async openOnce(call: Call, signal: AbortSignal): Promise<Result<Stream, ApiError>> {
    const deadline = withDeadline(this.options.clock, signal, readDeadline);
    // The stream outlives the deadline for its head: from then on only the caller's signal ends it.
    const stream = new AbortController();
    const end = (): void => stream.abort();
    deadline.signal.addEventListener("abort", end, { once: true });
    signal.addEventListener("abort", end, { once: true });
    if (signal.aborted) end();
    const detach = (): void => signal.removeEventListener("abort", end);
    const opened = await this.openResponse(this.watches, call, stream.signal, deadline);
    if (!opened.ok) {
      detach();
      deadline.release();
      return opened;
    }
    opened.value.once("close", detach);
    const code = opened.value.statusCode ?? 0;
    if (code >= 200 && code < 300) {
      deadline.release();
      return opened;
    }
    const body = await readBody(opened.value, largestBody);
    deadline.release();
    return fail(errorOfAnswer(call, answerOf(opened.value, code, body.kind === "whole" ? body.text : "")));
  }

  /** Sends the request of a call once and returns the head of the answer, whatever its status. */
  private async openResponse(
    pool: Pool,
    call: Call,
    signal: AbortSignal,
    deadline: Deadline,
  ): Promise<Result<IncomingMessage, ApiError>> {
    const authorization = await orAborted(this.options.credentials.authorize(), signal);
    if (authorization === undefined) return fail(interrupted(call, { sent: false, signal, deadline, message: "" }));
    if (!authorization.ok) return fail(failureOf(call, "unsent", "Credentials", authorization.error.message));
    const started = this.options.clock.monotonic();
    const opened = await this.exchange(pool, call, authorization.value, signal);
    this.record(call, opened, started);
    switch (opened.kind) {
      case "response":
        this.observeTime(opened.response);
        return ok(opened.response);
      case "refused":
        return fail(failureOf(call, "unsent", "WriteGate", opened.reason));
      case "failed":
        if (opened.distrusted) this.options.credentials.refresh();
        return fail(interrupted(call, { ...opened, signal, deadline }));
    }
  }

  private exchange(pool: Pool, call: Call, authorization: Authorization, signal: AbortSignal): Promise<Opened> {
    const body = call.body === undefined ? undefined : Buffer.from(call.body);
    const headers = {
      ...authorization.headers,
      accept: call.accept ?? "application/json",
      "user-agent": this.options.userAgent,
      ...(body === undefined ? {} : { "content-type": call.contentType ?? "application/json" }),
      ...(body === undefined && call.method === "GET" ? {} : { "content-length": body?.length ?? 0 }),
    };
    const outgoing = {
      pool,
      server: this.server,
      method: call.method,
      path: this.server.pathname.replace(/\/$/, "") + call.path,
      headers,
      tls: authorization.tls,
      ...(body === undefined ? {} : { body }),
      ...(call.effect === "write" && this.options.gate !== undefined ? { gate: this.options.gate } : {}),
    };
    return open(outgoing, signal);
  }

  private record(call: Call, opened: Opened, started: number): void {
    this.options.onRequest?.({
      verb: call.verb,
      method: call.method,
      code: opened.kind === "response" ? (opened.response.statusCode ?? 0) : 0,
      resource: call.resource,
      host: this.server.host,
      durationMs: this.options.clock.monotonic() - started,
    });
  }

  private observeTime(response: IncomingMessage): void {
    const date = Date.parse(response.headers.date ?? "");
    // The header has whole seconds, cut off: the middle of the second is the best guess.
    if (!Number.isNaN(date)) this.timeOffset = date + 500 - this.options.clock.now();
  }
}

function answerOf(response: IncomingMessage, code: number, text: string) {
  return { code, text, retryAfter: response.headers["retry-after"] };
}

/** The value of a promise, or undefined as soon as `signal` aborts. */
async function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  if (signal.aborted) return undefined;
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<undefined>((resolve) => {
    onAbort = () => resolve(undefined);
    signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    if (onAbort !== undefined) signal.removeEventListener("abort", onAbort);
  }
}
