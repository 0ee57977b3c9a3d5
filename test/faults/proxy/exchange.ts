import type { IncomingMessage, ServerResponse } from "node:http";
import type { Agent } from "node:https";
import { request as httpsRequest } from "node:https";

import type { Clock } from "../../../src/base/clock.js";
import { sleep } from "../../../src/base/clock.js";
import { ByteLines } from "./byteLines.js";
import type { Step } from "./eventFaults.js";
import { EventFaults } from "./eventFaults.js";
import type { EventFault, ReplyFault, RequestFault, StatusFault } from "./fault.js";
import type { Recording } from "./recording.js";
import type { ProxiedRequest } from "./request.js";
import { readRequest } from "./request.js";
import type { Rule, RuleBook } from "./rules.js";
import { statusBody } from "./statusReply.js";

/** A request as it went through, in the order of arrival. Times are monotonic milliseconds. */
export interface SeenRequest {
  readonly request: ProxiedRequest;
  readonly at: number;
  /** When the server answered, and what. */
  stored?: { readonly at: number; readonly status: number };
  /** What the caller was told; absent where it was told nothing. */
  told?: number;
}

/** What all exchanges of a proxy share. */
export interface ExchangeParts {
  readonly server: URL;
  readonly agent: Agent;
  readonly watchAgent: Agent;
  readonly clock: Clock;
  /** Aborts when the proxy closes. */
  readonly signal: AbortSignal;
  readonly rules: {
    readonly request: RuleBook<RequestFault>;
    readonly reply: RuleBook<ReplyFault>;
    readonly event: RuleBook<EventFault>;
  };
  readonly seen: SeenRequest[];
  readonly recording: () => Recording | undefined;
}

/** One request on its way to the server, and the answer on its way back. */
export class Exchange {
  private readonly gone = new AbortController();
  /** True once a fault has ended the stream in its own way. */
  private ended = false;

  constructor(
    private readonly parts: ExchangeParts,
    private readonly incoming: IncomingMessage,
    private readonly outgoing: ServerResponse,
  ) {
    const leave = (): void => this.gone.abort();
    parts.signal.addEventListener("abort", leave, { once: true });
    outgoing.once("close", () => {
      parts.signal.removeEventListener("abort", leave);
      leave();
    });
  }

  /** Carries it through; never rejects on account of a connection that broke. */
  async run(): Promise<void> {
    try {
      const body = await bodyOf(this.incoming);
      const { method = "", url = "", headers } = this.incoming;
      const request = readRequest(method, url, headers, body.toString());
      const seen: SeenRequest = { request, at: this.parts.clock.monotonic() };
      this.parts.seen.push(seen);
      await this.pass(seen, body);
    } catch {
      if (!this.ended) this.reset();
    }
  }

  private async pass(seen: SeenRequest, body: Buffer): Promise<void> {
    const { request } = seen;
    if ((await this.meetAll(this.parts.rules.request, seen)) === "over") return;
    const recording = this.parts.recording();
    const write = recording?.begin(request);
    if ((await recording?.at(write, "before")) === "drop") {
      this.reset();
      return;
    }
    const answer = await this.ask(request, body);
    const status = answer.statusCode ?? 0;
    seen.stored = { at: this.parts.clock.monotonic(), status };
    if (write !== undefined) write.status = status;
    if (request.verb === "watch" && status === 200) {
      if ((await this.meetAll(this.parts.rules.reply, seen)) === "on") await this.stream(request, answer);
      return;
    }
    const reply = await bodyOf(answer);
    if ((await recording?.at(write, "stored")) === "drop") {
      this.reset();
      return;
    }
    if ((await this.meetAll(this.parts.rules.reply, seen, () => this.truncate(answer, reply))) === "over") return;
    seen.told = status;
    this.outgoing.writeHead(status, headersOf(answer));
    await new Promise<void>((resolve) => {
      this.gone.signal.addEventListener("abort", () => resolve(), { once: true });
      this.outgoing.end(reply, () => resolve());
    });
    await recording?.at(write, "replied");
  }

