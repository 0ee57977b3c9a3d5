import { setMaxListeners } from "node:events";
import type { Socket } from "node:net";
import type { Server } from "node:https";
import { Agent, createServer } from "node:https";

import { systemClock } from "../../../src/base/clock.js";
import { seededRandom } from "../../../src/base/random.js";
import type { Authority } from "../../../src/sandbox/certificates.js";
import { createAuthority } from "../../../src/sandbox/certificates.js";
import type { SeenRequest } from "./exchange.js";
import { Exchange } from "./exchange.js";
import type { EventFault, Faults, Phase, ReplyFault, RequestFault } from "./fault.js";
import type { OnPoint } from "./recording.js";
import { Recording } from "./recording.js";
import type { Lifetime, Match, Rule } from "./rules.js";
import { RuleBook } from "./rules.js";

/** The API server that is proxied; `ca` is the PEM it is trusted by. */
export interface ProxyTarget {
  readonly url: string;
  readonly ca: string;
}

const validity = { from: Date.UTC(2020, 0, 1), to: Date.UTC(2049, 11, 31) };

/**
 * A TLS reverse proxy between a client and an API server, which does to requests, replies and events of watches what its
 * rules say and passes everything else on with the caller's own credentials. What is drawn by chance comes from a seed.
 * Clients go to `url` and trust `ca`. Close it.
 */
export class FaultProxy {
  /** Every request so far. */
  readonly seen: SeenRequest[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly closing = new AbortController();
  private readonly agents: readonly [Agent, Agent];
  private readonly rules: {
    readonly request: RuleBook<RequestFault>;
    readonly reply: RuleBook<ReplyFault>;
    readonly event: RuleBook<EventFault>;
  };
  private running: Recording | undefined;

  private constructor(
    target: ProxyTarget,
    seed: number,
    private authority: Authority,
    private readonly server: Server,
    readonly port: number,
  ) {
    setMaxListeners(0, this.closing.signal);
    const random = seededRandom(seed);
    this.agents = [new Agent({ ca: target.ca, keepAlive: true }), new Agent({ ca: target.ca })];
    this.rules = { request: new RuleBook(random), reply: new RuleBook(random), event: new RuleBook(random) };
    const parts = {
      server: new URL(target.url),
      agent: this.agents[0],
      watchAgent: this.agents[1],
      clock: systemClock,
      signal: this.closing.signal,
      rules: this.rules,
      seen: this.seen,
      recording: () => this.running,
    };
    server.on("request", (incoming, outgoing) => void new Exchange(parts, incoming, outgoing).run());
    server.on("connection", (socket: Socket) => this.track(socket));
    server.on("tlsClientError", (_error, socket) => socket.destroy());
  }

  /** Starts one on a free port of 127.0.0.1. */
  static async start(target: ProxyTarget, seed = 1): Promise<FaultProxy> {
    const authority = newAuthority();
    const server = createServer(identity(authority));
    // Idle connections are the client's to close.
    server.keepAliveTimeout = 0;
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(0, "127.0.0.1", resolve);
    });
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    return new FaultProxy(target, seed, authority, server, port);
  }

  get url(): string {
    return `https://127.0.0.1:${this.port}`;
  }

  /** PEM of the authority that signed its certificate. */
  get ca(): string {
    return this.authority.certificate;
  }

  /** Adds a rule; of several that match the oldest strikes. An event rule works on watches that are open already, too. */
  rule<P extends Phase>(match: Match & { readonly phase: P }, fault: Faults[P], lifetime: Lifetime = {}) {
    const book = this.bookOf(match.phase);
    return book.add(match, fault, lifetime);
  }

  /** Renewals of Leases are taken and never answered, until the rule is removed; everything else passes. */
  freezeLeases(): Rule<RequestFault> {
    return this.rule({ phase: "request", verb: ["update", "patch"], resource: "leases" }, { kind: "half-open" });
  }

  /** Watches get no bookmarks, until the rule is removed. */
  stripBookmarks(): Rule<EventFault> {
    return this.rule({ phase: "event", where: ({ event }) => event?.type === "BOOKMARK" }, { kind: "drop" });
  }

  /** Removes all rules. */
  heal(): void {
    for (const book of [this.rules.request, this.rules.reply, this.rules.event]) book.clear();
  }

  /** Numbers the writes from now on; `onPoint` is waited for at each point of each. */
  record(onPoint?: OnPoint): Recording {
    this.running = new Recording(onPoint);
    return this.running;
  }

  /** Breaks every connection; new ones are taken as before. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  /** From now on a certificate of a new authority, whose PEM is `ca`; open connections break. */
  rotateAuthority(): void {
    this.authority = newAuthority();
    this.server.setSecureContext(identity(this.authority));
    this.cut();
  }

  /** Breaks everything and stops; nothing of it stays open. */
  async close(): Promise<void> {
    this.closing.abort();
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.cut();
    for (const agent of this.agents) agent.destroy();
    await closed;
  }

  private bookOf<P extends Phase>(phase: P): RuleBook<Faults[P]> {
    const books: { readonly [Q in Phase]: RuleBook<Faults[Q]> } = this.rules;
    return books[phase];
  }

  private track(socket: Socket): void {
    this.sockets.add(socket);
    socket.on("error", () => undefined);
    socket.once("close", () => this.sockets.delete(socket));
  }
}

function newAuthority(): Authority {
  return createAuthority("pointsman-fault-proxy", validity);
}

function identity(authority: Authority): { readonly cert: string; readonly key: string } {
  const issued = authority.issue({ commonName: "fault-proxy", usage: "server", hosts: ["127.0.0.1", "localhost"] });
  return { cert: issued.certificate, key: issued.privateKey };
}
