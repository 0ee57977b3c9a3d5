import type { CancelTimer, Clock } from "../../../base/clock.js";
import type { Random } from "../../../base/random.js";
import type { Answering } from "./answering.js";
import { answerGrpc, isGrpc } from "./answerGrpc.js";
import { answerHttp } from "./answerHttp.js";
import type { Behaviour } from "./behaviour.js";
import { Connections } from "./connections.js";
import { http1Exchange, http2Exchange } from "./exchange.js";
import { Listeners } from "./listeners.js";
import type { PodIdentity } from "./podIdentity.js";
import type { PodNetwork } from "./podNetwork.js";

/** What the server of a Pod is made of. `behaviour` is asked before each answer. */
export interface PodServerOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly network: PodNetwork;
  readonly identity: PodIdentity;
  readonly address: string;
  readonly ports: readonly number[];
  behaviour(): Behaviour;
  /** Called when state or readiness may have changed. */
  onChange(): void;
}

/**
 * Where a server stands: it opens its ports; answers; is not there and will start again; finishes what is under way and
 * takes nothing new; is gone for good.
 */
export type PodServerState =
  | { readonly kind: "starting" }
  | { readonly kind: "up" }
  | { readonly kind: "down"; readonly reason: string }
  | { readonly kind: "finishing" }
  | { readonly kind: "ended" };

const never: CancelTimer = () => undefined;

/** The process in a Pod: a server of HTTP/1.1, HTTP/2 without TLS and gRPC on each of its ports. */
export class PodServer {
  private current: PodServerState = { kind: "starting" };
  private connections: Connections;
  private readonly listeners: Listeners;
  private restartCount = 0;
  private isFlappedOff = false;
  private flapMs = 0;
  private cancelFlap = never;
  private crashAfterMs = 0;
  private cancelCrash = never;
  private cancelNext = never;

  constructor(private readonly options: PodServerOptions) {
    this.listeners = new Listeners(options.network, options.address);
    this.connections = this.newConnections();
  }

  get state(): PodServerState {
    return this.current;
  }

  /** How often it started again. */
  get restarts(): number {
    return this.restartCount;
  }

  /** Requests that have begun and are not answered completely. */
  get underWay(): number {
    return this.connections.underWay;
  }

  /** Whether a readiness probe would succeed. */
  isReady(): boolean {
    return this.current.kind === "up" && !this.isFlappedOff;
  }

  /** Opens the ports. Resolves when they are open, or when it failed and will be tried again. */
  async start(): Promise<void> {
    const opened = await this.listeners.listen(this.options.ports, (socket) => this.connections.accept(socket));
    if (this.current.kind !== "starting") {
      this.listeners.close();
      return;
    }
    if (opened.ok) {
      this.enter({ kind: "up" });
      this.refresh();
    } else this.restartAfter(this.options.behaviour().restartMs, opened.error);
  }

  /** Takes over a changed behaviour where it is more than the next answer's: flapping and crashes. */
  refresh(): void {
    const { flapMs, crashAfterMs } = this.options.behaviour();
    if (flapMs !== this.flapMs) this.flap(flapMs);
    if (crashAfterMs !== this.crashAfterMs) this.scheduleCrash(crashAfterMs);
  }

  /** Ends as by a fault: connections break, new ones are refused, and it starts again after `restartMs`. */
  crash(restartMs: number): void {
    if (this.current.kind === "up") this.restartAfter(restartMs, "the server crashed");
  }

  /**
   * Tells it to end: it takes no connections any more, finishes what is under way, and is ended when nothing is left,
   * after `graceMs` in any case, or at once if that is its behaviour.
   */
  terminate(graceMs: number): void {
    if (this.current.kind === "finishing" || this.current.kind === "ended") return;
    if (this.current.kind !== "up" || this.options.behaviour().onTerm === "exit" || graceMs <= 0) {
      this.kill();
      return;
    }
    this.cancelTimers();
    this.listeners.close();
    this.cancelNext = this.options.clock.after(graceMs, () => this.kill());
    this.enter({ kind: "finishing" });
    this.connections.finish(() => this.kill());
  }

  /** Ends it at once and for good. */
  kill(): void {
    if (this.current.kind === "ended") return;
    this.exit();
    this.enter({ kind: "ended" });
  }

  private enter(state: PodServerState): void {
    this.current = state;
    this.options.onChange();
  }

  private exit(): void {
    this.cancelTimers();
    this.listeners.close();
    this.connections.destroy();
  }

  private restartAfter(ms: number, reason: string): void {
    this.exit();
    this.connections = this.newConnections();
    this.enter({ kind: "down", reason });
    this.cancelNext = this.options.clock.after(ms, () => {
      this.restartCount += 1;
      this.enter({ kind: "starting" });
      void this.start();
    });
  }

  private cancelTimers(): void {
    this.cancelNext();
    this.flap(0);
    this.scheduleCrash(0);
  }

  private flap(periodMs: number): void {
    this.flapMs = periodMs;
    this.cancelFlap();
    this.cancelFlap = never;
    if (this.isFlappedOff) this.turn();
    if (periodMs > 0) this.awaitTurn();
  }

  private awaitTurn(): void {
    this.cancelFlap = this.options.clock.after(this.flapMs / 2, () => {
      this.turn();
      this.awaitTurn();
    });
  }

  private turn(): void {
    this.isFlappedOff = !this.isFlappedOff;
    this.options.onChange();
  }

  private scheduleCrash(ms: number): void {
    this.crashAfterMs = ms;
    this.cancelCrash();
    this.cancelCrash = ms > 0 ? this.options.clock.after(ms, () => this.crash(this.restartMs())) : never;
  }

  private restartMs(): number {
    return this.options.behaviour().restartMs;
  }

  private newConnections(): Connections {
    const answering: Answering = this.options;
    return new Connections({
      onRequest: (request, response) => void answerHttp(http1Exchange(request, response), answering),
      onStream: (stream, headers) =>
        void (isGrpc(headers)
          ? answerGrpc(stream, headers, answering)
          : answerHttp(http2Exchange(stream, headers), answering)),
    });
  }
}