  /** Lets the rules strike, one after the other; "over" where nothing more is to be done. */
  private async meetAll<F extends ReplyFault>(
    rules: RuleBook<F>,
    seen: SeenRequest,
    truncate: () => void = () => undefined,
  ): Promise<"on" | "over"> {
    const struck = new Set<Rule<F>>();
    for (;;) {
      const rule = rules.take({ request: seen.request }, struck);
      if (rule === undefined) return "on";
      struck.add(rule);
      const fault: ReplyFault = rule.fault;
      if (fault.kind === "truncate") {
        truncate();
        return "over";
      }
      if ((await this.meet(fault, (run) => rule.whenReleased(run), seen)) === "over") return "over";
    }
  }

  private async meet(
    fault: RequestFault,
    whenReleased: (run: () => void) => void,
    seen: SeenRequest,
  ): Promise<"on" | "over"> {
    switch (fault.kind) {
      case "delay":
        await sleep(this.parts.clock, fault.ms, this.gone.signal);
        return this.gone.signal.aborted ? "over" : "on";
      case "hold":
        await new Promise<void>((resolve) => {
          whenReleased(resolve);
          this.gone.signal.addEventListener("abort", () => resolve(), { once: true });
        });
        return this.gone.signal.aborted ? "over" : "on";
      case "reset":
        this.reset();
        return "over";
      case "half-open":
        return "over";
      case "status":
        seen.told = fault.code;
        this.answer(fault);
        return "over";
    }
  }

  private reset(): void {
    this.outgoing.socket?.destroy();
  }

  private answer(fault: StatusFault): void {
    const { code, retryAfter } = fault;
    const body = Buffer.from(JSON.stringify(statusBody(code, retryAfter)));
    const wait = retryAfter === undefined ? {} : { "retry-after": String(retryAfter) };
    this.outgoing.writeHead(code, { "content-type": "application/json", "content-length": body.length, ...wait });
    this.outgoing.end(body);
  }

  private truncate(answer: IncomingMessage, body: Buffer): void {
    this.outgoing.writeHead(answer.statusCode ?? 0, { ...headersOf(answer), "content-length": body.length });
    this.outgoing.write(body.subarray(0, Math.floor(body.length / 2)), () => this.reset());
  }

  /** Sends the request on as it came, with the caller's own credentials. */
  private ask(request: ProxiedRequest, body: Buffer): Promise<IncomingMessage> {
    const { host: _host, connection: _connection, ...headers } = this.incoming.headers;
    const { agent, watchAgent, server } = this.parts;
    const options = {
      agent: request.verb === "watch" ? watchAgent : agent,
      method: request.method,
      headers,
      signal: this.gone.signal,
    };
    return new Promise((resolve, reject) => {
      const sent = httpsRequest(new URL(request.path, server), options, resolve);
      sent.on("error", reject);
      sent.end(body);
    });
  }

  private async stream(request: ProxiedRequest, answer: IncomingMessage): Promise<void> {
    const carryOut = (steps: readonly Step[]): void => {
      for (const step of steps) this.carryOut(step, answer);
    };
    const faults = new EventFaults(this.parts.rules.event, request, this.parts.clock, carryOut);
    this.gone.signal.addEventListener("abort", () => faults.close(), { once: true });
    const lines = new ByteLines();
    this.outgoing.writeHead(200, headersOf(answer));
    this.outgoing.flushHeaders();
    for await (const chunk of answer) for (const line of lines.push(chunk as Buffer)) carryOut(faults.take(line));
    if (!this.outgoing.writableEnded) this.outgoing.end();
  }

  private carryOut(step: Step, answer: IncomingMessage): void {
    if (this.gone.signal.aborted) return;
    switch (step.kind) {
      case "send":
        this.outgoing.write(step.bytes);
        return;
      case "break":
        this.ended = true;
        this.outgoing.socket?.once("finish", () => this.reset());
        this.outgoing.socket?.end();
        answer.destroy();
        return;
      case "end":
        this.ended = true;
        this.outgoing.end();
        answer.destroy();
    }
  }
}

/** What is passed back; how the body is framed is each connection's own matter. */
function headersOf(answer: IncomingMessage): NodeJS.Dict<string | string[]> {
  const { connection: _connection, "transfer-encoding": _encoding, ...headers } = answer.headers;
  return headers;
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
